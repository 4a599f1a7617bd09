import { accessSync, constants, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { ConvergeError } from '../model/error.ts'
import { asNode } from './as-node.ts'
import { explainDatabaseError } from './explain-error.ts'
import type { Handle } from './handle.ts'

/** A database that we opened, and have to close. */
export interface Opened {
  readonly handle: Handle
  /** Whether the file was not there before. */
  readonly isNew?: true
  close(): void
}

/** How long a lock is waited for where nothing else is said, in seconds. */
const usualLockTimeout = 5

/**
 * Opens a database file such that reading it changes no byte of it, and leaves no file beside it.
 *
 * A database in WAL mode needs care. Opened read-only, SQLite makes -wal and -shm files that a read-only connection
 * can't remove; opened for writing, a leftover -wal is checkpointed into the file. https://www.sqlite.org/wal.html#readonly
 *
 * The file is never opened but by SQLite: closing any other descriptor of it would drop all locks that this process holds
 * on it, and an application's transaction with them. https://www.sqlite.org/howtocorrupt.html#posix_close_bug
 *
 * @throws ConvergeError `no-such-database`, `not-a-database`, `database-unreadable`, `database-locked`
 */
export function openForReading(path: string, lockTimeout: number = usualLockTimeout): Opened {
  checkFile(path)
  return guarded(path, () => {
    const [wal, shm, journal] = ['-wal', '-shm', '-journal'].map((suffix) => existsSync(path + suffix))
    if (wal && !shm) return openCopy(path) ?? openReadOnly(path, lockTimeout)
    // A journal may have to be rolled back, which is not for a reader to do.
    if (wal || journal) return openReadOnly(path, lockTimeout)
    // Without either, a connection that could write and does not leaves nothing behind, whatever the mode.
    if (isWritable(path) && isWritable(dirname(path))) return openQueryOnly(path, lockTimeout)
    return openCopy(path) ?? openReadOnly(path, lockTimeout)
  })
}

function openReadOnly(path: string, lockTimeout: number): Opened {
  return opened(new Database(path, { readonly: true, fileMustExist: true, timeout: milliseconds(lockTimeout) }))
}

function openQueryOnly(path: string, lockTimeout: number): Opened {
  const handle: Handle = new Database(path, { fileMustExist: true, timeout: milliseconds(lockTimeout) })
  handle.pragma('query_only = ON')
  return opened(handle)
}

/**
 * Opens a database file for writing.
 *
 * @throws ConvergeError also `database-read-only`
 */
export function openForWriting(
  path: string,
  options: { readonly create?: boolean; readonly lockTimeout?: number | undefined } = {},
): Opened {
  const isNew = options.create === true && !existsSync(path)
  if (!isNew) {
    checkFile(path)
    if (!isWritable(path)) {
      throw new ConvergeError('database-read-only', `${path} is read-only`, {
        objects: [path],
        advice: ['make the file writable first; plan and status work as it is'],
      })
    }
  }
  if (!existsSync(dirname(path))) {
    throw new ConvergeError('no-such-database', `no such directory: ${dirname(path)}`, { objects: [path] })
  }
  const timeout = milliseconds(options.lockTimeout ?? usualLockTimeout)
  return guarded(path, () => ({
    ...opened(new Database(path, { fileMustExist: !options.create, timeout })),
    ...(isNew && { isNew }),
  }))
}

function milliseconds(seconds: number): number {
  return Math.ceil(seconds * 1000)
}

/**
 * Rolls back what an interrupted write has left: a journal that only a connection that may write can play back. To be
 * called before writing; where nothing was interrupted it changes nothing. https://www.sqlite.org/atomiccommit.html
 */
export function recoverInterrupted(path: string, lockTimeout?: number): void {
  if (!existsSync(`${path}-journal`) || !existsSync(path) || !isWritable(path)) return
  openForWriting(path, { lockTimeout }).close()
}

/**
 * Rolls back what a process that was ended has left, in a journal or a -wal file. Where the file can't be opened for that, whoever
 * opens it next does it.
 */
export function rollBackInterrupted(path: string): void {
  try {
    openForWriting(path).close()
  } catch {
    // It is locked by another process, or was never made.
  }
}

function opened(handle: Handle): Opened {
  return { handle, close: () => void handle.close() }
}

/**
 * A database in WAL mode and its -wal, copied to where SQLite may write what it needs to read them; undefined where the
 * database is in another mode and has no -wal, and needs no copy. Beside a database in another mode, SQLite reads a -wal all the
 * same, also one of another database. A process of its own reads the file, for the sake of our locks.
 */
function openCopy(path: string): Opened | undefined {
  const folder = copyable(path, () => mkdtempSync(join(tmpdir(), 'sqlite-converge-')))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const copy = join(folder, basename(path))
    const options = { encoding: 'utf8', stdio: 'pipe', env: asNode() } as const
    // Loaded where it is needed: it takes as long as opening a database.
    const { execFileSync } = process.getBuiltinModule('node:child_process')
    const mode = copyable(path, () => execFileSync(process.execPath, ['--eval', copyIfWal, path, copy], options))
    if (mode !== 'wal') {
      remove()
      return undefined
    }
    const { handle, close } = openQueryOnly(copy, usualLockTimeout)
    return {
      handle,
      close: () => {
        close()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** What the system says of a copy that can't be made, as an error of ours. */
function copyable<T>(path: string, make: () => T): T {
  try {
    return make()
  } catch (cause) {
    const reason = (cause as Error).message.split('\n').find((line) => /E[A-Z]{3,}/.test(line)) ?? 'the copy failed'
    throw new ConvergeError(
      'database-unreadable',
      `${path} can't be copied to where it could be read: ${reason.trim()}`,
      {
        objects: [path],
        advice: ['its -wal is read in a copy, in the folder for temporary files (TMPDIR)'],
        cause,
      },
    )
  }
}

/** Bytes 18 and 19 of the header are 2 in WAL mode: https://www.sqlite.org/fileformat2.html */
const copyIfWal = `
  const { closeSync, constants, copyFileSync, existsSync, openSync, readSync } = require('node:fs')
  const [path, copy] = process.argv.slice(1)
  const header = Buffer.alloc(20)
  const file = openSync(path, 'r')
  readSync(file, header, 0, 20, 0)
  closeSync(file)
  const isWal = header.toString('latin1', 0, 15) === 'SQLite format 3' && (header[18] === 2 || existsSync(path + '-wal'))
  if (isWal) {
    for (const suffix of ['', '-wal']) {
      if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix, constants.COPYFILE_FICLONE)
    }
  }
  process.stdout.write(isWal ? 'wal' : 'other')
`

function checkFile(path: string): void {
  if (!existsSync(path)) {
    throw new ConvergeError('no-such-database', `no such file: ${path}`, {
      objects: [path],
      advice: ['check the path; to make a new database, use apply --create'],
    })
  }
  const stat = statSync(path)
  if (stat.isDirectory()) {
    throw new ConvergeError('not-a-database', `${path} is a directory, not a database file`, { objects: [path] })
  }
  // A pipe would be waited for, and a device never ends.
  if (stat.isFIFO()) throw new ConvergeError('database-unreadable', `${path} is a pipe`, { objects: [path] })
  if (!stat.isFile()) throw new ConvergeError('not-a-database', `${path} is no file`, { objects: [path] })
  try {
    accessSync(path, constants.R_OK)
  } catch (cause) {
    throw new ConvergeError('database-unreadable', `${path} can't be read: permission denied`, {
      objects: [path],
      cause,
    })
  }
}

/** A file without any write permission is taken at its word, also by root, whom the system would let write. */
function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
  } catch {
    return false
  }
  return (statSync(path).mode & 0o222) !== 0
}

function guarded(path: string, open: () => Opened): Opened {
  let result: Opened | undefined
  try {
    result = open()
    // Opening reads nothing yet; this does.
    result.handle.prepare('SELECT count(*) FROM sqlite_schema').all()
    return result
  } catch (error) {
    result?.close()
    throw explainDatabaseError(error, path)
  }
}
