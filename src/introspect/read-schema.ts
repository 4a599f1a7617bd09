import { type Operation, query } from '../engine/operation.ts'
import { groupBy } from '../model/group.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Column, Schema, SchemaObject, Table, Unsupported } from '../model/schema.ts'
import { normalExpression } from '../sql/normal.ts'
import { type CatalogRow, readObject } from '../sql/read-object.ts'
import { tokenize } from '../sql/token.ts'
import { flawed, readFlaws } from './read-flaws.ts'
import { readCompiled, refuseExpansive, refuseGrown } from './refuse-expansive.ts'
import { readShadowTables } from './shadow-tables.ts'

interface ColumnRow {
  readonly object: string
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly pk: number
  readonly hidden: number
  readonly strict: number
  readonly wr: number
}

/**
 * Reads the whole schema of the main database, in a fixed number of queries.
 *
 * The text of every object is read by our own reader, and then held against what the pragmas say: where the two
 * disagree, the object becomes `unsupported`, since the pragmas are the truth and the reader has misread it.
 */
export function* readSchema(): Operation<Schema> {
  refuseExpansive(yield* readCompiled())
  const rows = yield* readCatalog()
  const flawOf = yield* readFlaws(rows)
  const columns = groupBy(yield* readColumns(), (row) => foldName(row.object))
  const shadows = new Set((yield* readShadowTables()).map(foldName))
  const read = rows
    .filter((row) => !shadows.has(foldName(row.name)) && !(row.type === 'index' && shadows.has(foldName(row.tbl_name))))
    .map((row) => {
      const flaw = flawOf(row)
      return flaw === undefined ? readObject(row) : flawed(row, flaw)
    })
  refuseGrown(read.filter((object) => object.kind === 'table'))
  const values = yield* readConstants(read)
  const objects = read.map((one) => {
    const object = withConstants(one, values)
    return object.kind === 'table' ? checkTable(object, columns.get(foldName(object.name)) ?? []) : object
  })
  const ofKind = <Kind extends SchemaObject['kind']>(kind: Kind): Extract<SchemaObject, { kind: Kind }>[] =>
    objects.filter((object): object is Extract<SchemaObject, { kind: Kind }> => object.kind === kind)
  return {
    tables: ofKind('table'),
    indexes: ofKind('index'),
    views: ofKind('view'),
    triggers: ofKind('trigger'),
    virtualTables: ofKind('virtual table'),
    unsupported: ofKind('unsupported'),
  }
}

