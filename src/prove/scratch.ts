import { isAboutRows, missingPiece } from '../engine/explain-error.ts'
import type { Handle } from '../engine/handle.ts'
import { openMemory, type Prepare } from '../engine/setup.ts'
import type { CatalogEntry, SampleRows } from '../introspect/read-facts.ts'
import { writeCatalog } from '../introspect/write-catalog.ts'
import { ConvergeError } from '../model/error.ts'
import { foldName } from '../model/name.ts'
import { quoteText } from '../sql/quote.ts'

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
  /** As on the connection: with them, an INSERT OR REPLACE fires what a DELETE fires. */
  readonly recursiveTriggers: boolean
  readonly prepare: Prepare
}

/** A copy of a whole catalog in memory. */
export interface Scratch {
  readonly handle: Handle
  /** How many sample rows it holds. */
  readonly rows: number
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
 * A copy in memory of a whole catalog. What the plan touches is there for real, with sample rows; every other object is only
 * its row in the catalog, on a shared empty page. So a broken view somewhere breaks the copy as it breaks the live database,
 * and 5,000 tables cost what their rows cost.
 *
 * @throws CannotRecreate where a touched object is not accepted again.
 */
export function createScratch(options: ScratchOptions): Scratch {
  const handle = openMemory(options.prepare, options.encoding)
  handle.pragma('foreign_keys = OFF')
  handle.pragma('legacy_alter_table = ON')
  handle.pragma(`recursive_triggers = ${options.recursiveTriggers ? 'ON' : 'OFF'}`)
  // SQLite makes its table of AUTOINCREMENT marks itself, and never drops it.
  if (options.catalog.some((entry) => entry.name === 'sqlite_sequence')) {
    handle.exec('CREATE TABLE _schema_mark (x INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE _schema_mark')
  }
  createReal(handle, options)
  handle.pragma('ignore_check_constraints = ON')
  const rows = options.samples.reduce((sum, sample) => sum + insertSample(handle, sample), 0)
  handle.pragma('ignore_check_constraints = OFF')
  for (const [name, seq] of options.marks) {
    handle.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run(name)
    handle.exec(`INSERT INTO sqlite_sequence (name, seq) VALUES (${quoteText(name)}, ${seq})`)
  }
  if (options.analyzed) handle.exec('ANALYZE sqlite_schema')
  const present = namesIn(handle)
  const rest = options.catalog.filter(
    (entry) => !present.has(foldName(entry.name)) && !entry.name.startsWith('sqlite_stat'),
  )
  writeCatalog(handle, rest, 'shared')
  return { handle, rows }
}

/**
 * Creates the touched tables and their indexes. What SQLite takes from a file and not anew (a text in double quotes, a function
 * that it does not know) gets its row in the catalog and storage of its own: a plan that need not create it again can be proven.
 */
function createReal(handle: Handle, { catalog, real }: ScratchOptions): void {
  const entries = catalog.filter((entry) => real.has(foldName(entry.tbl_name)))
  for (const type of ['table', 'index']) {
    const refused: CatalogEntry[] = []
    for (const entry of entries) {
      if (entry.type !== type || entry.sql === null) continue
      try {
        // `prepare` takes one statement and no more: what a hostile file appends must not run, here neither.
        handle.prepare(entry.sql).run()
      } catch (cause) {
        if (missingPiece(cause) === undefined) throw new CannotRecreate(entry, cause)
        refused.push(entry)
      }
    }
    const isAutomatic = (entry: CatalogEntry): boolean =>
      entry.sql === null && refused.some((table) => table.name === entry.tbl_name)
    writeCatalog(handle, [...refused, ...(type === 'table' ? entries.filter(isAutomatic) : [])], 'own')
  }
}

function namesIn(handle: Handle): ReadonlySet<string> {
  const rows = handle.prepare('SELECT name FROM sqlite_schema').all() as { name: string }[]
  return new Set(rows.map(({ name }) => foldName(name)))
}

/** Inserts the rows that fit, and says how many. A table that needs what SQLite does not know stays without. */
function insertSample(handle: Handle, { table, columns, rows }: SampleRows): number {
  let inserted = 0
  for (const row of rows) {
    try {
      const sql = `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${row.join(', ')})`
      inserted += (handle.prepare(sql).run() as { changes: number }).changes
    } catch (cause) {
      if (missingPiece(cause) !== undefined) return inserted
      if (!isAboutRows(cause)) throw cause
      throw new ConvergeError(
        'rows-do-not-fit',
        `rows of ${table} can't be computed again: ${(cause as Error).message}`,
        {
          objects: [table],
          advice: ['a function that the schema calls fails on them'],
          cause,
        },
      )
    }
  }
  return inserted
}
