import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { projectFolder, test } from '../cli/run-cli.ts'
import { writesBegin } from '../cli/writes-begin.ts'
import { executeOn, makeTenants, read, twoAlike } from './tenants.ts'

interface Document {
  readonly databases: readonly {
    readonly database: string
    readonly state: string
    readonly error?: { readonly code: string; readonly message: string }
  }[]
  readonly summary: object
}

const patient = ['apply', 'tenants', '--to', 'to.sql', '--yes', '--format', 'json']
const apply = [...patient, '--lock-timeout', '0']

/** The states by the names, and the code of what failed. */
function states(stdout: string): Record<string, string> {
  const { databases } = JSON.parse(stdout) as Document
  return Object.fromEntries(databases.map(({ database, state, error }) => [database, error?.code ?? state]))
}

/** Lets nobody else write to a database, while `use` runs; others can read it. */
async function whileReserved<T>(path: string, use: () => Promise<T>): Promise<T> {
  const db = new Database(path)
  db.exec('BEGIN IMMEDIATE')
  try {
    return await use()
  } finally {
    db.close()
  }
}

function isApplied(path: string): boolean {
  return read(path, "SELECT 1 FROM sqlite_schema WHERE name = '_schema_journal'").length > 0
}

describe('what one file has', () => {
  test('keeps no other from its turn', async ({ folder, schema }) => {
    const names = makeTenants(folder, 9)
    const path = (n: number): string => join(folder, names[n]!)
    executeOn(path(1), twoAlike)
    writeFileSync(path(2), 'no database at all, but long enough to have a header of one')
    const damaged = readFileSync(path(3))
    damaged.fill(0xff, 4096, 8192)
    writeFileSync(path(3), damaged)
    writeFileSync(path(5), '')
    const before = [1, 2, 3].map((n) => readFileSync(path(n)))

    const done = await whileReserved(path(4), () => schema(...apply, 'missing.db', '--keep-going'))

    expect(states(done.stdout)).toEqual({
      [names[0]!]: 'applied',
      [names[1]!]: 'rows-do-not-fit',
      [names[2]!]: 'not-a-database',
      [names[3]!]: 'database-corrupt',
      [names[4]!]: 'database-locked',
      [names[5]!]: 'applied',
      [names[6]!]: 'applied',
      [names[7]!]: 'applied',
      [names[8]!]: 'applied',
      'missing.db': 'no-such-database',
    })
    expect(done.code).toBe(3)
    expect([1, 2, 3].map((n) => readFileSync(path(n)))).toEqual(before)
    expect(isApplied(path(4))).toBe(false)
    for (const n of [0, 5, 6, 7, 8]) expect(isApplied(path(n))).toBe(true)
    expect(existsSync(join(folder, 'missing.db'))).toBe(false)
  })

  test('is shown by a plan, of each file', async ({ folder, schema }) => {
    const names = makeTenants(folder, 6)
    writeFileSync(join(folder, names[2]!), 'no database at all, but long enough to have a header of one')
    executeOn(join(folder, names[4]!), twoAlike)
    const { code, stdout, stderr } = await schema('plan', 'tenants', '--to', 'to.sql', '--check')
    expect(code).toBe(2)
    expect(stderr).toContain(`${names[2]}\nerror: ${names[2]} is not a SQLite database`)
    expect(stdout).toContain(`in ${names[4]}\n x duplicate-key`)
    expect(stdout).toContain(' 1  failed')
  })
})

describe('the first failure', () => {
  test('that is known beforehand keeps everything from being begun', async ({ folder, schema }) => {
    const names = makeTenants(folder, 6)
    executeOn(join(folder, names[4]!), twoAlike)
    const { code, stdout } = await schema(...apply)
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({ summary: { applied: 0, refused: 1, notBegun: 5 } })
    for (const name of names) expect(isApplied(join(folder, name))).toBe(false)
  })

  test('ends it, and with --keep-going it does not; what is left is done by the next run', async ({
    folder,
    schema,
  }) => {
    const names = makeTenants(folder, 12)
    // The groups follow one another, each in the order of the names.
    await whileReserved(join(folder, names[3]!), async () => {
      const first = await schema(...apply, '--jobs', '1')
      expect(first.code).toBe(3)
      expect(JSON.parse(first.stdout)).toMatchObject({ summary: { applied: 1, refused: 1, notBegun: 10 } })
      expect(states(first.stdout)).toMatchObject({ [names[0]!]: 'applied', [names[3]!]: 'database-locked' })
      const second = await schema(...apply, '--keep-going')
      expect(second.code).toBe(3)
      expect(JSON.parse(second.stdout)).toMatchObject({ summary: { applied: 10, inSync: 1, refused: 1, notBegun: 0 } })
    })
    const last = await schema(...apply)
    expect(last.code).toBe(0)
    expect(JSON.parse(last.stdout)).toMatchObject({ summary: { applied: 1, inSync: 11 } })
  })

  test('of the canaries ends it also with --keep-going', async ({ folder, schema }) => {
    const names = makeTenants(folder, 12)
    await whileReserved(join(folder, names[1]!), async () => {
      const { code, stdout } = await schema(...apply, '--keep-going', '--canary', '1', '--jobs', '1')
      expect(code).toBe(3)
      expect(states(stdout)).toMatchObject({
        [names[0]!]: 'applied',
        [names[1]!]: 'database-locked',
        [names[3]!]: 'not-begun',
      })
      expect(JSON.parse(stdout)).toMatchObject({ summary: { applied: 1, refused: 1, notBegun: 10 } })
    })
    const done = await schema(...apply, '--canary', '2')
    expect(JSON.parse(done.stdout)).toMatchObject({ summary: { applied: 11, inSync: 1 } })
  })
})

