import { orderOf } from '../diff/automatic-keys.ts'
import { isRowidAlias } from '../diff/rowid-alias.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type {
  Column,
  ForeignKey,
  Index,
  KeyColumn,
  PrimaryKey,
  Schema,
  Table,
  Trigger,
  Unique,
  View,
  VirtualTable,
} from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { bareType } from '../sql/quoted-type.ts'
import { escaped, property, quote, unprintable } from './literal.ts'

/**
 * Writes a schema as a declaration: a TypeScript module that, planned against the database it was read from, is in sync.
 * Comments in the DDL are not carried over.
 *
 * @param exclude What was left out when it was read, so that it is left alone by whoever plans with the declaration.
 */
export function writeDeclaration(schema: Schema, exclude: readonly string[] = []): string {
  const uses = new Set(['defineSchema'])
  const writer = new Writer(uses)
  const objects = [
    ...schema.tables.map((table) => [table.name, writer.table(table, schema)] as const),
    ...schema.virtualTables.map((table) => [table.name, writer.virtualTable(table)] as const),
    ...schema.views.map((view) => [view.name, writer.view(view, schema)] as const),
  ]
  const body = objects.map(([name, text]) => `  ${property(name)}: ${text},\n`).join('\n')
  const imports = `import { ${[...uses].sort(compareFolded).join(', ')} } from 'sqlite-converge'`
  const options = exclude.length === 0 ? '' : `, { exclude: ${list(exclude)} }`
  return `${imports}\n\nexport default defineSchema({${body === '' ? '' : `\n${body}`}}${options})\n`
}

/** Column functions by the declared type they write. */
const typeFunctions: ReadonlyMap<string, string> = new Map(
  ['ANY', 'BLOB', 'BOOLEAN', 'DATETIME', 'FLOAT', 'INTEGER', 'JSON', 'NUMERIC', 'REAL', 'TEXT', 'VARCHAR'].map(
    (type) => [type, type.toLowerCase()],
  ),
)

class Writer {
  readonly #uses: Set<string>

  constructor(uses: Set<string>) {
    this.#uses = uses
  }

  table(table: Table, schema: Schema): string {
    const columns = table.columns.map((column) => `    ${property(column.name)}: ${this.column(column)},\n`).join('')
    const calls = [
      ...(table.primaryKey ? [this.primaryKey(table.primaryKey, table)] : []),
      ...table.uniques.map((unique) => this.unique(unique, table)),
      ...table.checks.map((check) => `.check(${named(check.name)}${this.sql(check.expression.text)})`),
      ...table.foreignKeys.map((key) => this.foreignKey(key, table, schema)),
      ...(table.withoutRowid ? ['.withoutRowid()'] : []),
      ...(table.strict ? ['.strict()'] : []),
      ...schema.indexes.filter((index) => sameName(index.table, table.name)).map((index) => this.index(index, table)),
      ...this.triggers(table.name, schema, table),
    ]
    return `${this.call('table')}({\n${columns}  })${calls.map((call) => `\n    ${call}`).join('')}`
  }

  view(view: View, schema: Schema): string {
    const columns = view.columns === undefined ? '' : `${list(view.columns)}, `
    const triggers = this.triggers(view.name, schema).map((call) => `\n    ${call}`)
    return `${this.call('view')}(${columns}${this.sql(view.query)})${triggers.join('')}`
  }

  virtualTable(table: VirtualTable): string {
    const args = table.arguments === undefined ? '' : `, ${this.sql(table.arguments)}`
    return `${this.call('virtualTable')}(${quote(table.module)}${args})`
  }

  column(column: Column): string {
    const { notNull, collation, generated } = column
    const parts = [this.type(column.type)]
    if (notNull)
      parts.push(`.notNull(${options({ name: notNull.name, onConflict: notNull.onConflict?.toLowerCase() })})`)
    if (column.default) {
      const { name, expression, constant } = column.default
      const value =
        (constant ? literal(expression.normal) : undefined) ??
        this.sql(constant ? expression.normal : defaultText(column))
      parts.push(`.default(${[value, options({ name })].filter(Boolean).join(', ')})`)
    }
    if (collation !== undefined) parts.push(`.collate(${quote(collation)})`)
    if (generated) {
      const more = options({ stored: generated.stored || undefined, name: generated.name })
      parts.push(`.generatedAs(${[this.sql(generated.expression.text), more].filter(Boolean).join(', ')})`)
    }
    return parts.join('')
  }

  type(type: string): string {
    const length = /^VARCHAR\((\d+)\)$/.exec(type)?.[1]
    if (length !== undefined && String(Number(length)) === length) return `${this.call('varchar')}(${length})`
    const known = typeFunctions.get(type)
    if (known !== undefined) return `${this.call(known)}()`
    return `${this.call('column')}(${type === '' ? '' : quote(type)})`
  }

  primaryKey(key: PrimaryKey, table: Table): string {
    const isInteger = table.columns.some(
      (column) => sameName(column.name, key.columns[0]!.name) && bareType(column.type).toUpperCase() === 'INTEGER',
    )
    const notRowid = key.columns.length === 1 && isInteger && !table.withoutRowid && !isRowidAlias(table)
    const columns =
      notRowid || isRowidAlias(table)
        ? key.columns.map((part) => ({ ...part, order: 'ASC' as const }))
        : ordered(key.columns, table)
    const more = options({
      name: key.name,
      onConflict: key.onConflict?.toLowerCase(),
      autoincrement: key.autoincrement || undefined,
      rowid: notRowid ? false : undefined,
    })
    return `.primaryKey(${[keyColumns(columns, table), more].filter(Boolean).join(', ')})`
  }

