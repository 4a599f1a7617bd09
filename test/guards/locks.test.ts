import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { apply, ConvergeError, converge, convergeSync, plan, revert } from 'sqlite-converge'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contentsOf } from '../cli/contents.ts'
import { scriptPath } from '../library/script-path.ts'
import { makeNotes, notes, type Other, startOther, strictNotes } from './scene.ts'

let folder: string
let path: string
let other: Other | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-test-'))
  path = join(folder, 'app.db')
})
afterEach(async () => {
  await other?.end()
  other = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Whether the system says who holds a lock: Linux does. */
const isTold = existsSync('/proc/locks')
if (!isTold) console.warn('this system does not say who holds a lock; the tests expect no name then')

function namedIn(message: string, pid: number): boolean {
  return message.includes(`process ${pid} (`)
}

async function failureOf(doing: Promise<unknown>): Promise<ConvergeError> {
  const failure = await doing.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(ConvergeError)
  return failure as ConvergeError
}

const hold = (begin: string): string => `db.exec(${JSON.stringify(begin)}); console.log()`

describe('a lock that is not given in time', () => {
  const locks: readonly (readonly [mode: string, begin: string])[] = [
    ['delete', 'BEGIN IMMEDIATE'],
    ['delete', 'BEGIN EXCLUSIVE'],
    ['wal', 'BEGIN IMMEDIATE'],
    ['delete', 'PRAGMA locking_mode = EXCLUSIVE; INSERT INTO notes VALUES (9, NULL, 1)'],
    ['wal', 'PRAGMA locking_mode = EXCLUSIVE; INSERT INTO notes VALUES (9, NULL, 1)'],
  ]

  test.for(locks)('in journal mode %s, by %s, is refused with who has it', async ([mode, begin]) => {
    makeNotes(path, { mode }).close()
    other = await startOther(path, hold(begin))
    const failure = await failureOf(converge(path, scriptPath(strictNotes), { lockTimeout: 0.1 }))
    expect(failure).toMatchObject({ code: 'database-locked', class: 'refused' })
    expect(failure.message).toContain('app.db is locked by another connection')
    expect(namedIn(failure.message, other.pid), failure.message).toBe(isTold)
    await other.end()
    expect((await converge(path, scriptPath(strictNotes))).plan.inSync).toBe(false)
  })

  test('is named to a handle and a Kysely instance too, which wait as before afterwards', async () => {
    const db = makeNotes(path)
    db.pragma('busy_timeout = 1234')
    other = await startOther(path, hold('BEGIN IMMEDIATE'))
    const kysely = new Kysely({ dialect: new SqliteDialect({ database: db }) })
    const target = scriptPath(strictNotes)
    const made = await plan(db, target)
    const failures = [
      await failureOf(apply(db, made, { lockTimeout: 0.1 })),
      await failureOf(converge(kysely, target, { lockTimeout: 0.1 })),
      await failureOf((async () => convergeSync(db, target, { lockTimeout: 0 }))()),
    ]
    for (const { code, message } of failures) {
      expect(code).toBe('database-locked')
      expect(namedIn(message, other.pid), message).toBe(isTold)
    }
    expect(db.pragma('busy_timeout', { simple: true })).toBe(1234)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    db.close()
  })

  test('may be held by the same process', async () => {
    const db = makeNotes(path)
    db.exec('BEGIN IMMEDIATE')
    const { message } = await failureOf(converge(path, scriptPath(strictNotes), { lockTimeout: 0 }))
    expect(message.includes('a connection of this process')).toBe(isTold)
    db.close()
  })

  test('at COMMIT, for a reader, rolls everything back', async () => {
    const db = makeNotes(path)
    const before = contentsOf(path)
    const bytes = readFileSync(path)
    other = await startOther(path, hold('BEGIN; SELECT * FROM notes'))
    const failure = await failureOf(converge(db, scriptPath(strictNotes), { lockTimeout: 0.1 }))
    expect(failure).toMatchObject({ code: 'database-locked', class: 'refused' })
    expect(namedIn(failure.message, other.pid), failure.message).toBe(isTold)
    expect(db.inTransaction).toBe(false)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    await other.end()
    db.close()
    expect(readFileSync(path).equals(bytes)).toBe(true)
    expect(contentsOf(path)).toEqual(before)
  })

  test('at COMMIT is waited for no longer than the lock may be held', async () => {
    const db = makeNotes(path)
    other = await startOther(path, hold('BEGIN; SELECT * FROM notes'))
    // A minute would be longer than the test may take.
    const failure = await failureOf(converge(db, scriptPath(strictNotes), { lockTimeout: 3600, maxLock: 1 }))
    expect(['database-locked', 'lock-exceeded']).toContain(failure.code)
    expect(db.inTransaction).toBe(false)
    db.close()
  })
})

describe('a lock that is given up in time', () => {
  const soon = (begin: string): string => `${hold(begin)}; setTimeout(() => process.exit(), 1000)`

  test('by a writer is waited for', async () => {
    makeNotes(path).close()
    other = await startOther(path, soon('BEGIN EXCLUSIVE'))
    expect((await converge(path, scriptPath(strictNotes), { lockTimeout: 60 })).id).toBeDefined()
  })

  test('by a reader is waited for at COMMIT', async () => {
    makeNotes(path).close()
    other = await startOther(path, soon('BEGIN; SELECT * FROM notes'))
    expect((await converge(path, scriptPath(strictNotes), { lockTimeout: 60 })).id).toBeDefined()
  })

  test('is waited for by a plan, and by a revert', async () => {
    makeNotes(path).close()
    await converge(path, scriptPath(strictNotes))
    other = await startOther(path, soon('BEGIN EXCLUSIVE'))
    expect((await plan(path, scriptPath(notes), { lockTimeout: 60 })).inSync).toBe(false)
    await other.end()
    other = await startOther(path, soon('BEGIN EXCLUSIVE'))
    expect((await revert(path, { lockTimeout: 60 })).reverted).toBeDefined()
  })
})

describe('maxLock', () => {
  test('refuses a plan that takes longer by its estimate', async () => {
    const db = makeNotes(path, { rows: 60_000 })
    const before = db.prepare('SELECT count(*), sum(n) FROM notes').all()
    const failure = await failureOf(converge(db, scriptPath(strictNotes), { maxLock: 0.000_1 }))
    expect(failure).toMatchObject({ code: 'lock-too-long', class: 'refused', objects: ['notes'] })
    const { low, high, maxLock } = failure.data as { low: number; high: number; maxLock: number }
    expect(maxLock).toBe(0.000_1)
    expect(low).toBeGreaterThan(maxLock)
    expect(high).toBeGreaterThan(low)
    expect(db.prepare('SELECT count(*), sum(n) FROM notes').all()).toEqual(before)
    db.close()
  })

  test('counts what a backup takes', async () => {
    const db = makeNotes(path, { rows: 60_000 })
    const options = { maxLock: 0.000_1, verify: 'none' } as const
    const to = scriptPath(`${notes}; CREATE VIEW v AS SELECT 1 AS one`)
    const failure = await failureOf(converge(db, to, { ...options, backup: true }))
    expect(failure.code).toBe('lock-too-long')
    db.close()
  })

  test('rolls back a plan that takes longer, whatever was estimated', async () => {
    const db = makeNotes(path)
    const before = contentsOf(path)
    // Of so few rows the estimate is none, and no plan takes no time.
    const failure = await failureOf(converge(db, scriptPath(strictNotes), { maxLock: 0 }))
    expect(failure).toMatchObject({ code: 'lock-exceeded', class: 'failed' })
    expect(failure.message).toContain('everything was rolled back')
    expect(db.inTransaction).toBe(false)
    db.close()
    expect(contentsOf(path)).toEqual(before)
  })

  test.for([{ maxLock: -1 }, { maxLock: Number.NaN }, { lockTimeout: 1e9 }, { lockTimeout: '5' as never }])(
    '%o is no number of seconds',
    async (options) => {
      const failure = await failureOf(converge(':memory:', scriptPath(notes), options))
      expect(failure).toMatchObject({ code: 'usage', message: expect.stringContaining('number of seconds') })
    },
  )
})

describe('what the file is like', () => {
  const headers: readonly Readonly<Record<string, string | number>>[] = [
    {
      page_size: 512,
      auto_vacuum: 1,
      encoding: 'UTF-16be',
      user_version: 3,
      application_id: 0x42,
      journal_mode: 'delete',
    },
    { page_size: 8192, auto_vacuum: 2, encoding: 'UTF-8', user_version: -1, application_id: -7, journal_mode: 'wal' },
    {
      page_size: 65536,
      auto_vacuum: 0,
      encoding: 'UTF-16le',
      user_version: 2 ** 31 - 1,
      application_id: 1,
      journal_mode: 'persist',
    },
  ]

  test.for(headers)('stays, applied and reverted, with a backup and without: %o', async (header) => {
    const db = new Database(path)
    for (const [name, value] of Object.entries(header)) db.pragma(`${name} = '${value}'`)
    db.exec(`${notes}; INSERT INTO notes VALUES (1, 'x', 1); CREATE INDEX notes_n ON notes (n)`)
    const read = (): object =>
      Object.fromEntries(Object.keys(header).map((name) => [name, db.pragma(name, { simple: true })]))
    expect(read()).toEqual(header)
    const to = scriptPath(`${strictNotes}; CREATE INDEX notes_n ON notes (n, text)`)
    for (const backup of [true, false]) {
      await converge(db, to, { backup })
      expect(read()).toEqual(header)
      await revert(db, { backup })
      expect(read()).toEqual(header)
    }
    // A path too: another connection may not change them by being opened and closed.
    db.close()
    await converge(path, to)
    const again = new Database(path)
    for (const [name, value] of Object.entries(header)) {
      // PERSIST is not written down in the file.
      if (value !== 'persist') expect(again.pragma(name, { simple: true }), name).toBe(value)
    }
    again.close()
  })
})