const large = 300_000
/** Large databases are made once, and before: while one is made, no other test of this file can look whether its process has begun. */
let shelf: string
beforeAll(() => {
  shelf = mkdtempSync(join(tmpdir(), 'schema-many-'))
  for (const rows of [large, 4 * large]) {
    executeOn(
      join(shelf, `${rows}.db`),
      `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
      CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), title TEXT);
      WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${rows})
      INSERT INTO users SELECT n, 'x' || n, 'x' || (n * 7919 % 10000019) FROM s;`,
    )
  }
})
afterAll(() => rmSync(shelf, { recursive: true, force: true }))

describe.skipIf(process.platform !== 'linux')('in the midst of a large file', () => {
  for (const mode of ['delete', 'wal']) {
    test(`a worker that is killed leaves it as it was, and the others are done (${mode})`, async ({
      folder,
      schema,
    }) => {
      const names = makeTenants(folder, 6)
      const path = await makeLarge(folder, { mode })
      const { child, printed } = start(folder, '--keep-going')
      await writesBegin(path)
      const [worker] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')
      process.kill(Number(worker), 'SIGKILL')
      const [code] = await once(child, 'close')
      expect(code).toBe(4)
      const document = JSON.parse(printed()) as Document
      expect(document.summary).toMatchObject({ applied: 6, failed: 1 })
      expect(document.databases.at(-1)!.error).toMatchObject({
        code: 'step-failed',
        message: expect.stringMatching(
          /has ended \(SIGKILL\); everything was rolled back: tenants\/large.db is as it was/,
        ),
      })
      expect(read(path, 'PRAGMA integrity_check')).toEqual([['ok']])
      expect(read(path, 'SELECT count(*) FROM users')).toEqual([[large]])
      for (const name of names) expect(isApplied(join(folder, name))).toBe(true)
      expect(JSON.parse((await schema(...apply)).stdout)).toMatchObject({ summary: { applied: 1, inSync: 6 } })
    })
  }

  for (const signal of ['SIGINT'] as const) {
    test(`${signal} rolls it back and begins no other`, async ({ folder, schema }) => {
      makeTenants(folder, 6)
      const path = await makeLarge(folder)
      const { child, printed } = start(folder)
      await writesBegin(path)
      child.kill(signal)
      const [code] = await once(child, 'close')
      expect(code).toBe(130)
      const document = JSON.parse(printed()) as Document
      expect(document.databases.at(-1)!.error).toMatchObject({
        code: 'interrupted',
        message: 'everything was rolled back: tenants/large.db is as it was',
      })
      expect(document.summary).toMatchObject({ failed: 0, interrupted: 1, notBegun: 4 })
      expect(read(path, 'SELECT count(*) FROM users')).toEqual([[large]])
      expect((await schema(...apply)).code).toBe(0)
    })
  }

  test('a lock that is held for too long is given back', async ({ folder, schema }) => {
    makeTenants(folder, 3)
    const path = await makeLarge(folder, { rows: 4 * large })
    const { code, stdout } = await schema(...apply, '--keep-going', '--max-lock', '0.5')
    expect(states(stdout)['tenants/large.db']).toMatch(/lock-exceeded|lock-too-long/)
    expect(code).toBeGreaterThanOrEqual(3)
    expect(JSON.parse(stdout)).toMatchObject({ summary: { applied: 3 } })
    expect(isApplied(path)).toBe(false)
  })
})

/** It holds what a group of the others holds, and is the last. */
async function makeLarge(folder: string, { mode = 'delete', rows = large } = {}): Promise<string> {
  const path = join(folder, 'tenants/large.db')
  await copyFile(join(shelf, `${rows}.db`), path)
  executeOn(path, `PRAGMA journal_mode = ${mode}`)
  return path
}

/** Starts to apply, with one worker. It waits for locks, since who looks whether it has one takes it for a moment. */
function start(folder: string, ...more: readonly string[]): { child: ReturnType<typeof spawn>; printed: () => string } {
  const args = [join(projectFolder, 'dist/cli.js'), ...patient, '--jobs', '1', ...more]
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  let printed = ''
  child.stdout!.on('data', (data) => (printed += String(data)))
  return { child, printed: () => printed }
}
