import type { Database } from 'better-sqlite3'
import { journalTable } from '../../src/model/exclude.ts'
import { foldName } from '../../src/model/name.ts'
import { laterColumn, laterName, type Renames } from '../../src/model/renames.ts'
import type { Schema } from '../../src/model/schema.ts'
import { quoteName } from '../../src/sql/quote.ts'

/** A row: each column's storage class and value, and the rowid where there is one. */
export type Row = Readonly<Record<string, string>>

export interface Rows {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

/** Everything a database holds beside its schema, read by plain queries that know nothing of the engine. */
export interface Content {
  /** By table, shadow tables of virtual ones included. */
  readonly tables: Readonly<Record<string, Rows>>
  /** The AUTOINCREMENT mark of each table that has one. */
  readonly marks: Readonly<Record<string, string>>
  /** Of each table and view, its triggers in the order in which they were created. */
  readonly triggers: Readonly<Record<string, readonly string[]>>
}

const rowidColumn = '(rowid)'

export function readContent(db: Database): Content {
  const all = <T>(sql: string, ...params: unknown[]): T[] => db.prepare<unknown[], T>(sql).all(...params)
  const tables: Record<string, Rows> = {}
  for (const { name, wr } of all<{ name: string; wr: number }>(
    `SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow')`,
  )) {
    if (name === journalTable || name.startsWith('sqlite_')) continue
    const columns = all<{ name: string }>('SELECT name FROM pragma_table_xinfo(?)', name).map((row) =>
      foldName(row.name),
    )
    const rowid = wr === 1 ? undefined : ['rowid', '_rowid_', 'oid'].find((word) => !columns.includes(word))
    const list = columns.map((column) => {
      const value = quoteName(column)
      return `typeof(${value}) || ' ' || quote(${value}) AS ${value}`
    })
    if (rowid !== undefined) list.push(`CAST(${rowid} AS TEXT) AS ${quoteName(rowidColumn)}`)
    tables[foldName(name)] = {
      columns: rowid === undefined ? columns : [...columns, rowidColumn],
      rows: sorted(all<Row>(`SELECT ${list.join(', ')} FROM main.${quoteName(name)}`)),
    }
  }
  const marked = all(`SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'`).length > 0
  const marks = marked ? all<{ name: string; seq: string }>('SELECT name, quote(seq) AS seq FROM sqlite_sequence') : []
  const triggers: Record<string, string[]> = {}
  for (const { name, tbl_name } of all<{ name: string; tbl_name: string }>(
    `SELECT name, tbl_name FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY rowid`,
  )) {
    triggers[tbl_name] = [...(triggers[tbl_name] ?? []), name]
  }
  return { tables, marks: Object.fromEntries(marks.map(({ name, seq }) => [name, seq])), triggers }
}

/** The same content under the names that renames give it. */
export function renamed(content: Content, renames: Renames): Content {
  const tables = Object.entries(content.tables).map(([name, { columns, rows }]) => {
    const table = foldName(laterName(name, renames))
    const column = (former: string): string => foldName(laterColumn(table, former, renames))
    const renameRow = (row: Row): Row =>
      Object.fromEntries(Object.entries(row).map(([key, value]) => [column(key), value]))
    return [table, { columns: columns.map(column), rows: sorted(rows.map(renameRow)) }] as const
  })
  const marks = Object.entries(content.marks).map(([name, mark]) => [laterName(name, renames), mark] as const)
  return { ...content, tables: Object.fromEntries(tables), marks: Object.fromEntries(marks) }
}

/**
 * What has to be the same on both sides of a plan: of each table that stays, every column that stays, by rowid where it
 * keeps one; and the AUTOINCREMENT marks of the tables that keep theirs.
 *
 * @param rewritten Columns (`table.column`) whose values are meant to change.
 */
export function survivors(
  before: Content,
  after: Content,
  reached: Schema,
  rewritten: readonly string[],
): { readonly before: object; readonly after: object } {
  const common = Object.entries(before.tables).flatMap(([table, { columns }]) => {
    const others = after.tables[table]?.columns
    if (others === undefined) return []
    const shared = columns.filter((column) => others.includes(column) && !rewritten.includes(`${table}.${column}`))
    return [[table, shared] as const]
  })
  const marked = reached.tables.filter((table) => table.primaryKey?.autoincrement && table.name in before.marks)
  const pick = ({ tables, marks }: Content): object => ({
    tables: Object.fromEntries(common.map(([table, columns]) => [table, only(tables[table]!.rows, columns)])),
    marks: marked.map(({ name }) => [name, marks[name]]),
  })
  return { before: pick(before), after: pick(after) }
}

function only(rows: readonly Row[], columns: readonly string[]): readonly Row[] {
  return sorted(rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]!]))))
}

function sorted(rows: readonly Row[]): readonly Row[] {
  return rows
    .map((row) => [JSON.stringify(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, row]) => row)
}
