import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { CamelCasePlugin, sql as kyselySql } from 'kysely'
import { converge, defineSchema, integer, openDatabase, revert, sql, status, table, text, view } from 'sqlite-converge'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const narrow = defineSchema({ users: table({ id: integer(), name: text() }).primaryKey(['id']) })
const wide = defineSchema({
  users: table({ id: integer(), name: text(), email: text().notNull().default('') })
    .primaryKey(['id'])
    .unique(['name']),
})

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-database-'))
  path = join(folder, 'app.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Whether any handle of this process is open on the file. */
function openHandles(): number {
  const here = '/proc/self/fd'
  if (!existsSync(here)) return 0
  const { readlinkSync } = process.getBuiltinModule('node:fs')
  return readdirSync(here).filter((fd) => {
    try {
      return readlinkSync(join(here, fd)).startsWith(folder)
    } catch {
      return false
    }
  }).length
}

async function pragmaOf(db: Parameters<ReturnType<typeof kyselySql>['execute']>[0], name: string): Promise<unknown> {
  const { rows } = await kyselySql.raw<Record<string, unknown>>(`PRAGMA ${name}`).execute(db)
  return Object.values(rows[0]!)[0]
}

describe('a path', () => {
  test('becomes a new database, which is converged from then on, and is closed by destroy', async () => {
    const first = await openDatabase(path, narrow)
    await first.insertInto('users').values({ name: 'Ada' }).execute()
    await first.destroy()
    expect(openHandles()).toBe(0)
    const second = await openDatabase(path, wide)
    expect(await second.selectFrom('users').selectAll().execute()).toEqual([{ id: 1, name: 'Ada', email: '' }])
    expect(openHandles()).toBeGreaterThan(0)
    // Also where no query has been made.
    await second.destroy()
    expect(openHandles()).toBe(0)
    expect(readdirSync(folder)).toEqual(['app.db'])
    expect(await status(path, wide)).toMatchObject({ inSync: true, journal: [{}, {}] })
    await (await openDatabase(path, wide)).destroy()
    expect((await status(path, wide)).journal).toHaveLength(2)
    await revert(path)
    expect((await status(path, narrow)).inSync).toBe(true)
  })

  test('that does not exist is refused where that is said, and makes no file', async () => {
    for (const options of [
      { create: false },
      { whenDifferent: 'refuse' },
      { whenDifferent: 'ignore' },
      { readonly: true },
    ] as const) {
      await expect(openDatabase(path, narrow, options)).rejects.toMatchObject({
        code: /no-such-database|database-unread/,
      })
      expect(readdirSync(folder)).toEqual([])
    }
  })

  test('that is no database is an error of its own, and nothing stays open', async () => {
    writeFileSync(path, 'this is a text, and long enough to be taken for a header of a file')
    for (const whenDifferent of ['converge', 'refuse', 'ignore'] as const) {
      await expect(openDatabase(path, narrow, { whenDifferent })).rejects.toMatchObject({ code: 'not-a-database' })
    }
    expect(openHandles()).toBe(0)
  })

  test('with a database of a newer version is refused where something would be lost, unless that is allowed', async () => {
    const db = await openDatabase(path, wide)
    await db.insertInto('users').values({ name: 'Ada', email: 'ada@example.org' }).execute()
    await db.destroy()
    await expect(openDatabase(path, narrow)).rejects.toMatchObject({ code: 'hazards' })
    expect(openHandles()).toBe(0)
    expect((await status(path, wide)).inSync).toBe(true)
    const backup = join(folder, 'before.db')
    await (await openDatabase(path, narrow, { allow: ['data-loss', 'definition-loss'], backup })).destroy()
    expect((await status(path, narrow)).inSync).toBe(true)
    expect((await status(backup, wide)).inSync).toBe(true)
  })
})

test('what an older version lacks and nobody would miss goes without asking, and comes back with the newer one', async () => {
  const columns = { id: integer(), name: text() }
  const newer = defineSchema({
    users: table({ ...columns, more: text() })
      .primaryKey(['id'])
      .index('users_by_name', ['name']),
  })
  for (const schema of [newer, narrow, newer]) await (await openDatabase(path, schema)).destroy()
  expect((await status(path, newer)).inSync).toBe(true)
})

describe('whenDifferent', () => {
  beforeEach(async () => void (await converge(path, narrow, { create: true })))

  test('refuse says what differs, and writes nothing', async () => {
    const before = await status(path)
    const error = await openDatabase(path, wide, { whenDifferent: 'refuse' }).catch((error) => error)
    expect(error).toMatchObject({ code: 'out-of-sync', objects: ['users'] })
    expect(error.message).toMatch(/users: \+ column email TEXT NOT NULL DEFAULT ''; users: \+ unique/)
    expect(error.data.changes).toHaveLength(2)
    expect(await status(path)).toEqual(before)
    expect(openHandles()).toBe(0)
    const db = await openDatabase(path, narrow, { whenDifferent: 'refuse' })
    await db.insertInto('users').values({ name: 'Ada' }).execute()
    await db.destroy()
  })

  test('refuse takes what means the same, and leaves alone what is excluded', async () => {
    const db = new Database(path)
    db.exec('DROP TABLE users; CREATE TABLE "users"("id" integer primary key, name text); CREATE TABLE more (x)')
    db.close()
    await expect(openDatabase(path, narrow, { whenDifferent: 'refuse' })).rejects.toMatchObject({ objects: ['more'] })
    const same = await openDatabase(path, narrow, { whenDifferent: 'refuse', exclude: ['more'] })
    await same.destroy()
  })

  test('ignore does not look', async () => {
    const db = await openDatabase(path, wide, { whenDifferent: 'ignore' })
    await expect(db.selectFrom('users').select('email').execute()).rejects.toThrow('no such column')
    await db.destroy()
  })

  test('readonly refuses a difference, and every write', async () => {
    await expect(openDatabase(path, wide, { readonly: true })).rejects.toMatchObject({ code: 'out-of-sync' })
    const db = await openDatabase(path, narrow, { readonly: true })
    expect(await db.selectFrom('users').selectAll().execute()).toEqual([])
    await expect(db.insertInto('users').values({ name: 'x' }).execute()).rejects.toThrow('readonly')
    // The mode is the file's, and stays.
    expect(await pragmaOf(db, 'journal_mode')).toBe('delete')
    await db.destroy()
  })
})

test('a path with spaces around it is refused, which better-sqlite3 would take off', async () => {
  await expect(openDatabase(' :memory:', narrow)).rejects.toMatchObject({ code: 'usage' })
  await expect(openDatabase(`${path} `, narrow)).rejects.toMatchObject({ code: 'usage' })
  expect(readdirSync(folder)).toEqual([])
})

describe('pragmas', () => {
  test('are those of an application: the file is in WAL mode, and the rest is the connection’s', async () => {
    const db = await openDatabase(path, narrow)
    const names = ['busy_timeout', 'foreign_keys', 'journal_mode', 'synchronous']
    expect(await Promise.all(names.map((name) => pragmaOf(db, name)))).toEqual([5000, 1, 'wal', 1])
    await db.destroy()
  })

  test('can be others, and more', async () => {
    const db = await openDatabase(path, narrow, {
      pragmas: {
        JOURNAL_MODE: 'truncate',
        cache_size: -1234,
        foreign_keys: false,
        busy_timeout: 100,
        temp_store: 'MEMORY',
      },
    })
    const names = ['journal_mode', 'cache_size', 'foreign_keys', 'busy_timeout', 'temp_store', 'synchronous']
    // Only in WAL mode is less than FULL as good.
    expect(await Promise.all(names.map((name) => pragmaOf(db, name)))).toEqual(['truncate', -1234, 0, 100, 2, 2])
    await db.destroy()
    const left = await openDatabase(path, narrow, { pragmas: { journal_mode: null, synchronous: 'EXTRA' } })
    expect(await pragmaOf(left, 'journal_mode')).toBe('delete')
    expect(await pragmaOf(left, 'synchronous')).toBe(3)
    await left.destroy()
  })

  test.for([
    [{ foregin_keys: true }, 'SQLite knows no pragma foregin_keys'],
    [{ 'foreign_keys = OFF; DROP TABLE users; --': true }, 'SQLite knows no pragma'],
    [{ page_size: 8192 }, 'page_size is a property of the file'],
    [{ cache_size: Number.NaN }, 'cache_size is given NaN'],
    [{ cache_size: [] as unknown as number }, 'no value of a pragma'],
    [{ foreign_keys: 'maybe' }, 'takes true or false'],
    [{ busy_timeout: -1 }, 'takes milliseconds'],
    [{ busy_timeout: 'x' }, 'takes milliseconds'],
  ] as const)('that make no sense are refused: %j', async ([pragmas, message]) => {
    await expect(openDatabase(path, narrow, { pragmas })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
    })
    expect(readdirSync(folder)).toEqual([])
  })

  test.for([
    [{ journal_mode: 'nonsense' }, "the journal mode is delete, and can't be nonsense"],
    [{ integrity_check: true }, "can't be set to ON: no such table: ON"],
  ] as const)('that SQLite does not take are refused: %j', async ([pragmas, message]) => {
    await expect(openDatabase(path, narrow, { pragmas })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
    })
    expect(openHandles()).toBe(0)
  })

  test('are values, and no statement', async () => {
    const pragmas = { temp_store: "MEMORY'; DROP TABLE users; --" }
    const db = await openDatabase(path, narrow, { pragmas })
    expect(await db.selectFrom('users').selectAll().execute()).toEqual([])
    await db.destroy()
  })

  test('a file that others hold is waited for, and then said', async () => {
    await (await openDatabase(path, narrow, { pragmas: { journal_mode: null } })).destroy()
    const other = new Database(path)
    const reading = other.prepare('SELECT 1 FROM sqlite_schema').iterate()
    reading.next()
    await expect(openDatabase(path, narrow, { pragmas: { busy_timeout: 50 } })).rejects.toMatchObject({
      code: 'database-locked',
    })
    setTimeout(() => reading.return?.(), 50)
    const db = await openDatabase(path, narrow)
    expect(await pragmaOf(db, 'journal_mode')).toBe('wal')
    await db.destroy()
    other.close()
  })
})

