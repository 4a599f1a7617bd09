import { statSync } from 'node:fs'
import { type Operation, query, queryOne } from '../engine/operation.ts'
import { mainFile, withLockTimeout } from '../engine/wait-for-locks.ts'

/**
 * Moves what a large apply has left in the -wal file into the database, and empties it. Others are not waited for: what they still read stays.
 * An apply that is done is not failed by this. https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
 *
 * A connection that makes no checkpoints by itself has an owner who makes them.
 */
export function* checkpointLarge(): Operation<void> {
  try {
    const file = yield* mainFile()
    if (file === undefined) return
    const { wal_autocheckpoint: pages } = yield* queryOne<{ wal_autocheckpoint: number }>('PRAGMA wal_autocheckpoint')
    const { page_size: pageSize } = yield* queryOne<{ page_size: number }>('PRAGMA main.page_size')
    const bytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0
    // By itself, SQLite lets it grow to about so many pages.
    if (pages <= 0 || bytes < 1.5 * pages * pageSize) return
    yield* withLockTimeout(0, query('PRAGMA main.wal_checkpoint(TRUNCATE)'))
  } catch {
    // It is made another time, by whoever writes next.
  }
}
