import { ConvergeError, type ErrorCode } from '../model/error.ts'
import { lockHolders } from './lock-holders.ts'

/** SQLite's result codes (https://www.sqlite.org/rescode.html), by their start, as ours. */
const meanings: readonly (readonly [prefix: string, code: ErrorCode, message: string, advice: string])[] = [
  ['SQLITE_NOTADB', 'not-a-database', 'is not a SQLite database, or it is encrypted', 'check the path'],
  [
    'SQLITE_BUSY',
    'database-locked',
    'is locked by another connection',
    'try again when it has finished, or wait longer: --lock-timeout SECONDS (in the library: lockTimeout)',
  ],
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
  [
    'SQLITE_READONLY_DIRECTORY',
    'database-read-only',
    'is in a directory that may not be written to, and SQLite needs a journal beside it',
    'make the directory writable first; plan and status work as it is',
  ],
  [
    'SQLITE_READONLY_DBMOVED',
    'database-read-only',
    'has been moved, or replaced by another file, since it was opened',
    'nothing was changed in either: open it again, and apply again',
  ],
  ['SQLITE_READONLY', 'database-read-only', 'is read-only', 'nothing can be applied to it'],
  ['SQLITE_CORRUPT', 'database-corrupt', 'is damaged', 'restore a backup, or see https://www.sqlite.org/recovery.html'],
  ['SQLITE_CANTOPEN', 'database-unreadable', "can't be opened", 'check the permissions of the file and its directory'],
  [
    'SQLITE_FULL',
    'step-failed',
    'could not be written: the disk is full',
    'nothing was changed: make room, also where temporary files go, and apply again',
  ],
  ...['WRITE', 'FSYNC', 'DIR_FSYNC', 'TRUNCATE'].map(
    (what) =>
      [
        `SQLITE_IOERR_${what}`,
        'step-failed',
        'could not be written',
        'nothing was changed: check the disk, and whether the size of files is limited (ulimit -f); then apply again',
      ] as const,
  ),
  ['SQLITE_IOERR', 'database-unreadable', "can't be read or written", 'check the disk'],
]

/**
 * Turns an error of SQLite into one of ours; anything else is passed through.
 *
 * @param database What to call the database.
 * @param file Where it is: who locks it is looked up there.
 */
export function explainDatabaseError(error: unknown, database: string, file: string = database): unknown {
  if (error instanceof ConvergeError) return error
  // A schema format that this SQLite does not know has no code of its own.
  if (error instanceof Error && error.message === 'unsupported file format') {
    return new ConvergeError('not-a-database', `${database} is of a format that this SQLite does not know`, {
      objects: [database],
      advice: ['it was written by a newer version, or is damaged'],
      cause: error,
    })
  }
  // better-sqlite3 refuses this itself, before SQLite is asked.
  if (error instanceof TypeError && error.message.includes('connection is busy executing a query')) {
    return new ConvergeError('database-locked', `${database} is in the middle of a query of the same connection`, {
      objects: [database],
      advice: ['read that query to its end first, or hand in another connection'],
      cause: error,
    })
  }
  const code = sqliteCode(error)
  const meaning = meanings.find(([prefix]) => code.startsWith(prefix))
  if (meaning === undefined) return explainMissing(error, database) ?? error
  const [, ours, message, advice] = meaning
  const { message: reason } = error as Error
  const holders = code.startsWith('SQLITE_BUSY') ? lockHolders(file) : []
  const who = holders.length === 0 ? '' : `: ${holders.join(', ')}`
  return new ConvergeError(ours, `${database} ${message}${who}`, {
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

/**
 * Whether SQLite may have rolled back the whole transaction with an error, so that nothing may go on as if it were under way.
 * https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
 */
export function mayHaveRolledBack(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR|NOMEM|BUSY|INTERRUPT)/.test(sqliteCode(error))
}

/** What a statement lacks that SQLite does not bring by itself, or takes from a file and not anew. */
export interface MissingPiece {
  readonly what: 'function' | 'collation' | 'module' | 'tokenizer' | 'text in double quotes'
  readonly name: string
}

/** Which piece SQLite lacks, if that is why it refuses a statement. */
export function missingPiece(error: unknown): MissingPiece | undefined {
  const message = error instanceof Error ? error.message : ''
  const [, what, name] =
    /(?:no such|unknown) (function|collation sequence|module|tokenizer): (.*)$/s.exec(message) ?? []
  if (what !== undefined && name !== undefined) {
    const kind = what === 'collation sequence' ? 'collation' : (what as Exclude<MissingPiece['what'], 'collation'>)
    return { what: kind, name: name.replace(/\(\)$/, '') }
  }
  // https://www.sqlite.org/quirks.html#double_quoted_string_literals_are_accepted
  const [, quoted] = /no such column: "(.*)" - should this be a string literal/s.exec(message) ?? []
  return quoted === undefined ? undefined : { what: 'text in double quotes', name: quoted }
}

/** The same as an error of ours, with what to do; undefined where nothing is missing. */
export function explainMissing(error: unknown, object: string): ConvergeError | undefined {
  const piece = missingPiece(error)
  if (piece === undefined) return undefined
  const { what, name } = piece
  const details = { objects: [object], cause: error }
  if (what === 'text in double quotes') {
    return new ConvergeError(
      'cannot-recreate',
      `${object} has a text in double quotes, "${name}", and such can't be created anew`,
      {
        ...details,
        advice: [
          `write it as '${name.replaceAll("'", "''")}' in the target: the object is then created from that`,
          'or leave the object as it is: other changes of the schema are not in the way',
        ],
      },
    )
  }
  return new ConvergeError('needs-setup', `${object} needs the ${what} ${name}, which SQLite does not know`, {
    ...details,
    advice: [
      ...(what === 'collation' || what === 'tokenizer'
        ? []
        : [`register it in a module: --setup MODULE (in the library: the option setup)`]),
      'load the extension that has it: --load-extension PATH (in the library: loadExtensions)',
    ],
  })
}

/** Whether a statement that compiles has failed on a value of some row. */
export function isAboutRows(error: unknown): boolean {
  const code = sqliteCode(error)
  // An error without a code of SQLite's comes from a function of the application that was given a row's value.
  if (code === '' && error instanceof Error) return true
  if (code.startsWith('SQLITE_CONSTRAINT') || code.startsWith('SQLITE_MISMATCH')) return true
  // A value of more bytes than SQLite takes.
  if (code === 'SQLITE_TOOBIG') return true
  return (
    code === 'SQLITE_ERROR' &&
    missingPiece(error) === undefined &&
    !/^no such|syntax error|^ambiguous|has no column|^error in/.test((error as Error).message)
  )
}
