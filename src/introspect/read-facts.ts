import { type Operation, query, queryOne } from '../engine/operation.ts'
import type { Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'

/** A row of sqlite_schema; the autoindexes have no text. */
export interface CatalogEntry {
  readonly type: string
  readonly name: string
  readonly tbl_name: string
  readonly sql: string | null
}

/** Rows of a table, as SQL literals that give back each value exactly. */
export interface SampleRows {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Asks for every row of the catalog, in order. */
export const catalogQuery = `SELECT CAST(type AS TEXT) AS type, CAST(name AS TEXT) AS name, CAST(tbl_name AS TEXT) AS tbl_name,
  CAST(sql AS TEXT) AS sql FROM main.sqlite_schema ORDER BY rowid`

export function* readWholeCatalog(): Operation<readonly CatalogEntry[]> {
  return yield* query<CatalogEntry & object>(catalogQuery)
}

/** The tables that ANALYZE's statistics speak of, by the table that holds them. */
export function* readStatistics(catalog: readonly CatalogEntry[]): Operation<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>()
  for (const name of ['sqlite_stat1', 'sqlite_stat4']) {
    if (!catalog.some((entry) => entry.name === name)) continue
    const rows = yield* rowsOf<{ tbl: string }>(`SELECT DISTINCT tbl FROM main.${name} WHERE typeof(tbl) = 'text'`)
    if (rows.length > 0)
      found.set(
        name,
        rows.map((row) => row.tbl),
      )
  }
  return found
}

/** The rows of one of SQLite's own tables; none where the file holds something else by its name. */
function* rowsOf<R extends object>(sql: string): Operation<readonly R[]> {
  try {
    return yield* query<R>(sql)
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no such column')) return []
    throw error
  }
}

/** The AUTOINCREMENT marks, as SQL literals. */
export function* readMarks(catalog: readonly CatalogEntry[]): Operation<readonly (readonly [string, string])[]> {
  if (!catalog.some((entry) => entry.name === 'sqlite_sequence')) return []
  const rows = yield* rowsOf<{ name: string; seq: string }>(
    "SELECT name, quote(seq) AS seq FROM main.sqlite_sequence WHERE typeof(name) = 'text'",
  )
  return rows.map((row) => [row.name, row.seq])
}

export function* countRows(table: string): Operation<number> {
  return (yield* queryOne<{ n: number }>(`SELECT count(*) AS n FROM main.${quoteName(table)}`)).n
}

/** A result has no more columns: https://www.sqlite.org/limits.html#max_column */
const mostColumns = 2_000
/** A row of more bytes than this is left out of a sample. */
const largestRow = 1_000_000

/**
 * The first and the last rows of a table, with their rowids. A value is sampled as it is, or its row not at all.
 *
 * @param where Only of these rows; of them, those of any size.
 */
export function* sampleRows(
  table: Table,
  rowid: string | undefined,
  limit: number,
  where?: string,
): Operation<SampleRows> {
  const stored = table.columns
    .filter((column) => column.generated === undefined)
    .map((column) => quoteName(column.name))
  const columns =
    rowid === undefined || stored.includes(rowid) || stored.length >= mostColumns ? stored : [rowid, ...stored]
  const list = columns.map((column, index) => `${column} AS v${index}`).join(', ')
  const size = sum(columns.map((_, index) => `coalesce(length(CAST(v${index} AS BLOB)), 0)`))
  const values = columns.map((_, index) => `${literalOf(`v${index}`)} AS "${index}"`).join(', ')
  const from = `FROM main.${quoteName(table.name)}${where === undefined ? '' : ` WHERE ${where}`}`
  const fits = where === undefined ? `WHERE ${size} <= ${largestRow}` : ''
  const select = (order: string): string =>
    `SELECT ${values} FROM (SELECT ${list} ${from} ${order} LIMIT ${limit}) ${fits}`
  // A row that is both is sampled once.
  const sql =
    rowid === undefined ? select('') : `${select(`ORDER BY ${rowid}`)} UNION ${select(`ORDER BY ${rowid} DESC`)}`
  const rows = yield* query<Record<string, string>>(sql)
  return { table: quoteName(table.name), columns, rows: rows.map((row) => columns.map((_, index) => row[index]!)) }
}

/** A sum that is no deeper than it must be: SQLite takes no expression of more than 1,000 levels. */
function sum(terms: readonly string[]): string {
  if (terms.length < 2) return terms[0] ?? '0'
  const half = Math.ceil(terms.length / 2)
  return `(${sum(terms.slice(0, half))} + ${sum(terms.slice(half))})`
}

/** `quote()` cuts a text at a NUL, so a text is written by its bytes; the copy has the database's encoding. */
function literalOf(value: string): string {
  const text = `'CAST(x''' || hex(CAST(${value} AS BLOB)) || ''' AS TEXT)'`
  return `CASE typeof(${value}) WHEN 'text' THEN ${text} ELSE quote(${value}) END`
}

/**
 * Says whether rows can have been written in between: another connection changes `data_version`, and this one `total_changes`.
 * https://www.sqlite.org/pragma.html#pragma_data_version
 */
export function* dataVersion(): Operation<string> {
  const { data_version: others } = yield* queryOne<{ data_version: number }>('PRAGMA main.data_version')
  const { own } = yield* queryOne<{ own: string }>('SELECT CAST(total_changes() AS TEXT) AS own')
  return `${others} ${own}`
}
