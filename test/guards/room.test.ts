import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { converge, plan } from 'sqlite-converge'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refuseUnguarded } from '../../src/apply/guards.ts'
import type { FindDisk } from '../../src/apply/room.ts'
import { estimateLock } from '../../src/plan/lock-estimate.ts'
import { estimateRoom, type Room } from '../../src/plan/room-estimate.ts'
import { scriptPath } from '../library/script-path.ts'
import { notes, strictNotes } from './scene.ts'

let folder: string
let path: string
const tempDirectory = process.env.SQLITE_TMPDIR
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-test-'))
  path = join(folder, 'app.db')
  mkdirSync(join(folder, 'temp'))
  process.env.SQLITE_TMPDIR = join(folder, 'temp')
})
afterEach(() => {
  if (tempDirectory === undefined) delete process.env.SQLITE_TMPDIR
  else process.env.SQLITE_TMPDIR = tempDirectory
  rmSync(folder, { recursive: true, force: true })
})

const rows = 60_000
const indexed = `${notes}; CREATE INDEX notes_text ON notes (text, n)`

describe('an estimate of the room holds what SQLite takes', () => {
  const shapes: readonly (readonly [what: string, from: string, to: string])[] = [
    ['for a rebuild', notes, strictNotes],
    ['for an index', notes, indexed],
    ['for a rebuild with an index', indexed, `${strictNotes}; CREATE INDEX notes_text ON notes (text, n)`],
    [
      'for a rebuild with a key',
      notes.replace('text TEXT', 'text TEXT UNIQUE'),
      strictNotes.replace('text TEXT', 'text TEXT UNIQUE'),
    ],
  ]

  test.for(shapes)('%s in the file', async ([, from, to]) => {
    const db = filled(from, 'memory')
    const { database } = await estimated(db, to)
    const before = sizeOf(db)
    await converge(db, scriptPath(to))
    expectWithin(sizeOf(db) - before, database)
    db.close()
  })

  test.for([...shapes, ['for a dropped column', notes, notes.replace(', n INTEGER', '')] as const])(
    '%s in the -wal',
    async ([, from, to]) => {
      const db = filled(from, 'wal')
      // Nothing is moved into the database, so that all that was written can be seen.
      db.pragma('wal_autocheckpoint = 0')
      const { database } = await estimated(db, to)
      await converge(db, scriptPath(to), { allow: ['data-loss'] })
      expectWithin(statSync(`${path}-wal`).size, database)
      db.close()
    },
  )
})

test('what is sorted in memory, or is written over, needs no room', () => {
  const file = { bytes: 1e9, pageSize: 4096, free: 0, cache: 16e6 }
  const table = { table: 't', handling: 'indexed', rows: 1e5, rowBytes: 40, keys: [], dropped: [], copies: 0 } as const
  const room = (entry: number, journal = 'delete', usesTempFiles = true) =>
    estimateRoom(estimateLock([{ ...table, indexes: [entry] }], file), journal, usesTempFiles)
  expect(room(100).temporary[1]).toBe(0)
  expect(room(200).temporary[0]).toBeGreaterThan(10e6)
  expect(room(200, 'delete', false).temporary).toEqual([0, 0])
  expect(room(200).database[0]).toBeCloseTo(15e6)
  const rewritten = estimateLock([{ ...table, handling: 'rewritten', indexes: [], copies: 1 }], file)
  expect(estimateRoom(rewritten, 'delete', true).database[0]).toBeGreaterThan(3e6)
  expect(estimateRoom(rewritten, 'memory', true).database[0]).toBe(0)
})

