import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { run } from '../cli/run-cli.ts'

/** A table, and the same such that it has to be rebuilt. */
export const notes = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, n INTEGER)'
export const strictNotes = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, n INTEGER CHECK (n > 0))'

/** Makes a database with some rows, in a journal mode; in WAL mode, and left open, it has a -wal. */
export function makeNotes(path: string, { rows = 3, mode = 'delete' } = {}): Database.Database {
  const db = new Database(path)
  db.pragma(`journal_mode = ${mode}`)
  db.exec(`${notes}; WITH RECURSIVE k (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM k WHERE i < ${rows})
    INSERT INTO notes SELECT i, printf('note %d', i), i FROM k`)
  return db
}

const driver = JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))

/** Another process that has a database open. */
export interface Other {
  readonly pid: number
  /** Ends it, without a chance to tidy up. */
  end(): Promise<void>
}

/**
 * Starts a process with a database open as `db`, and returns when it has printed a line.
 *
 * @param script What it does, in JavaScript; it stays alive until it is ended, or calls process.exit.
 */
export async function startOther(path: string, script: string): Promise<Other> {
  const open = `const db = new (require(${driver}))(${JSON.stringify(path)})`
  // It goes when this process does, whatever becomes of the test.
  const stay = `process.stdin.on('end', () => process.exit()).resume()`
  const child = spawn(process.execPath, ['--eval', `${stay}; ${open}; ${script}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', () => reject(new Error('the other process has ended')))
  })
  return { pid: child.pid!, end: () => endOf(child) }
}

function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

/** Whether a file system of a few megabytes can be mounted where nobody else sees it. */
export async function canMount(): Promise<boolean> {
  const { code } = await onSmallDisk('/', 1, 'true').catch(() => ({ code: 1 }))
  if (code !== 0) console.warn('skipped: tests that need unshare and a tmpfs, which this machine does not allow')
  return code === 0
}

/** Runs a command of the shell in a folder with `disk`, a file system of so many megabytes. */
export function onSmallDisk(folder: string, megabytes: number, command: string): ReturnType<typeof run> {
  const disk = folder === '/' ? '/mnt' : join(folder, 'disk')
  const mount = `mount -t tmpfs -o size=${megabytes}m tmpfs '${disk}'`
  return run(folder, 'unshare', ['--mount', '--map-root-user', 'sh', '-c', `${mount} && ${command}`])
}
