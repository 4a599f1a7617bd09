import { afterwards, editCatalog, type Operation, queryOne, run } from '../engine/operation.ts'
import { ConvergeError } from '../model/error.ts'
import { type Backup, type BackupPlace, makeBackup, withBackup } from './backup.ts'
import { checkpointLarge } from './checkpoint.ts'
import { commitBefore, type DeadlineOptions, startDeadline } from './deadline.ts'
import type { Watcher } from './progress.ts'
import { frameOf, rollBack } from './roll-back.ts'

export interface LockOptions extends DeadlineOptions {
  /** Whether the caller has a transaction under way; ours is then a savepoint in it, of this name. */
  readonly inTransaction: boolean
  readonly savepoint: string
  readonly watch?: Watcher
  /** Whether SQLite's catalog may be edited. */
  readonly editsCatalog: boolean
  /** Where the backup goes, if there is to be one. */
  readonly backup: BackupPlace | undefined
}

/** What the work under a lock is given. */
export interface Locked {
  /** As the options had it, and ends the work when it has held the lock for too long. */
  readonly watch?: Watcher
  /** Seconds that are left; infinite without a limit. */
  left(): number
  /**
   * Makes the backup, if there is to be one.
   *
   * @param binding The hash of the catalog that it has to hold.
   */
  save(binding: string): Operation<void>
}

/**
 * Does something in one transaction of the whole lock, with foreign keys off; then commits, or rolls back whatever went wrong, and
 * leaves the pragmas as they were.
 *
 * @throws ConvergeError `in-transaction`, `database-locked`, `backup-failed`, `lock-exceeded`, and what the work throws
 */
export function* underLock<T>(
  options: LockOptions,
  work: (locked: Locked) => Operation<T>,
): Operation<{ readonly result: T; readonly backup?: Backup }> {
  const saved: Saved = {}
  try {
    const result = yield* withoutForeignKeys(options, inTransaction(options, work, saved))
    return { result, ...saved }
  } catch (error) {
    throw saved.backup === undefined ? error : withBackup(error, saved.backup)
  }
}

/** What is there also when the work fails. */
interface Saved {
  backup?: Backup
}

/** Leaves the pragmas as they were. */
function* withoutForeignKeys<T>({ inTransaction, editsCatalog }: LockOptions, operation: Operation<T>): Operation<T> {
  const foreignKeys = (yield* queryOne<{ foreign_keys: number }>('PRAGMA foreign_keys')).foreign_keys
  const legacy = (yield* queryOne<{ legacy_alter_table: number }>('PRAGMA legacy_alter_table')).legacy_alter_table
  const { writable_schema } = yield* queryOne<{ writable_schema: number }>('PRAGMA writable_schema')
  const switched = function* (): Operation<T> {
    if (!inTransaction) yield* switchOff()
    yield* run('PRAGMA legacy_alter_table = ON')
    return yield* operation
  }
  const putBack = function* (): Operation<void> {
    if (editsCatalog) {
      // After a rollback the catalog is another one than was read last; a transaction that goes on has to remember that it changed.
      yield* run(`PRAGMA writable_schema = ${inTransaction ? 'OFF' : 'RESET'}`)
      if (writable_schema !== 0) yield* editCatalog('PRAGMA writable_schema = ON')
    }
    yield* run(`PRAGMA legacy_alter_table = ${legacy === 0 ? 'OFF' : 'ON'}`)
    if (!inTransaction) yield* run(`PRAGMA foreign_keys = ${foreignKeys === 0 ? 'OFF' : 'ON'}`)
  }
  return yield* afterwards(switched(), putBack())
}

function* inTransaction<T>(
  { savepoint, watch, backup: place, ...options }: LockOptions,
  work: (locked: Locked) => Operation<T>,
  saved: Saved,
): Operation<T> {
  const frame = frameOf(savepoint, options.inTransaction)
  watch?.({ phase: 'locking' })
  yield* run(frame.begin)
  const deadline = startDeadline(options)
  try {
    const watched = deadline.over(watch === undefined ? {} : { watch })
    const save = function* (binding: string): Operation<void> {
      if (place === undefined) return
      watched.watch?.({ phase: 'saving' })
      const backup = yield* makeBackup(place, binding)
      if (backup !== undefined) saved.backup = backup
    }
    const result = yield* work({ ...watched, left: deadline.left, save })
    watched.watch?.({ phase: 'committing' })
    yield* commitBefore(deadline, frame.commit)
    if (!options.inTransaction) yield* checkpointLarge()
    return result
  } catch (error) {
    deadline.stop()
    yield* rollBack(frame, options.editsCatalog)
    throw error
  }
}

/** Read back, since the pragma does nothing at all inside a transaction: https://www.sqlite.org/foreignkeys.html */
function* switchOff(): Operation<void> {
  yield* run('PRAGMA foreign_keys = OFF')
  const { foreign_keys } = yield* queryOne<{ foreign_keys: number }>('PRAGMA foreign_keys')
  if (foreign_keys === 0) return
  throw new ConvergeError('in-transaction', 'foreign keys stay enforced on this connection, as inside a transaction', {
    advice: ['commit the transaction that is under way, or hand in another connection'],
  })
}
