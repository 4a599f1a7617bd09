import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConvergeError } from '../model/error.ts'
import { type Handle, isHandle } from './handle.ts'
import { isKysely } from './kysely.ts'
import { openForReading, openForWriting } from './open.ts'
import type { Operation } from './operation.ts'
import { type DatabaseLike, type SessionOptions, withSession } from './session.ts'
import { plain } from './setup.ts'

/** The part of better-sqlite3 that copies a database, so many pages at a time as it is told. */
interface Copier {
  backup(path: string, options: { progress(): number }): Promise<unknown>
}

/** In one go: a copy in parts starts anew with every write of others, and need not end. https://www.sqlite.org/backup.html */
const everyPage = 0x7fffffff
/** How often it is tried while others hold the lock, each time for as long as the connection waits. */
const tries = 2

/**
 * Runs an operation that writes on a copy of a whole database, made by SQLite's backup and gone afterwards. The database itself
 * is only read.
 *
 * @throws ConvergeError `unsupported-connection` for a Kysely instance, `in-transaction` inside of one, `database-unreadable` where
 * there is no room for the copy.
 */
export async function withCopy<T>(
  database: DatabaseLike,
  { prepare = plain, lockTimeout }: Pick<SessionOptions, 'prepare' | 'lockTimeout'>,
  operation: Operation<T>,
): Promise<T> {
  if (isKysely(database)) {
    throw new ConvergeError('unsupported-connection', 'a Kysely instance gives no copy of its database', {
      advice: ['give the better-sqlite3 handle below it, or the path of the file'],
    })
  }
  if (isHandle(database) && database.inTransaction) {
    throw new ConvergeError('in-transaction', 'a copy would not hold what the transaction under way has written', {
      advice: ['commit first'],
    })
  }
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-converge-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const path = join(folder, 'copy.db')
    await copyTo(database, path, lockTimeout)
    const { handle, close } = openForWriting(path)
    try {
      handle.pragma('journal_mode = MEMORY')
      handle.pragma('synchronous = OFF')
      prepare(handle)
      // However the process ends, no copy of somebody's data stays: an open file needs no name, except on Windows.
      if (process.platform !== 'win32') remove()
      return await withSession(handle, { mode: 'write' }, (session) => session.run(operation))
    } finally {
      close()
    }
  } finally {
    remove()
  }
}

async function copyTo(database: string | Handle, path: string, lockTimeout: number | undefined): Promise<void> {
  const { handle, close } =
    typeof database === 'string' ? openForReading(database, lockTimeout) : { handle: database, close: () => {} }
  try {
    let turn = 0
    const progress = (): number => {
      if (turn++ <= tries) return everyPage
      throw new ConvergeError('database-locked', 'the database is locked by another connection', {
        advice: ['try again'],
      })
    }
    await (handle as Handle & Copier).backup(path, { progress })
    openForWriting(path).close()
  } catch (cause) {
    if (cause instanceof ConvergeError) throw cause
    const reason = (cause as Error).message
    throw new ConvergeError(
      'database-unreadable',
      `the database can't be copied to where it could be tried: ${reason}`,
      {
        objects: [path],
        advice: ['a copy of the whole database is made in the folder for temporary files (TMPDIR)'],
        cause,
      },
    )
  } finally {
    close()
  }
}
