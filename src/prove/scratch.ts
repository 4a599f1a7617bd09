import Database from 'better-sqlite3'
import type { Handle } from '../engine/handle.ts'
import type { CatalogEntry, SampleRows } from '../introspect/read-facts.ts'
import { foldName } from '../model/name.ts'
import { readObject } from '../sql/read-object.ts'

export interface ScratchOptions {
  readonly catalog: readonly CatalogEntry[]
  /** The tables that a plan touches, folded: only they, and their indexes, are created for real. */
  readonly real: ReadonlySet<string>
  readonly samples: readonly SampleRows[]
  /** The rows of sqlite_sequence, as SQL literals. */
  readonly marks: readonly (readonly [name: string, seq: string])[]
  /** Whether ANALYZE's tables are there. */
  readonly analyzed: boolean
  readonly encoding: string
}

/** An object of the live database that SQLite does not accept again as it stands in the catalog. */
export class CannotRecreate extends Error {
  readonly object: CatalogEntry

  constructor(object: CatalogEntry, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.object = object
  }
}

/**
 * A copy in memory of a whole catalog. What the plan touches is created for real, with sample rows; every other
 * object is only its row in the catalog, on a shared empty page. So a broken view somewhere breaks the copy as it
 * breaks the live database, and 5,000 tables cost what their rows cost.
 *
 * @throws CannotRecreate where a touched object is not accepted again.
 */
export function createScratch(options: ScratchOptions): Handle {
  const handle: Handle = new Database(':memory:')
  handle.pragma(`encoding = '${options.encoding.replaceAll("'", '')}'`)
  handle.pragma('foreign_keys = OFF')
  handle.pragma('legacy_alter_table = ON')
  const isReal = (entry: CatalogEntry): boolean => options.real.has(foldName(entry.tbl_name))
  const create = (type: string): void => {
    for (const entry of options.catalog) {
      if (entry.type !== type || entry.sql === null || !isReal(entry)) continue
      try {
        handle.exec(entry.sql)
      } catch (cause) {
        throw new CannotRecreate(entry, cause)
      }
    }
  }
  // SQLite makes its table of AUTOINCREMENT marks itself, and never drops it.
  if (options.catalog.some((entry) => entry.name === 'sqlite_sequence')) {
    handle.exec('CREATE TABLE _schema_mark (x INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE _schema_mark')
  }
  create('table')
  handle.pragma('ignore_check_constraints = ON')
  for (const sample of options.samples) insertSample(handle, sample)
  handle.pragma('ignore_check_constraints = OFF')
  for (const [name, seq] of options.marks) {
    handle.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run(name)
    handle.exec(`INSERT INTO sqlite_sequence (name, seq) VALUES ('${name.replaceAll("'", "''")}', ${seq})`)
  }
  create('index')
  if (options.analyzed) handle.exec('ANALYZE sqlite_schema')
  const rest = options.catalog.filter((entry) => !(isReal(entry) && (entry.type === 'table' || entry.type === 'index')))
  insertEntries(handle, rest)
  return handle
}

function insertSample(handle: Handle, { table, columns, rows }: SampleRows): void {
  for (const row of rows) {
    handle.exec(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${row.join(', ')})`)
  }
}

/**
 * Puts rows into the catalog itself: https://www.sqlite.org/pragma.html#pragma_writable_schema
 *
 * The tables share one empty page; the indexes of one table must each have a page of their own, which they share
 * with the indexes of other tables.
 */
function insertEntries(handle: Handle, entries: readonly CatalogEntry[]): void {
  const names = 'SELECT name, rootpage FROM sqlite_schema'
  const present = new Set((handle.prepare(names).all() as { name: string }[]).map(({ name }) => foldName(name)))
  const missing = entries.filter((entry) => !present.has(foldName(entry.name)) && !entry.name.startsWith('sqlite_stat'))
  if (missing.length === 0) return
  const positions = indexPositions(missing)
  handle.exec('CREATE TABLE _schema_page (x); CREATE TABLE _schema_keyed (x PRIMARY KEY) WITHOUT ROWID')
  for (let n = 0; n <= Math.max(0, ...positions.values()); n++) {
    handle.exec(`CREATE INDEX _schema_index_${n} ON _schema_page (x)`)
  }
  const roots = new Map(
    (handle.prepare(names).all() as { name: string; rootpage: number }[]).map((row) => [row.name, row.rootpage]),
  )
  handle.unsafeMode(true)
  handle.pragma('writable_schema = ON')
  const insert = handle.prepare(
    'INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)',
  )
  handle.exec('BEGIN')
  for (const entry of missing) {
    const page = roots.get(pageOf(entry, positions.get(entry) ?? 0)) ?? 0
    insert.run(entry.type, entry.name, entry.tbl_name, page, entry.sql)
  }
  handle.exec("DELETE FROM sqlite_schema WHERE tbl_name IN ('_schema_page', '_schema_keyed')")
  handle.exec('COMMIT')
  handle.pragma('writable_schema = RESET')
  handle.unsafeMode(false)
}

/** Which index of its table each one is. */
function indexPositions(entries: readonly CatalogEntry[]): ReadonlyMap<CatalogEntry, number> {
  const counts = new Map<string, number>()
  const positions = new Map<CatalogEntry, number>()
  for (const entry of entries) {
    if (entry.type !== 'index') continue
    const count = counts.get(foldName(entry.tbl_name)) ?? 0
    positions.set(entry, count)
    counts.set(foldName(entry.tbl_name), count + 1)
  }
  return positions
}

function pageOf(entry: CatalogEntry, position: number): string {
  if (entry.type === 'index') return `_schema_index_${position}`
  if (entry.type !== 'table' || entry.sql === null) return ''
  const table = readObject({ ...entry, sql: entry.sql })
  if (table.kind === 'virtual table') return ''
  return table.kind === 'table' && table.withoutRowid ? '_schema_keyed' : '_schema_page'
}
