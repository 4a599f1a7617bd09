import type { RenameHint } from '../model/renames.ts'
import { writeName } from '../sql/quote.ts'
import { writeType } from '../sql/write-type.ts'
import type { Column } from './column.ts'
import type { DeclaredSchema } from './define-schema.ts'
import { isSql } from './sql.ts'
import type { Key, KeyDeclaration, KeyPart, TableDeclaration, TriggerEvent, TriggerOptions } from './table.ts'
import type { ViewDeclaration } from './view.ts'
import type { VirtualTableDeclaration } from './virtual-table.ts'

/** A statement of a declared schema, with the object it creates. */
export interface DeclaredStatement {
  readonly object: string
  readonly sql: string
}

/** A declared value for the rows that are there already. */
export interface DeclaredBackfill {
  readonly table: string
  readonly column: string
  readonly expression: string
}

/** The DDL of a declared schema, laid out for people: it becomes the text that SQLite stores. */
export function writeDdl(schema: DeclaredSchema): readonly DeclaredStatement[] {
  const tables: DeclaredStatement[] = []
  const indexes: DeclaredStatement[] = []
  const views: DeclaredStatement[] = []
  const triggers: DeclaredStatement[] = []
  for (const [name, object] of Object.entries(schema.objects)) {
    const { declaration } = object as { declaration: TableDeclaration | ViewDeclaration | VirtualTableDeclaration }
    if ('module' in declaration) {
      tables.push({ object: name, sql: writeVirtualTable(name, declaration) })
      continue
    }
    if ('query' in declaration) {
      views.push({ object: name, sql: writeView(name, declaration) })
    } else {
      tables.push({ object: name, sql: writeTable(name, declaration) })
      for (const index of declaration.indexes) indexes.push({ object: index.name, sql: writeIndex(name, index) })
    }
    for (const trigger of declaration.triggers) {
      triggers.push({ object: trigger.name, sql: writeTrigger(name, trigger.name, trigger) })
    }
  }
  return [...tables, ...indexes, ...views, ...triggers]
}

/** What a declaration says of a database that is not yet as it says. */
export interface DeclaredHints {
  /** The expressions that give rows their values. */
  readonly backfills: readonly DeclaredBackfill[]
  /** The names that tables and columns had before. */
  readonly renames: readonly RenameHint[]
}

/** What a declared schema says besides its DDL. */
export function declaredHints(schema: DeclaredSchema): DeclaredHints {
  const by = 'declaration'
  const backfills: (DeclaredBackfill & { readonly using?: true })[] = []
  const renames: RenameHint[] = []
  for (const [table, object] of Object.entries(schema.objects)) {
    const { declaration } = object as { declaration: TableDeclaration | ViewDeclaration | VirtualTableDeclaration }
    if ('query' in declaration) continue
    if (declaration.renamedFrom !== undefined) renames.push({ table: declaration.renamedFrom, to: table, by })
    if (!('columns' in declaration)) continue
    for (const [column, { declaration: declared }] of Object.entries(declaration.columns)) {
      const { backfill, using, renamedFrom } = declared
      if (backfill !== undefined) backfills.push({ table, column, expression: backfill })
      if (using !== undefined) backfills.push({ table, column, expression: using, using: true })
      if (renamedFrom !== undefined) renames.push({ table, column: renamedFrom, to: column, by })
    }
  }
  return { backfills, renames }
}

function writeTable(name: string, table: TableDeclaration): string {
  const { primaryKey } = table
  // AUTOINCREMENT reads best at the column; and only there does DESC keep an INTEGER key from being the rowid.
  const atColumn = primaryKey?.autoincrement || primaryKey?.rowid === false
  const [only, ...more] = primaryKey?.columns ?? []
  const alone = only !== undefined && more.length === 0 && keyName(only) in table.columns
  const keyAtColumn =
    atColumn && alone && (typeof only === 'string' || only.collate === undefined) ? keyName(only) : undefined
  const lines = Object.entries(table.columns).map(([column, { declaration }]) =>
    writeColumn(column, declaration, column === keyAtColumn ? writePrimaryKeyAtColumn(primaryKey!) : ''),
  )
  if (primaryKey !== undefined && keyAtColumn === undefined) {
    lines.push(writeKey('PRIMARY KEY', primaryKey, primaryKey.autoincrement ? ' AUTOINCREMENT' : ''))
  }
  for (const unique of table.uniques) lines.push(writeKey('UNIQUE', unique))
  for (const check of table.checks) lines.push(`${constraint(check.name)}CHECK ${parenthesised(check.expression)}`)
  for (const key of table.foreignKeys) lines.push(writeForeignKey(key))
  const options = [...(table.withoutRowid ? ['WITHOUT ROWID'] : []), ...(table.strict ? ['STRICT'] : [])]
  const end = options.length === 0 ? ')' : `) ${options.join(', ')}`
  return `CREATE TABLE ${writeName(name)} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n${end}`
}

/** What stands behind the names of columns, which are often the same column. */
const written = new WeakMap<Column['declaration'], string>()

function writeColumn(name: string, column: Column['declaration'], primaryKey: string): string {
  if (primaryKey !== '') return `${writeName(name)}${writeConstraints(column, primaryKey)}`
  let constraints = written.get(column)
  if (constraints === undefined) {
    constraints = writeConstraints(column, primaryKey)
    written.set(column, constraints)
  }
  return `${writeName(name)}${constraints}`
}

