import type Database from 'better-sqlite3'

/** A row by its values as SQL literals, which say the storage class too. */
export interface DumpedRow {
  /** Undefined in a WITHOUT ROWID table. */
  readonly rowid: string | undefined
  readonly values: Readonly<Record<string, string>>
}

export interface DumpedTable {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string; readonly generated: boolean }[]
  /** The column that is the rowid. */
  readonly alias: string | undefined
  readonly hasRowid: boolean
  /** What SQLite calls it: `table`, `virtual`, or `shadow` for a virtual table's own. */
  readonly type: string
  readonly rows: readonly DumpedRow[]
}

/** Everything a database holds, as data that can be compared. */
export interface Dump {
  readonly catalog: readonly { type: string; name: string; tbl_name: string; sql: string | null }[]
  readonly tables: ReadonlyMap<string, DumpedTable>
  readonly marks: ReadonlyMap<string, string>
  readonly statistics: readonly unknown[]
}

/** Reads a whole database; the journal and what is kept are left out where `managed`. */
export function dump(db: Database.Database, managed = false): Dump {
  const catalog = (
    db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid').all() as Dump['catalog'][number][]
  ).filter((entry) => !managed || !/^_schema_(journal$|kept_)/.test(entry.tbl_name))
  const names = catalog
    .filter((entry) => entry.type === 'table' && !entry.name.startsWith('sqlite_'))
    .map((entry) => entry.name)
  const has = (name: string): boolean => catalog.some((entry) => entry.name === name)
  const marks = has('sqlite_sequence') ? db.prepare('SELECT name, quote(seq) AS seq FROM sqlite_sequence').all() : []
  return {
    catalog,
    tables: new Map(names.map((name) => [name.toLowerCase(), dumpTable(db, name)])),
    marks: new Map((marks as { name: string; seq: string }[]).map(({ name, seq }) => [name.toLowerCase(), seq])),
    statistics: has('sqlite_stat1') ? db.prepare('SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY 1, 2').all() : [],
  }
}

function dumpTable(db: Database.Database, name: string): DumpedTable {
  const found = db.prepare('SELECT name, type, hidden, pk FROM pragma_table_xinfo(?) WHERE hidden <> 1').all(name) as {
    name: string
    type: string
    hidden: number | bigint
    pk: number | bigint
  }[]
  const columns = found.map((column) => ({
    name: column.name.toLowerCase(),
    type: column.type,
    generated: Number(column.hidden) > 0,
  }))
  const { wr, type } = db
    .prepare(`SELECT wr, type FROM pragma_table_list WHERE schema = 'main' AND name = ?`)
    .get(name) as { wr: number | bigint; type: string }
  const hasRowid = Number(wr) === 0
  const keys = found.filter((column) => Number(column.pk) > 0)
  const indexed = db.prepare(`SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk'`).get(name) !== undefined
  const aliased = hasRowid && keys.length === 1 && keys[0]!.type.toUpperCase() === 'INTEGER' && !indexed
  const list = columns.map((column, index) => `quote("${column.name}") AS "${index}"`)
  const rowid = hasRowid ? 'quote(rowid)' : 'NULL'
  const rows = db.prepare(`SELECT ${rowid} AS id, ${list.join(', ')} FROM "${name}"`).all() as Record<string, string>[]
  const dumped = rows.map(
    ({ id, ...values }): DumpedRow => ({
      rowid: id ?? undefined,
      values: Object.fromEntries(columns.map((column, index) => [column.name, values[index]!])),
    }),
  )
  return {
    name,
    columns,
    alias: aliased ? keys[0]!.name.toLowerCase() : undefined,
    hasRowid,
    type,
    rows: dumped.sort((a, b) => (rowText(a) < rowText(b) ? -1 : 1)),
  }
}

export function rowText(row: DumpedRow, columns: readonly string[] = Object.keys(row.values).sort()): string {
  return JSON.stringify([row.rowid ?? null, ...columns.map((name) => row.values[name])])
}
