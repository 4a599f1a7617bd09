import type { Database } from 'better-sqlite3'
import { quoteName } from '../../src/sql/quote.ts'
import type { Change } from './changes.ts'

/** Everything that a database holds, but the journal, read by plain queries that know nothing of the engine. */
export interface State {
  /** The text of every object, by kind and name. */
  readonly texts: Readonly<Record<string, string>>
  readonly untouched: Answers
  /** The same, after statements that make triggers fire; they are rolled back. */
  readonly exercised: Answers
}

interface Answers {
  /** By table, the tables of virtual ones included: each row with its rowid, integers as bigints. */
  readonly rows: Readonly<Record<string, readonly unknown[] | string>>
  /** Of each table and view, its triggers in the order in which they were created. */
  readonly triggers: Readonly<Record<string, readonly string[]>>
  readonly queries: readonly unknown[]
}

export function readState(handle: Database, { exercise, queries }: Pick<Change, 'exercise' | 'queries'>): State {
  const texts = textsIn(handle)
  const untouched = answers(handle, queries)
  handle.exec('SAVEPOINT exercise')
  for (const sql of exercise) handle.exec(sql)
  const exercised = answers(handle, queries)
  handle.exec('ROLLBACK TO exercise; RELEASE exercise')
  return { texts, untouched, exercised }
}

/** The names of the objects whose text is another, or is missing on one side. */
export function textsThatDiffer(before: State, after: State): readonly string[] {
  const objects = new Set([...Object.keys(before.texts), ...Object.keys(after.texts)])
  return [...objects].filter((object) => before.texts[object] !== after.texts[object]).sort()
}

function textsIn(handle: Database): Readonly<Record<string, string>> {
  const rows = handle
    .prepare(
      `SELECT type || ' ' || name, sql FROM sqlite_schema
       WHERE sql IS NOT NULL AND tbl_name <> '_schema_journal' ORDER BY 1`,
    )
    .raw()
    .all() as [string, string][]
  return Object.fromEntries(rows)
}

function answers(handle: Database, queries: readonly string[]): Answers {
  const all = <T extends unknown[]>(sql: string): T[] => handle.prepare(sql).raw().safeIntegers().all() as T[]
  const rows: Record<string, readonly unknown[] | string> = {}
  for (const [name, withoutRowid] of all<[string, bigint]>(
    `SELECT name, wr FROM pragma_table_list
     WHERE schema = 'main' AND type IN ('table', 'shadow')
       AND name NOT IN ('sqlite_schema', 'sqlite_sequence', '_schema_journal') ORDER BY 1`,
  )) {
    try {
      rows[name] = all(`SELECT ${withoutRowid ? '*' : 'rowid, *'} FROM ${quoteName(name)}`)
    } catch (error) {
      // A table whose key has a collation that SQLite doesn't know.
      rows[name] = (error as Error).message
    }
  }
  // Which of its rows comes first means nothing.
  if ('table sqlite_sequence' in textsIn(handle)) rows.marks = all('SELECT name, seq FROM sqlite_sequence ORDER BY 1')
  const triggers: Record<string, string[]> = {}
  for (const [name, table] of all<[string, string]>(
    `SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid`,
  )) {
    triggers[table] = [...(triggers[table] ?? []), name]
  }
  return { rows, triggers, queries: queries.map(all) }
}