/** The rows of sqlite_schema that have a text, in catalog order, without SQLite's own tables. */
export function* readCatalog(): Operation<readonly CatalogRow[]> {
  return yield* query<CatalogRow & object>(
    // As SQLite itself reads them: a hostile file can hold anything else there.
    `SELECT CAST(type AS TEXT) AS type, CAST(name AS TEXT) AS name, CAST(tbl_name AS TEXT) AS tbl_name, CAST(sql AS TEXT) AS sql
     FROM main.sqlite_schema
     WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
  )
}

function* readColumns(): Operation<readonly ColumnRow[]> {
  return yield* query<ColumnRow & object>(
    `SELECT t.name AS object, c.name AS name, c.type AS type, c."notnull" AS "notnull", c.pk AS pk, c.hidden AS hidden,
            t.strict AS strict, t.wr AS wr
     FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name, 'main') AS c
     WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, c.cid`,
  )
}

/**
 * Constant defaults are compared by their value: `TRUE` is `1`, `+5` is `5`, `x'AB'` is `X'ab'`; but `'true'` is not `1`.
 * Only literals are evaluated, so nothing that a schema says is run.
 */
function* readConstants(objects: readonly SchemaObject[]): Operation<ReadonlyMap<string, string>> {
  const texts = new Set<string>()
  for (const object of objects) {
    if (object.kind !== 'table') continue
    for (const column of object.columns) if (isConstant(column)) texts.add(column.default!.expression.normal)
  }
  const values = new Map<string, string>()
  const list = [...texts]
  for (let at = 0; at < list.length; at += 100) {
    const part = list.slice(at, at + 100)
    const [row] = yield* query<Record<string, string>>(
      `SELECT ${part.map((text, index) => `quote(${text}) AS "${index}"`).join(', ')}`,
    )
    part.forEach((text, index) => {
      values.set(text, row![index]!)
    })
  }
  return values
}

/** A literal, also in the parentheses that `constant` (what ADD COLUMN takes) leaves out. */
function isConstant({ default: value }: Column): boolean {
  if (value === undefined || value.constant) return value !== undefined
  const tokens = tokenize(value.expression.normal)
  const [only, ...more] = tokens[0]?.key === '-' || tokens[0]?.key === '+' ? tokens.slice(1) : tokens
  if (only === undefined || more.length > 0) return false
  return ['number', 'string', 'blob'].includes(only.kind) || ['NULL', 'TRUE', 'FALSE'].includes(only.key)
}

function withConstants(object: SchemaObject, values: ReadonlyMap<string, string>): SchemaObject {
  if (object.kind !== 'table') return object
  const columns = object.columns.map((column): Column => {
    const value = isConstant(column) ? values.get(column.default!.expression.normal) : undefined
    if (column.default === undefined || value === undefined) return column
    return { ...column, default: { ...column.default, expression: { ...column.default.expression, normal: value } } }
  })
  return { ...object, columns }
}

/** Holds what the reader found against the pragmas. */
function checkTable(table: Table, rows: readonly ColumnRow[]): Table | Unsupported {
  const disagreement = findDisagreement(table, rows)
  if (disagreement === undefined) {
    // A quoted type is reported without its quotes and what stands behind; its own text is what has to be written again.
    const typeOf = (column: Column, index: number): string => (isQuoted(column.type) ? column.type : rows[index]!.type)
    return { ...table, columns: table.columns.map((column, index) => ({ ...column, type: typeOf(column, index) })) }
  }
  const reason = `the reader and PRAGMA table_xinfo disagree about ${disagreement}`
  return { kind: 'unsupported', type: 'table', name: table.name, table: table.name, sql: table.sql, reason }
}

function findDisagreement(table: Table, rows: readonly ColumnRow[]): string | undefined {
  if (table.columns.length !== rows.length) return 'the number of columns'
  for (const [index, row] of rows.entries()) {
    const column = table.columns[index]!
    if (column.name !== row.name) return `the name of column ${row.name}`
    const hidden = column.generated === undefined ? 0 : column.generated.stored ? 3 : 2
    if (row.hidden !== hidden) return `how column ${row.name} is generated`
    if (!sameType(column.type, row.type)) return `the type of column ${row.name}`
    const said = keyNames(table).findIndex((name) => sameName(name, row.name)) + 1
    // SQLite counts no further than one more than there are columns (table_info in its pragma.c).
    const position = Math.min(said, rows.length + 1)
    if (row.pk !== position) return `the primary key at column ${row.name}`
    // SQLite implies NOT NULL on the primary key of a STRICT or WITHOUT ROWID table.
    const implied = position > 0 && (row.strict === 1 || row.wr === 1)
    if (!implied && (column.notNull !== undefined) !== (row.notnull === 1)) return `NOT NULL of column ${row.name}`
  }
  if (rows[0] !== undefined && (rows[0].strict === 1) !== table.strict) return 'STRICT'
  if (rows[0] !== undefined && (rows[0].wr === 1) !== table.withoutRowid) return 'WITHOUT ROWID'
  return undefined
}

/** `PRIMARY KEY (a, a, b)` numbers `b` 3; in a WITHOUT ROWID table, which leaves out what is said twice, 2. */
function keyNames(table: Table): readonly string[] {
  const parts = (table.primaryKey?.columns ?? []).map((part) => {
    const own = findByName(table.columns, part.name)?.collation ?? 'binary'
    return { name: part.name, same: `${foldName(part.name)} ${foldName(part.collation ?? own)}` }
  })
  const kept = table.withoutRowid
    ? parts.filter((part, index) => parts.findIndex((other) => other.same === part.same) === index)
    : parts
  return kept.map((part) => part.name)
}

/** A type that starts with a quote is reported without it, and cut at the closing one. */
function sameType(read: string, reported: string): boolean {
  return read === reported || isQuoted(read) || normalExpression(read) === normalExpression(reported)
}

function isQuoted(type: string): boolean {
  return /^["'`[]/.test(type)
}