function writeConstraints(column: Column['declaration'], primaryKey: string): string {
  const parts = ['']
  if (column.type !== '') parts.push(writeType(column.type, column.generated !== undefined))
  // Right behind the type, as `writeType` counts on.
  if (column.generated !== undefined) {
    const { name, expression, stored } = column.generated
    parts.push(`${constraint(name)}GENERATED ALWAYS AS ${parenthesised(expression)} ${stored ? 'STORED' : 'VIRTUAL'}`)
  }
  if (primaryKey !== '') parts.push(primaryKey)
  if (column.notNull !== undefined) {
    parts.push(`${constraint(column.notNull.name)}NOT NULL${onConflict(column.notNull.onConflict)}`)
  }
  if (column.default !== undefined) {
    parts.push(`${constraint(column.default.name)}DEFAULT ${column.default.value}`)
  }
  if (column.collate !== undefined) parts.push(`COLLATE ${writeName(column.collate)}`)
  return parts.join(' ')
}

function writePrimaryKeyAtColumn(key: NonNullable<TableDeclaration['primaryKey']>): string {
  const order = key.rowid === false ? ' DESC' : ''
  return `${constraint(key.name)}PRIMARY KEY${order}${onConflict(key.onConflict)}${key.autoincrement ? ' AUTOINCREMENT' : ''}`
}

function writeKey(what: string, key: KeyDeclaration, more = ''): string {
  return `${constraint(key.name)}${what} (${writeKeyColumns(key.columns)}${more})${onConflict(key.onConflict)}`
}

function writeKeyColumns(columns: Key<string>): string {
  return columns.map(writeKeyColumn).join(', ')
}

function writeKeyColumn(part: string | KeyPart<string>): string {
  if (typeof part === 'string') return writeName(part)
  const collate = part.collate === undefined ? '' : ` COLLATE ${writeName(part.collate)}`
  return `${writeName(part.column)}${collate}${part.order === 'desc' ? ' DESC' : ''}`
}

function keyName(part: string | KeyPart<string>): string {
  return typeof part === 'string' ? part : part.column
}

function writeForeignKey(key: TableDeclaration['foreignKeys'][number]): string {
  const from = key.columns.map(writeName).join(', ')
  const to = key.references.length === 0 ? '' : ` (${key.references.map(writeName).join(', ')})`
  const onDelete = key.onDelete === undefined ? '' : ` ON DELETE ${key.onDelete.toUpperCase()}`
  const onUpdate = key.onUpdate === undefined ? '' : ` ON UPDATE ${key.onUpdate.toUpperCase()}`
  const match = key.match === undefined ? '' : ` MATCH ${writeName(key.match)}`
  const deferrable = key.deferrable === undefined ? '' : ` DEFERRABLE ${key.deferrable.toUpperCase()}`
  const target = `REFERENCES ${writeName(key.table)}${to}${onDelete}${onUpdate}${match}${deferrable}`
  return `${constraint(key.name)}FOREIGN KEY (${from}) ${target}`
}

function writeIndex(table: string, index: TableDeclaration['indexes'][number]): string {
  const columns = index.columns.map((part) => (isSql(part) ? part.text : writeKeyColumn(part))).join(', ')
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`
  const unique = index.unique ? 'UNIQUE ' : ''
  return `CREATE ${unique}INDEX ${writeName(index.name)} ON ${writeName(table)} (${columns})${where}`
}

function writeView(name: string, view: ViewDeclaration): string {
  const columns = view.columns === undefined ? '' : ` (${view.columns.map(writeName).join(', ')})`
  return `CREATE VIEW ${writeName(name)}${columns} AS\n${view.query}`
}

function writeVirtualTable(name: string, table: VirtualTableDeclaration): string {
  const args = table.arguments === undefined ? '' : `(${table.arguments})`
  return `CREATE VIRTUAL TABLE ${writeName(name)} USING ${writeName(table.module)}${args}`
}

function writeTrigger(table: string, name: string, trigger: TriggerOptions<string>): string {
  const { before, after, insteadOf, when, body } = trigger
  const timing = before !== undefined ? 'BEFORE' : after !== undefined ? 'AFTER' : 'INSTEAD OF'
  const event = writeEvent(before ?? after ?? insteadOf ?? 'insert')
  const condition = when === undefined ? '' : `\nWHEN ${when.text}`
  const end = body.text.trimEnd().endsWith(';') ? body.text : `${body.text};`
  return `CREATE TRIGGER ${writeName(name)} ${timing} ${event} ON ${writeName(table)}${condition}\nBEGIN\n  ${end}\nEND`
}

function writeEvent(event: TriggerEvent<string>): string {
  return typeof event === 'string' ? event.toUpperCase() : `UPDATE OF ${event.updateOf.map(writeName).join(', ')}`
}

function constraint(name: string | undefined): string {
  return name === undefined ? '' : `CONSTRAINT ${writeName(name)} `
}

function onConflict(clause: string | undefined): string {
  return clause === undefined ? '' : ` ON CONFLICT ${clause.toUpperCase()}`
}

/** A comment at the end of an expression ends on its own line. */
function parenthesised(expression: string): string {
  return expression.includes('--') ? `(${expression}\n)` : `(${expression})`
}
