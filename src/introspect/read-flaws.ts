import { type Operation, query } from '../engine/operation.ts'
import { foldName } from '../model/name.ts'
import type { Unsupported } from '../model/schema.ts'
import type { CatalogRow } from '../sql/read-object.ts'

/** Why a row of the catalog can't be spoken of in SQL, by a function of the row; undefined for every row of an honest file. */
export type Flaws = (row: CatalogRow) => string | undefined

interface BlobRow {
  readonly type: string | null
  readonly name: string | null
  readonly table: string | null
}

/**
 * Finds the rows of the catalog that only an edited file has, and that no statement reaches: SQLite ends a name at a NUL, finds
 * what it drops by comparing texts, and takes no bytes for a text; and of two objects of one name it knows one.
 */
export function* readFlaws(rows: readonly CatalogRow[]): Operation<Flaws> {
  const flaws = new Map<string, string>()
  const add = (type: string, name: string, flaw: string): void => void flaws.set(`${type} ${name}`, flaw)
  const inBytes = yield* query<BlobRow & object>(
    `SELECT CAST(type AS TEXT) AS type, CAST(name AS TEXT) AS name, CAST(tbl_name AS TEXT) AS "table" FROM main.sqlite_schema
     WHERE typeof(tbl_name) = 'blob'
        OR (CAST(type AS TEXT) IN ('index', 'trigger') AND (typeof(name) = 'blob' OR typeof(type) = 'blob'))`,
  )
  for (const { type, name, table } of inBytes) {
    add(`${type}`, `${name}`, 'its name is in bytes')
    // An index of SQLite's own goes with its table.
    if (name?.startsWith('sqlite_')) add('table', `${table}`, 'the name of its index is in bytes')
  }
  for (const { type, name, tbl_name } of rows) {
    if (`${name}${tbl_name}`.includes('\0')) add(type, name, 'its name holds a NUL')
    else if (name.includes('\ufffd') && !(yield* isSayable(name))) add(type, name, 'its name is not UTF-8')
  }
  const seen = new Set<string>()
  const twice = new Set<CatalogRow>()
  for (const row of rows) {
    if (row.type !== 'table' && row.type !== 'view') continue
    if (seen.has(foldName(row.name))) twice.add(row)
    seen.add(foldName(row.name))
  }
  return (row) =>
    twice.has(row)
      ? 'another table or view has its name'
      : flaws.size === 0
        ? undefined
        : flaws.get(`${row.type} ${row.name}`)
}

/** Whether a name means the object when it is said back to SQLite. */
function* isSayable(name: string): Operation<boolean> {
  return (yield* query('SELECT 1 FROM main.sqlite_schema WHERE name = ?', [name])).length > 0
}

/** What can't be spoken of: it is named, left alone, and in the way of a plan. */
export function flawed(row: CatalogRow, reason: string): Unsupported {
  const [table = ''] = row.tbl_name.split('\0')
  return { kind: 'unsupported', type: row.type, name: row.name, table, sql: row.sql, reason }
}