describe('a database in memory, and a handle', () => {
  test('are converged too', async () => {
    const db = await openDatabase(':memory:', narrow)
    await db.insertInto('users').values({ name: 'Ada' }).execute()
    expect(await db.selectFrom('users').select('name').execute()).toEqual([{ name: 'Ada' }])
    expect(await pragmaOf(db, 'foreign_keys')).toBe(1)
    await db.destroy()

    const handle = new Database(path)
    const over = await openDatabase(handle, narrow)
    await over.insertInto('users').values({ name: 'Ada' }).execute()
    expect(handle.prepare('SELECT name FROM users').pluck().get()).toBe('Ada')
    expect(handle.pragma('journal_mode', { simple: true })).toBe('wal')
    await over.destroy()
    expect(handle.open).toBe(false)
  })

  test('a handle stays open where it is refused', async () => {
    const handle = new Database(':memory:')
    handle.exec('CREATE TABLE more (x); INSERT INTO more VALUES (1)')
    await expect(openDatabase(handle, narrow)).rejects.toMatchObject({ code: 'hazards' })
    await expect(openDatabase(handle, narrow, { whenDifferent: 'refuse' })).rejects.toMatchObject({
      code: 'out-of-sync',
    })
    handle.exec('BEGIN')
    await expect(openDatabase(handle, narrow)).rejects.toMatchObject({ code: 'in-transaction' })
    expect(handle.open).toBe(true)
    handle.close()
    await expect(openDatabase(handle, narrow)).rejects.toMatchObject({ code: 'database-unreadable' })
  })
})

