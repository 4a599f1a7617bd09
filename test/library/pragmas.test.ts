import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { apply, converge, convergeSync, type Pragmas, plan, revert, status } from 'sqlite-converge'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pragmaStatements } from '../../src/engine/pragmas.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-pragmas-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A value of each setting, which is not the one that SQLite begins with. */
const all: Required<Pragmas> = {
  analysis_limit: 400,
  automatic_index: false,
  cache_size: -4321,
  cache_spill: false,
  cell_size_check: true,
  checkpoint_fullfsync: true,
  fullfsync: true,
  journal_size_limit: 12345,
  mmap_size: 65536,
  recursive_triggers: true,
  secure_delete: 'fast',
  synchronous: 'extra',
  temp_store: 'memory',
  threads: 2,
  trusted_schema: false,
  wal_autocheckpoint: 77,
  auto_vacuum: 'incremental',
  journal_mode: 'wal',
  page_size: 8192,
}

/** What SQLite says of a setting once it is made. */
const said: Readonly<Record<keyof Pragmas, unknown>> = {
  ...all,
  automatic_index: 0,
  cache_spill: 0,
  cell_size_check: 1,
  checkpoint_fullfsync: 1,
  fullfsync: 1,
  recursive_triggers: 1,
  secure_delete: 2,
  synchronous: 3,
  temp_store: 2,
  trusted_schema: 0,
  auto_vacuum: 2,
}

const ofFile: readonly (keyof Pragmas)[] = ['auto_vacuum', 'journal_mode', 'page_size']

function scripts(name: string): { readonly from: string; readonly to: string; readonly path: string } {
  const [from, to] = [join(folder, `${name}-from.sql`), join(folder, `${name}-to.sql`)]
  const table = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);'
  writeFileSync(from, table)
  writeFileSync(to, table.replace('a TEXT', 'a TEXT UNIQUE'))
  return { from, to, path: join(folder, `${name}.db`) }
}

test.each(Object.keys(all) as (keyof Pragmas)[])('%s is set on a connection as SQLite has it', (name) => {
  const { connection, file } = pragmaStatements({ [name]: all[name] })
  const db = new Database(join(folder, `set-${name}.db`))
  for (const statement of [...file, ...connection]) db.pragma(statement)
  db.exec('CREATE TABLE t (a)')
  const limited = name === 'threads' || name === 'mmap_size'
  const value = db.pragma(name, { simple: true })
  // What this SQLite has no more of than that, it can't be told.
  if (limited) expect(value).toBeLessThanOrEqual(Number(said[name]))
  else expect(value).toBe(said[name])
  db.close()
})

test('every connection has the settings, and each copy too, whatever is done', async () => {
  const { from, to, path } = scripts('everywhere')
  const names = [
    'cache_size',
    'synchronous',
    'temp_store',
    'trusted_schema',
    'recursive_triggers',
    'cell_size_check',
  ] as const
  const seen: unknown[] = []
  const options = {
    pragmas: all,
    setup: (db: { pragma(sql: string, options?: { simple?: boolean }): unknown }) => {
      seen.push(names.map((name) => db.pragma(name, { simple: true })))
    },
  }
  await converge(path, from, { ...options, create: true })
  const made = await plan(path, to, options)
  await apply(path, made, options)
  await status(path, to, options)
  await revert(path, options)
  convergeSync(path, to, options)
  expect(seen.length).toBeGreaterThan(10)
  for (const one of seen) expect(one).toEqual(names.map((name) => said[name]))
  const db = new Database(path)
  expect(ofFile.map((name) => db.pragma(name, { simple: true }))).toEqual([2, 'wal', 8192])
  db.close()
})

test('a file that is there keeps its journal mode, page size and vacuum, and reading leaves it as it is', async () => {
  const { from, to, path } = scripts('there')
  await converge(path, from, { create: true })
  const before = readFileSync(path)
  await plan(path, to, { pragmas: all })
  await status(path, to, { pragmas: all })
  expect(readFileSync(path).equals(before)).toBe(true)
  await converge(path, to, { pragmas: all })
  const db = new Database(path)
  expect(ofFile.map((name) => db.pragma(name, { simple: true }))).toEqual([0, 'delete', 4096])
  db.close()
})

test('a handle that is handed in is left as it came', async () => {
  const { from } = scripts('handle')
  const db = new Database(':memory:')
  const before = db.pragma('cache_size', { simple: true })
  await converge(db, from, { pragmas: { cache_size: -1234 } })
  expect(db.pragma('cache_size', { simple: true })).toBe(before)
})

test.each([
  [{ foreign_keys: true }, 'pragmas.foreign_keys: it is not set for a plan: they are off'],
  [{ writable_schema: 1 }, 'pragmas.writable_schema: it is not set for a plan'],
  [{ busy_timeout: 1 }, '--lock-timeout'],
  [{ user_version: 1 }, 'it is data of the file'],
  [{ cache_sise: 1 }, 'pragmas.cache_sise: no setting is called so'],
  [{ ['__proto__']: 1 }, 'pragmas.__proto__: no setting is called so'],
  [{ constructor: 1 }, 'pragmas.constructor: no setting is called so'],
  [{ 'cache_size = 1; DROP TABLE t; --': 1 }, 'no setting is called so'],
  [{ cache_size: '1' }, 'pragmas.cache_size: it takes a whole number'],
  [{ cache_size: 1.5 }, 'pragmas.cache_size: it takes a whole number'],
  [{ cache_size: Number.POSITIVE_INFINITY }, 'it takes a whole number'],
  [{ synchronous: 'sometimes' }, "pragmas.synchronous: it takes 'off', 'normal', 'full' or 'extra'"],
  [{ synchronous: 1 }, 'pragmas.synchronous: it takes'],
  [{ secure_delete: 'slow' }, "pragmas.secure_delete: it takes true, false or 'fast'"],
  [{ journal_mode: 'memory' }, "pragmas.journal_mode: it takes 'delete' or 'wal'"],
  [{ trusted_schema: { toString: () => 'ON' } }, 'pragmas.trusted_schema: it takes true or false'],
])('%j is refused', async (pragmas, says) => {
  const { from, path } = scripts('refused')
  await expect(converge(path, from, { create: true, pragmas: pragmas as Pragmas })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(says),
  })
})
