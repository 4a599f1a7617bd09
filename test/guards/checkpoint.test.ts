import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { converge, type DatabaseLike } from 'sqlite-converge'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { scriptPath } from '../library/script-path.ts'
import { makeNotes, strictNotes } from './scene.ts'

let folder: string
let path: string
let db: Database.Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-test-'))
  path = join(folder, 'app.db')
  db = makeNotes(path, { rows: 300_000, mode: 'wal' })
  db.pragma('wal_checkpoint(TRUNCATE)')
})
afterEach(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const walBytes = (): number => statSync(`${path}-wal`).size
const isApplied = (): boolean => db.prepare('SELECT sql LIKE ? FROM sqlite_schema').pluck().get('%CHECK%') === 1

const ways: readonly (readonly [name: string, of: () => DatabaseLike])[] = [
  ['of a path', () => path],
  ['of a handle', () => db],
]

test.for(ways)('the -wal %s is emptied after a large apply', async ([, database]) => {
  await converge(database(), scriptPath(strictNotes))
  expect(isApplied()).toBe(true)
  expect(walBytes()).toBe(0)
})

test('a reader of the old state is not waited for, and the apply is done all the same', async () => {
  const reader = new Database(path)
  const rows = reader.prepare('SELECT id FROM notes').iterate()
  rows.next()
  const { id } = await converge(db, scriptPath(strictNotes), { lockTimeout: 3600 })
  expect(id).toBeDefined()
  expect(walBytes()).toBeGreaterThan(7e6)
  expect([...rows]).toHaveLength(299_999)
  reader.close()
  expect(isApplied()).toBe(true)
})

test('a connection that makes no checkpoints by itself is left to its owner', async () => {
  db.pragma('wal_autocheckpoint = 0')
  await converge(db, scriptPath(strictNotes))
  expect(isApplied()).toBe(true)
  expect(walBytes()).toBeGreaterThan(7e6)
})