describe('a plan', () => {
  const MB = 1e6
  const one =
    (free: number): FindDisk =>
    () => ({ id: 1, free })
  const two = (database: number, temporary: number): FindDisk => {
    return (directory) => (directory === folder ? { id: 1, free: database } : { id: 2, free: temporary })
  }

  test('that can not fit is refused, with what for, and how much there is', async () => {
    const db = filled(notes)
    const made = await plan(db, scriptPath(strictNotes))
    const refusal = refusalOf(() => refuseUnguarded(made, {}, path, { findDisk: one(0.1 * MB) }))
    expect(refusal).toMatchObject({ code: 'no-room', class: 'refused', objects: [folder] })
    expect(refusal.message).toMatch(
      /^about .* MB are needed in .* \(the database and its journal .* MB\), where 100 kB are free$/,
    )
    expect(refuseUnguarded(made, {}, path, { findDisk: one(100 * MB) }).doubts).toEqual([])
    db.close()
  })

  test('that may not fit is not refused, and it is said', async () => {
    const db = filled(notes)
    const made = await plan(db, scriptPath(strictNotes))
    const { work } = made.details
    const { growth } = estimateLock(work!.tables, work!.file)
    const { doubts } = refuseUnguarded(made, {}, path, { findDisk: one(growth) })
    expect(doubts).toEqual([expect.stringContaining('the database and its journal')])
    db.close()
  })

  test('needs the room of its backup too, and of both on one disk together', async () => {
    const db = filled(notes)
    const made = await plan(db, scriptPath(strictNotes))
    const size = statSync(path).size
    const free = 1.2 * size
    const guards = (backup: boolean) => () => refuseUnguarded(made, { backup }, path, { findDisk: one(free) })
    expect(guards(false)).not.toThrow()
    expect(refusalOf(guards(true))).toMatchObject({ code: 'no-room', message: expect.stringContaining('the backup') })
    const elsewhere = { backup: join(folder, 'temp', 'copy.db') }
    expect(() => refuseUnguarded(made, elsewhere, path, { findDisk: two(free, free) })).not.toThrow()
    db.close()
  })

  test('that sorts more than fits into the cache needs room for temporary files', async () => {
    const db = filled(notes)
    db.pragma('cache_size = 100')
    const made = await plan(db, scriptPath(indexed))
    const refusal = refusalOf(() => refuseUnguarded(made, {}, path, { findDisk: two(100 * MB, 0.1 * MB) }))
    expect(refusal).toMatchObject({ code: 'no-room', objects: [join(folder, 'temp')] })
    expect(refusal.message).toContain('temporary files')
    db.pragma('temp_store = MEMORY')
    const inMemory = await plan(db, scriptPath(indexed))
    expect(() => refuseUnguarded(inMemory, {}, path, { findDisk: two(100 * MB, 0.1 * MB) })).not.toThrow()
    db.close()
  })

  test('is not refused for temporary files that may have gone when the database has grown', async () => {
    const db = filled(notes)
    db.pragma('cache_size = 100')
    const made = await plan(db, scriptPath(indexed))
    const { work } = made.details
    const { growth, sorted } = estimateLock(work!.tables, work!.file)
    expect(sorted).toBeGreaterThan(0.5 * growth)
    const { doubts } = refuseUnguarded(made, {}, path, { findDisk: one(growth) })
    expect(doubts).toEqual([expect.stringContaining('temporary files')])
    db.close()
  })

  test('writes over the -wal that is there', async () => {
    const db = filled(notes, 'wal')
    db.exec('UPDATE notes SET n = n + 1')
    const made = await plan(db, scriptPath(strictNotes))
    const check = () => refuseUnguarded(made, {}, path, { findDisk: one(0.1 * MB) })
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(1 * MB)
    expect(check).not.toThrow()
    db.pragma('wal_checkpoint(TRUNCATE)')
    expect(refusalOf(check).code).toBe('no-room')
    db.close()
  })

  test('is not refused where nobody knows, where it was said so, and in memory', async () => {
    const db = filled(notes)
    const made = await plan(db, scriptPath(strictNotes))
    expect(() => refuseUnguarded(made, {}, path, { findDisk: () => undefined })).not.toThrow()
    expect(() => refuseUnguarded(made, { checkSpace: false }, path, { findDisk: one(0) })).not.toThrow()
    expect(() => refuseUnguarded(made, {}, undefined, { findDisk: one(0) })).not.toThrow()
    db.close()
  })
})

function filled(schema: string, mode = 'delete'): Database.Database {
  const db = new Database(path)
  db.exec(`${schema}; WITH RECURSIVE k (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM k WHERE i < ${rows})
    INSERT INTO notes SELECT i, printf('note %d', i), i FROM k`)
  db.pragma(`journal_mode = ${mode}`)
  return db
}

async function estimated(db: Database.Database, to: string): Promise<{ readonly database: Room }> {
  const { work } = (await plan(db, scriptPath(to))).details
  return estimateRoom(estimateLock(work!.tables, work!.file), work!.file.journal, work!.file.usesTempFiles)
}

function expectWithin(bytes: number, [low, high]: Room): void {
  expect(bytes).toBeGreaterThanOrEqual(low)
  expect(bytes).toBeLessThanOrEqual(high)
}

function sizeOf(db: Database.Database): number {
  return (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number)
}

function refusalOf(check: () => unknown): { readonly code: string; readonly message: string } {
  try {
    check()
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('nothing was refused')
}
