import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { asNode } from './as-node.ts'
import type { Aside } from './operation.ts'
import { findDriver } from './package-files.ts'

export interface CopyRequest {
  readonly from: string
  /** A file that exists, and is empty. */
  readonly to: string
  /** A query that is answered from the copy. */
  readonly ask: string
}

/** What became of a copy; exactly one of the two. */
export type CopyResult =
  | { readonly copied: { readonly bytes: number; readonly rows: readonly object[]; readonly flaws: readonly string[] } }
  | { readonly failed: { readonly code: string; readonly message: string } }

/**
 * Copies a database that another connection has locked for writing, page by page, and checks the copy: it opens, its pages hang
 * together, and it is on the disk. `flaws` is what SQLite finds in the copy and not in the original.
 *
 * A process of its own does it. Within this one another copy of SQLite could be at work, and closing the file would drop its locks:
 * https://www.sqlite.org/howtocorrupt.html#posix_close_bug
 */
export function copyDatabase(request: CopyRequest): Aside<CopyResult> {
  const driver = findDriver()
  const args = ['--eval', copyAndCheck, driver, JSON.stringify(request)]
  const options = { encoding: 'utf8', maxBuffer: 2 ** 30, env: asNode() } as const
  return {
    now: () => read(execFileSync(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })),
    later: async () => read((await promisify(execFile)(process.execPath, args, options)).stdout),
  }
}

function read(output: string): CopyResult {
  return JSON.parse(output) as CopyResult
}

/**
 * That the lock can't be had is what shows that the file is the one that our connection has locked, and that the file system keeps locks.
 * A check that lacks a function of the application goes over the tables one by one, and leaves out those that need it.
 */
const copyAndCheck = `
  const { closeSync, fsyncSync, openSync, rmSync } = require('node:fs')
  const [driver, request] = process.argv.slice(1)
  const { from, to, ask } = JSON.parse(request)
  const Database = require(driver)
  const parent = process.ppid

  const isLocked = (db) => {
    try {
      db.exec('BEGIN IMMEDIATE; ROLLBACK')
      return false
    } catch (error) {
      if (!String(error.code).startsWith('SQLITE_BUSY')) throw error
      return true
    }
  }
  const check = (db, table) => {
    const rows = db.prepare('PRAGMA quick_check' + (table === undefined ? '' : '("' + table.replaceAll('"', '""') + '")')).pluck().all()
    return rows.length === 1 && rows[0] === 'ok' ? [] : rows
  }
  const checkWhatCanBe = (db) => {
    try {
      return check(db)
    } catch (error) {
      if (error.code !== 'SQLITE_ERROR') throw error
    }
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0").pluck().all()
    return tables.flatMap((table) => {
      try {
        return check(db, table)
      } catch (error) {
        if (error.code !== 'SQLITE_ERROR') throw error
        return []
      }
    })
  }
  const copy = async () => {
    const original = new Database(from, { fileMustExist: true, timeout: 0 })
    if (!isLocked(original)) throw Object.assign(new Error('the file is not the one that is locked'), { code: 'NOT_LOCKED' })
    original.pragma('busy_timeout = 1000')
    original.exec('BEGIN')
    original.prepare('SELECT count(*) FROM sqlite_schema').get()
    await original.backup(to, { progress: () => 10000 })
    const made = new Database(to, { fileMustExist: true })
    made.pragma('query_only = ON')
    const rows = made.prepare(ask).all()
    const bytes = made.pragma('page_count', { simple: true }) * made.pragma('page_size', { simple: true })
    const found = checkWhatCanBe(made)
    const known = found.length === 0 ? [] : checkWhatCanBe(original)
    made.close()
    original.close()
    const file = openSync(to, 'r+')
    fsyncSync(file)
    closeSync(file)
    return { copied: { bytes, rows, flaws: found.filter((one) => !known.includes(one)) } }
  }
  copy()
    .catch(({ code = '', message }) => ({ failed: { code: String(code), message } }))
    .then((result) => {
      // Nobody waits for it any more.
      if (process.ppid !== parent) for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(to + suffix, { force: true })
      process.stdout.write(JSON.stringify(result))
    })
`
