import { explainDatabaseError, sqliteCode } from './explain-error.ts'
import { afterwards, type Operation, query, queryOne, run } from './operation.ts'

export interface Waiting {
  /** What to call the database in messages. */
  readonly name: string
  /** For how long a lock is waited for, in seconds; without it for as long as the connection does by itself. */
  readonly lockTimeout?: number | undefined
}

/**
 * Runs an operation that waits for the locks of others, and says who holds the one that it did not get, where that can be known.
 *
 * @throws ConvergeError `database-locked`
 */
export function* waitForLocks<T>({ name, lockTimeout }: Waiting, operation: Operation<T>): Operation<T> {
  try {
    return yield* lockTimeout === undefined ? operation : withLockTimeout(lockTimeout, operation)
  } catch (error) {
    if (!sqliteCode(error).startsWith('SQLITE_BUSY')) throw error
    throw explainDatabaseError(error, name, (yield* mainFile()) ?? name)
  }
}

/** Runs an operation on a connection that waits for so many seconds; afterwards it waits as it did. */
export function* withLockTimeout<T>(seconds: number, operation: Operation<T>): Operation<T> {
  const { timeout } = yield* queryOne<{ timeout: number }>('PRAGMA busy_timeout')
  yield* run(`PRAGMA busy_timeout = ${Math.ceil(seconds * 1000)}`)
  return yield* afterwards(operation, run(`PRAGMA busy_timeout = ${timeout}`))
}

/** The file of the database, as SQLite has found it; undefined for one that is in no file. */
export function* mainFile(): Operation<string | undefined> {
  const databases = yield* query<{ name: string; file: string | null }>('PRAGMA database_list')
  return databases.find((one) => one.name === 'main')?.file || undefined
}