  unique(unique: Unique, table: Table): string {
    const more = options({ onConflict: unique.onConflict?.toLowerCase() })
    return `.unique(${named(unique.name)}${[keyColumns(ordered(unique.columns, table), table), more].filter(Boolean).join(', ')})`
  }

  foreignKey(key: ForeignKey, table: Table, schema: Schema): string {
    const parent = findByName(schema.tables, key.table)
    const declared = parent && key.referencedColumns.every((name) => findByName(parent.columns, name))
    const deferred = key.deferrable === 'DEFERRABLE' && key.initially === 'DEFERRED'
    const more = options({
      name: key.name,
      onDelete: key.onDelete === 'NO ACTION' ? undefined : key.onDelete.toLowerCase(),
      onUpdate: key.onUpdate === 'NO ACTION' ? undefined : key.onUpdate.toLowerCase(),
      match: key.match,
      deferrable: deferred ? 'initially deferred' : undefined,
      undeclared: declared ? undefined : true,
    })
    const to = declared
      ? [quote(parent.name), list(ownNames(key.referencedColumns, parent))]
      : [quote(key.table), list(key.referencedColumns)]
    const parts = [list(ownNames(key.columns, table)), ...to, more]
    return `.foreignKey(${parts.filter(Boolean).join(', ')})`
  }

  index(index: Index, table: Table): string {
    const columns = index.columns.map(({ expression, collation, order }) => {
      const column = table.columns.find((one) => expression.normal === quoteName(foldName(one.name)))
      if (column === undefined) return this.sql(order === 'DESC' ? `${expression.text} DESC` : expression.text)
      return keyColumn({ name: column.name, order, ...(collation !== undefined && { collation }) })
    })
    const where = index.where && `where: ${this.sql(index.where.text)}`
    const more = [...(index.unique ? ['unique: true'] : []), ...(where ? [where] : [])]
    return `.index(${quote(index.name)}, [${columns.join(', ')}]${more.length === 0 ? '' : `, { ${more.join(', ')} }`})`
  }

  triggers(name: string, schema: Schema, table: Pick<Table, 'columns'> = { columns: [] }): string[] {
    const triggers = schema.triggers.filter((trigger) => sameName(trigger.table, name))
    return triggers.map((trigger) => this.trigger(trigger, table))
  }

  trigger(trigger: Trigger, table: Pick<Table, 'columns'>): string {
    const timing = { BEFORE: 'before', AFTER: 'after', 'INSTEAD OF': 'insteadOf' }[trigger.timing]
    const event = trigger.updateOf
      ? `{ updateOf: ${list(ownNames(trigger.updateOf, table))} }`
      : quote(trigger.event.toLowerCase())
    const when = trigger.when ? `\n      when: ${this.sql(trigger.when.text)},` : ''
    return `.trigger(${quote(trigger.name)}, {\n      ${timing}: ${event},${when}\n      body: ${this.sql(trigger.body)},\n    })`
  }

  /** SQL as a template, where a template can say it plainly. */
  sql(text: string): string {
    const plain = !/[`\\]|\$\{|^\s|\s$/.test(text) && !unprintable.test(text)
    return plain ? `${this.call('sql')}\`${text}\`` : `${this.call('rawSql')}(${escaped(text)})`
  }

  call(name: string): string {
    this.#uses.add(name)
    return name
  }
}

/** A constant's value, as SQLite writes it, as a TypeScript literal; undefined where that would not say the same. */
function literal(normal: string): string | undefined {
  if (/^'([^']|'')*'$/.test(normal)) return quote(normal.slice(1, -1).replaceAll("''", "'"))
  if (normal === 'NULL') return 'null'
  if (/^-?\d+$/.test(normal) && Number.isSafeInteger(Number(normal))) return String(Number(normal))
  return undefined
}

/** An expression keeps its parentheses; `CURRENT_TIMESTAMP` needs none. */
function defaultText(column: Column): string {
  const { text } = column.default!.expression
  return /^current_(date|time|timestamp)$/i.test(text) ? text.toUpperCase() : `(${text})`
}

function list(names: readonly string[]): string {
  return `[${names.map(quote).join(', ')}]`
}

/** In the directions that count: a declaration's primary key comes before its UNIQUEs, where in the text it may have come after one. */
function ordered(columns: readonly KeyColumn[], table: Table): readonly KeyColumn[] {
  const orders = orderOf(columns, table)
  return columns.map((part, at) => ({ ...part, order: orders[at]! }))
}

function keyColumns(columns: readonly KeyColumn[], table: Table): string {
  return `[${columns.map((part) => keyColumn({ ...part, name: ownNames([part.name], table)[0]! })).join(', ')}]`
}

/** Names as the columns themselves spell them: TypeScript tells `ID` from `id`. */
function ownNames(names: readonly string[], { columns }: Pick<Table, 'columns'>): readonly string[] {
  return names.map((name) => findByName(columns, name)?.name ?? name)
}

function keyColumn({ name, collation, order }: KeyColumn): string {
  const more = [
    ...(order === 'DESC' ? [`order: 'desc'`] : []),
    ...(collation === undefined ? [] : [`collate: ${quote(collation)}`]),
  ]
  return more.length === 0 ? quote(name) : `{ column: ${[quote(name), ...more].join(', ')} }`
}

function named(name: string | undefined): string {
  return name === undefined ? '' : `${quote(name)}, `
}

function options(values: Readonly<Record<string, string | boolean | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${typeof value === 'string' ? quote(value) : value}`],
  )
  return given.length === 0 ? '' : `{ ${given.join(', ')} }`
}

function compareFolded(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1
}
