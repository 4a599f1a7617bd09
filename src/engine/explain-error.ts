import { ConvergeError, type ErrorCode } from '../model/error.ts'

/** SQLite's result codes (https://www.sqlite.org/rescode.html), by their start, as ours. */
const meanings: readonly (readonly [prefix: string, code: ErrorCode, message: string, advice: string])[] = [
  ['SQLITE_NOTADB', 'not-a-database', 'is not a SQLite database, or it is encrypted', 'check the path'],
  ['SQLITE_BUSY', 'database-locked', 'is locked by another connection', 'try again when the other writer has finished'],
  [
    'SQLITE_LOCKED',
    'database-locked',
    'is locked by a statement of the same connection',
    'finish that statement first',
  ],
  [
    'SQLITE_READONLY_ROLLBACK',
    'database-unreadable',
    'has a journal left by an interrupted write, which has to be rolled back first',
    'open it once for writing: schema apply does, as does the application or the sqlite3 shell',
  ],
  [
    'SQLITE_READONLY_RECOVERY',
    'database-unreadable',
    'has a -wal file left by an interrupted write, which has to be recovered first',
    'open it once for writing: schema apply does, as does the application or the sqlite3 shell',
  ],
  ['SQLITE_READONLY', 'database-read-only', 'is read-only', 'nothing can be applied to it'],
  ['SQLITE_CORRUPT', 'database-corrupt', 'is damaged', 'restore a backup, or see https://www.sqlite.org/recovery.html'],
  ['SQLITE_CANTOPEN', 'database-unreadable', "can't be opened", 'check the permissions of the file and its directory'],
  ['SQLITE_FULL', 'step-failed', 'could not be written: the disk is full', 'make room and apply again'],
  ['SQLITE_IOERR', 'database-unreadable', "can't be read or written", 'check the disk'],
]

/** Turns an error of SQLite into one of ours; anything else is passed through. */
export function explainDatabaseError(error: unknown, database: string): unknown {
  const code = sqliteCode(error)
  const meaning = meanings.find(([prefix]) => code.startsWith(prefix))
  if (meaning === undefined) return error
  const [, ours, message, advice] = meaning
  const { message: reason } = error as Error
  return new ConvergeError(ours, `${database} ${message}`, {
    objects: [database],
    advice: [advice, `SQLite says: ${reason}`],
    cause: error,
  })
}

/** The extended result code of a better-sqlite3 error, also where Kysely has passed it on. */
export function sqliteCode(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return error instanceof Error && typeof code === 'string' ? code : ''
}

/** Whether a statement that compiles has failed on a value of some row. */
export function isAboutRows(error: unknown): boolean {
  const code = sqliteCode(error)
  if (code.startsWith('SQLITE_CONSTRAINT') || code.startsWith('SQLITE_MISMATCH')) return true
  return (
    code === 'SQLITE_ERROR' &&
    !/^no such|syntax error|^ambiguous|has no column|^error in/.test((error as Error).message)
  )
}
