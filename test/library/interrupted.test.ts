import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import type * as Library from 'sqlite-converge'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** As it is shipped: the process that holds a connection is started from a file beside it. */
const library = new URL('../../dist/src/index.js', import.meta.url).href
const { apply, converge, convergeSync, plan, revert, status } = (await import(library)) as typeof Library

const rows = 20_000
const from = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
  CREATE TABLE k (t REFERENCES t ON DELETE CASCADE);
  WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${rows}) INSERT INTO t SELECT n, 'x' || n FROM s;
  INSERT INTO k SELECT id FROM t;`
const to = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE);
  CREATE TABLE k (t REFERENCES t ON DELETE CASCADE);`
/** The ways of changing the table: what the target says, and what is done with it. */
const ways = [
  { how: 'by a copy', options: {}, sql: to },
  { how: 'in place, fast', options: { fast: true }, sql: to },
  {
    how: 'by a copy that gets its keys after it, fast',
    options: { fast: true },
    sql: to.replace('a TEXT', "a TEXT DEFAULT 'x'"),
  },
] as const
/** Has SQLite compute for each row for as long as it takes to end the process. */
const endless = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE CHECK (slow(a)));
  CREATE TABLE k (t REFERENCES t ON DELETE CASCADE);`
const slow = `export default (db) => db.function('slow', { deterministic: true }, (a) => {
  const end = Date.now() + (process.argv[1].endsWith('child.js') ? 1e9 : 0)
  while (Date.now() < end);
  return 1
})`

let folder: string
let path: string
let target: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-converge-interrupted-'))
  path = join(folder, 'app.db')
  target = join(folder, 'to.sql')
  writeFileSync(target, to)
  const db = new Database(path)
  db.exec(from)
  db.close()
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Everything that a database holds. */
function contents(db = new Database(path)): unknown {
  const all = (sql: string): unknown => db.prepare(sql).raw().all()
  return [
    all('SELECT * FROM sqlite_schema'),
    all('SELECT * FROM t'),
    all('SELECT * FROM k'),
    all('PRAGMA integrity_check'),
  ]
}

/** Aborts at the nth word about rows, or where none are copied, about steps. */
function abortAt(
  n: number,
  how = 'by a copy',
): {
  signal: AbortSignal
  onProgress: (progress: Library.Progress) => void
  seen: () => number
} {
  const controller = new AbortController()
  let seen = 0
  return {
    signal: controller.signal,
    seen: () => seen,
    onProgress: ({ rows: done, step }) => {
      if ((how === 'in place, fast' ? step : done) !== undefined && ++seen === n) controller.abort()
    },
  }
}

describe('a path, in a process of its own', () => {
  test.each(ways)('a signal rolls back what was begun $how', async ({ options, sql, how }) => {
    writeFileSync(target, sql)
    const before = contents()
    const made = await plan(path, target, options)
    const watch = abortAt(2, how)
    await expect(apply(path, made, watch)).rejects.toMatchObject({
      code: 'interrupted',
      class: 'interrupted',
      message: `everything was rolled back: ${path} is as it was`,
    })
    expect(watch.seen()).toBe(2)
    expect(contents()).toEqual(before)
    await apply(path, made)
    expect((await status(path, target)).inSync).toBe(true)
  })

  test('the backup is named, also where the connection would have to be put back as it was', async () => {
    const backup = join(folder, 'before.db')
    await expect(converge(path, target, { ...abortAt(1), backup, lockTimeout: 30 })).rejects.toMatchObject({
      code: 'interrupted',
      advice: [expect.stringContaining(`the backup stays where it is: ${backup}`)],
    })
    expect(existsSync(backup)).toBe(true)
  })

  test('a signal ends a statement that would not end', async () => {
    const before = contents()
    const setupModule = join(folder, 'setup.mjs')
    writeFileSync(setupModule, slow)
    writeFileSync(target, endless)
    const { default: setup } = (await import(setupModule)) as { default: NonNullable<Library.Setup['setup']> }
    const made = await plan(path, target, { setup })
    const controller = new AbortController()
    const onProgress = ({ phase }: Library.Progress): void => {
      // The rows are asked whether they fit the CHECK, and there is no next word.
      if (phase === 'checking') setTimeout(() => controller.abort(), 200)
    }
    const run = apply(path, made, { setup, setupModule, signal: controller.signal, onProgress })
    await expect(run).rejects.toMatchObject({ code: 'interrupted' })
    expect(contents()).toEqual(before)
  })

  test.each(ways)(
    'converging $how and reverting can be ended too, and come to the same end when they are not',
    async ({ options, sql, how }) => {
      writeFileSync(target, sql)
      const before = contents()
      const abort = (): object => ({ ...options, ...abortAt(1, how) })
      await expect(converge(path, target, abort())).rejects.toMatchObject({ code: 'interrupted' })
      expect(contents()).toEqual(before)
      const { signal } = new AbortController()
      const { plan: made } = await converge(path, target, { ...options, signal })
      expect(made.fast.map(({ way }) => way)).toEqual(
        how === 'by a copy' ? [] : [how === 'in place, fast' ? 'in-place' : 'copy'],
      )
      const after = contents()
      await expect(revert(path, abort())).rejects.toMatchObject({ code: 'interrupted' })
      expect(contents()).toEqual(after)
      await revert(path, { ...options, signal })
      expect((contents() as unknown[]).slice(1)).toEqual((before as unknown[]).slice(1))
    },
  )

  test('a signal that was given before keeps everything from being opened', async () => {
    const missing = join(folder, 'new.db')
    const signal = AbortSignal.abort()
    await expect(converge(missing, target, { create: true, signal })).rejects.toMatchObject({
      code: 'interrupted',
      message: `nothing was begun yet: ${missing} is as it was`,
    })
    expect(existsSync(missing)).toBe(false)
  })

  test('errors are those of a connection of our own', async () => {
    const { signal } = new AbortController()
    await expect(converge(join(folder, 'none.db'), target, { signal })).rejects.toMatchObject({
      code: 'no-such-database',
    })
    writeFileSync(target, `${to} CREATE TABLE u (t INTEGER CHECK (t > 0));`)
    const db = new Database(path)
    db.exec('CREATE TABLE u (t INTEGER); INSERT INTO u VALUES (-1)')
    db.exec('BEGIN IMMEDIATE')
    const made = await plan(path, target)
    expect(made.preflight.map(({ code }) => code)).toEqual(['check-violation'])
    db.exec('ROLLBACK')
    await expect(converge(path, target, { signal })).rejects.toMatchObject({ code: 'rows-do-not-fit', objects: ['u'] })
  })

  test('the process ends with the one that asks it', async () => {
    const { fork } = await import('node:child_process')
    const script = join(folder, 'ask.mjs')
    writeFileSync(
      script,
      `import { converge } from ${JSON.stringify(library)}
       const { signal } = new AbortController()
       converge(${JSON.stringify(path)}, ${JSON.stringify(target)}, {
         signal, onProgress: ({ rows }) => rows && process.send(rows.done) })`,
    )
    const before = contents()
    const asking = fork(script)
    await once(asking, 'message')
    asking.kill('SIGKILL')
    await once(asking, 'exit')
    const db = new Database(path, { timeout: 30_000 })
    // What it held is free when it is gone.
    db.exec('BEGIN IMMEDIATE; ROLLBACK')
    expect(contents(db)).toEqual(before)
  })
})

describe.each([
  ['a handle', (db: Database.Database) => db],
  ['a Kysely instance', (db: Database.Database) => new Kysely({ dialect: new SqliteDialect({ database: db }) })],
])('%s, in place', (_, wrapped) => {
  test.each([1, 3])('a signal between two parts of a copy rolls back', async (n) => {
    const db = new Database(path)
    db.pragma('foreign_keys = ON')
    const before = contents(db)
    await expect(converge(wrapped(db), target, abortAt(n))).rejects.toMatchObject({
      code: 'interrupted',
      message: 'everything was rolled back',
    })
    expect(db.inTransaction).toBe(false)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(contents(db)).toEqual(before)
  })

  test('what onProgress throws rolls back, and is the cause', async () => {
    const db = new Database(path)
    const before = contents(db)
    const mine = new Error('enough')
    const onProgress = ({ phase }: Library.Progress): void => {
      if (phase === 'verifying') throw mine
    }
    await expect(converge(wrapped(db), target, { onProgress })).rejects.toMatchObject({
      code: 'interrupted',
      cause: mine,
    })
    expect(contents(db)).toEqual(before)
  })
})

describe.each(ways.slice(1))('a handle, $how', ({ options, sql }) => {
  test.each([1, 3, 5])(
    'a signal at a step rolls back (word %s), and others and this one have the old schema',
    async (n) => {
      writeFileSync(target, sql)
      const [db, other] = [new Database(path), new Database(path)]
      const before = contents(db)
      const inserts = [db, other].map((one) => one.prepare('INSERT INTO t (a) VALUES (?)'))
      await expect(converge(db, target, { ...options, ...abortAt(n, 'in place, fast') })).rejects.toMatchObject({
        code: 'interrupted',
        message: 'everything was rolled back',
      })
      expect(db.inTransaction).toBe(false)
      expect([contents(db), contents(other)]).toEqual([before, before])
      for (const insert of inserts) insert.run('twice')
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    },
  )
})

test('progress says each phase once, each step, and counts all rows', () => {
  const said: Library.Progress[] = []
  convergeSync(new Database(path), target, { onProgress: (progress) => said.push(progress) })
  const phases = said.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1])
  expect(phases).toEqual(['locking', 'checking', 'running', 'verifying', 'committing'])
  const steps = said.flatMap(({ step }) => step?.number ?? [])
  expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  expect(new Set(steps).size).toBe(said.find(({ step }) => step)!.step!.of)
  const counted = said.flatMap((one) => (one.rows === undefined ? [] : [one.rows]))
  for (const work of ['copied', 'compared']) {
    expect(counted.findLast((one) => one.work === work)).toEqual({ work, done: rows, of: rows })
  }
})
