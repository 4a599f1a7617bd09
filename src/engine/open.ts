import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { ConvergeError } from '../model/error.ts'
import { explainDatabaseError } from './explain-error.ts'
import type { Handle } from './handle.ts'

/** A database that we opened, and have to close. */
export interface Opened {
  readonly handle: Handle
  close(): void
}

/** How long a lock is waited for, in milliseconds. */
const lockTimeout = 5_000

/**
 * Opens a database file such that reading it changes no byte of it, and leaves no file beside it.
 *
 * A database in WAL mode needs care. Opened read-only, SQLite makes -wal and -shm files that a read-only connection
 * can't remove; opened for writing, a leftover -wal is checkpointed into the file. https://www.sqlite.org/wal.html#readonly
 *
 * @throws ConvergeError `no-such-database`, `not-a-database`, `database-unreadable`, `database-locked`
 */
export function openForReading(path: string): Opened {
  checkFile(path)
  return guarded(path, () => {
    if (!isWal(path) || (existsSync(`${path}-wal`) && existsSync(`${path}-shm`))) {
      return opened(new Database(path, { readonly: true, fileMustExist: true, timeout: lockTimeout }))
    }
    // Nobody has it open. Without a -wal, the last connection that could write removes the files it made.
    if (!existsSync(`${path}-wal`) && isWritable(path) && isWritable(dirname(path))) {
      const handle: Handle = new Database(path, { fileMustExist: true, timeout: lockTimeout })
      handle.pragma('query_only = ON')
      return opened(handle)
    }
    return openCopy(path)
  })
}

/**
 * Opens a database file for writing.
 *
 * @throws ConvergeError also `database-read-only`
 */
export function openForWriting(path: string, options: { readonly create?: boolean } = {}): Opened {
  if (!options.create || existsSync(path)) {
    checkFile(path)
    if (!isWritable(path)) {
      throw new ConvergeError('database-read-only', `${path} is read-only`, {
        objects: [path],
        advice: ['make the file writable first; plan and status work as it is'],
      })
    }
  }
  return guarded(path, () => opened(new Database(path, { fileMustExist: !options.create, timeout: lockTimeout })))
}

/**
 * Rolls back what an interrupted write has left: a journal that only a connection that may write can play back. To be
 * called before writing; where nothing was interrupted it changes nothing. https://www.sqlite.org/atomiccommit.html
 */
export function recoverInterrupted(path: string): void {
  if (existsSync(`${path}-journal`) && existsSync(path) && isWritable(path)) openForWriting(path).close()
}

function opened(handle: Handle): Opened {
  return { handle, close: () => void handle.close() }
}

/** The file and its -wal, copied to where SQLite may write what it needs to read them. */
function openCopy(path: string): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-converge-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const copy = join(folder, basename(path))
    for (const suffix of ['', '-wal']) {
      if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix, constants.COPYFILE_FICLONE)
    }
    const handle: Handle = new Database(copy, { fileMustExist: true, timeout: lockTimeout })
    handle.pragma('query_only = ON')
    return {
      handle,
      close: () => {
        handle.close()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

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
  try {
    accessSync(path, constants.R_OK)
  } catch (cause) {
    throw new ConvergeError('database-unreadable', `${path} can't be read: permission denied`, {
      objects: [path],
      cause,
    })
  }
}

/** Bytes 18 and 19 of the header are 2 in WAL mode: https://www.sqlite.org/fileformat2.html */
function isWal(path: string): boolean {
  const header = Buffer.alloc(20)
  const file = openSync(path, 'r')
  try {
    return (
      readSync(file, header, 0, 20, 0) === 20 &&
      header.toString('latin1', 0, 15) === 'SQLite format 3' &&
      header[18] === 2
    )
  } finally {
    closeSync(file)
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
