import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConvergeError } from '../model/error.ts'
import { type Handle, isHandle } from './handle.ts'
import { isKysely } from './kysely.ts'
import { openForReading, openForWriting } from './open.ts'
import type { Operation } from './operation.ts'
import { type DatabaseLike, withSession } from './session.ts'
import type { Prepare } from './setup.ts'

/** The part of better-sqlite3 that copies a database, page by page, while others may go on writing. */
interface Copier {
  backup(path: string, options: { progress(): number }): Promise<unknown>
}

/** How many pages are copied before others get their turn. */
const pagesAtOnce = 4_096

/**
 * Runs an operation that writes on a copy of a whole database, made by SQLite's backup and gone afterwards. The database itself
 * is only read.
 *
 * @throws ConvergeError `unsupported-connection` for a Kysely instance, `in-transaction` inside of one, `database-unreadable` where
 * there is no room for the copy.
 */
export async function withCopy<T>(database: DatabaseLike, prepare: Prepare, operation: Operation<T>): Promise<T> {
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
  try {
    const path = join(folder, 'copy.db')
    await copyTo(database, path)
    return await withSession(path, { mode: 'write', prepare }, (session) => session.run(operation))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function copyTo(database: string | Handle, path: string): Promise<void> {
  const { handle, close } =
    typeof database === 'string' ? openForReading(database) : { handle: database, close: () => {} }
  try {
    await (handle as Handle & Copier).backup(path, { progress: () => pagesAtOnce })
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