test('options that contradict each other are refused', async () => {
  const handle = new Database(':memory:')
  for (const [database, options] of [
    [path, { readonly: true, whenDifferent: 'converge' }],
    [path, { whenDifferent: 'sometimes' }],
    ['', {}],
    [':memory:', { readonly: true }],
    [handle, { readonly: true }],
  ] as const) {
    await expect(openDatabase(database, narrow, options as object)).rejects.toMatchObject({ code: 'usage' })
  }
  await expect(openDatabase(7 as unknown as string, narrow)).rejects.toMatchObject({ code: 'unsupported-connection' })
  handle.close()
  expect(readdirSync(folder)).toEqual([])
})

test('what the application brings is on the connection, and so are the plugins and the log of Kysely', async () => {
  const target = defineSchema({
    my_table: table({ a: text(), b_c: text().generatedAs(sql`shout(a)`) }),
    shouted: view({ b_c: text() }, sql`SELECT b_c FROM my_table`),
  })
  const logged: string[] = []
  const db = await openDatabase(path, target, {
    setup: (handle) => void handle.function('shout', { deterministic: true }, (value: string) => `${value}!`),
    kysely: { plugins: [new CamelCasePlugin()], log: ({ query }) => void logged.push(query.sql) },
  })
  await db.insertInto('my_table').values({ a: 'hey' }).execute()
  expect(await db.selectFrom('shouted').selectAll().execute()).toEqual([{ bC: 'hey!' }])
  expect(logged).toEqual(['insert into "my_table" ("a") values (?)', 'select * from "shouted"'])
  await db.destroy()
  await expect(
    openDatabase(path, target, {
      setup: () => {
        throw new Error('no')
      },
    }),
  ).rejects.toMatchObject({
    code: 'setup-failed',
  })
  expect(openHandles()).toBe(0)
})

describe('processes that start at once', () => {
  const script = fileURLToPath(new URL('open-at-once.mjs', import.meta.url))
  const dist = fileURLToPath(new URL('../../dist', import.meta.url))

  async function start(args: readonly string[]): Promise<{ go(): Promise<string> }> {
    const child = spawn(process.execPath, [script, dist, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk))
    const closed = once(child, 'close')
    await Promise.race([once(child.stdout, 'data'), closed])
    return {
      go: async () => {
        child.stdin.end('go\n')
        await closed
        return stdout.replace('ready\n', '').trim() + stderr
      },
    }
  }

  test.for(['a new file', 'an old file'])('all have %s open in the end, and each row is there', async (which) => {
    const old = join(folder, 'old.db')
    await converge(old, narrow, { create: true })
    for (let round = 0; round < 3; round++) {
      const file = join(folder, `${round}.db`)
      if (which === 'an old file') copyFileSync(old, file)
      const started = await Promise.all(Array.from({ length: 3 }, () => start([file, 'wide'])))
      expect(await Promise.all(started.map((one) => one.go()))).toEqual(['open', 'open', 'open'])
      const db = new Database(file)
      expect(db.prepare('SELECT count(*) FROM users').pluck().get()).toBe(3)
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      db.close()
    }
  })
})
