import type { KeptData } from '../apply/kept-data.ts'
import { findPrunable, type PruneChoice, type Pruned, pruneKept } from '../apply/prune-kept.ts'
import { withSession } from '../engine/session.ts'
import type { DatabaseLike } from './options.ts'
import { toolVersion } from './version.ts'

/** Options of pruning: which kept data is meant, and whether to drop it. */
export interface PruneOptions extends PruneChoice {
  /** What has been shown to somebody, by name: nothing else is dropped. */
  readonly expect?: readonly string[]
}

/**
 * Says which kept data `prune` would drop, with rows and about how many bytes. It only reads.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { prunable } from 'sqlite-converge'
 *
 * console.log(await prunable(new Database(':memory:'), { olderThan: 30 })) // []
 * ```
 * @throws ConvergeError `usage` for a plan that the journal does not know.
 */
export async function prunable(database: DatabaseLike, choice: PruneChoice = {}): Promise<readonly KeptData[]> {
  return withSession(database, { mode: 'read' }, (session) => session.run(findPrunable(choice, new Date())))
}

/**
 * Drops what `keep` has put aside, and what watches over it, in one transaction. A revert does not bring it back then, and says so.
 * The file gets no smaller before a VACUUM.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { converge, defineSchema, prune } from 'sqlite-converge'
 *
 * const db = new Database(':memory:')
 * db.exec(`CREATE TABLE notes (id INTEGER PRIMARY KEY, text); INSERT INTO notes (text) VALUES ('a'), ('b')`)
 * await converge(db, defineSchema({}), { keep: true })
 * const { dropped } = await prune(db)
 * console.log(dropped[0].of, dropped[0].rows) // [ 'notes' ] 2
 * ```
 * @throws ConvergeError `usage`, `database-locked`, `journal-unreadable`
 */
export async function prune(database: DatabaseLike, options: PruneOptions = {}): Promise<Pruned> {
  return withSession(database, { mode: 'write' }, (session) =>
    session.run(
      pruneKept({
        ...options,
        inTransaction: session.inTransaction,
        toolVersion: toolVersion(),
        now: () => new Date(),
      }),
    ),
  )
}
