import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { type Applied, apply, converge, convergeSync, plan, revert, type WriteOptions } from 'sqlite-converge'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { contentsOf } from '../cli/contents.ts'
import { scriptPath } from '../library/script-path.ts'
import { makeNotes, notes, startOther, strictNotes } from './scene.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const isFine = (value: unknown): number => Number(value !== null)

type Way = (path: string, to: string, options: WriteOptions) => Promise<{ readonly backup?: Applied['backup'] }>

const ways: readonly (readonly [name: string, way: Way])[] = [
  ['a path', (path, to, options) => converge(path, to, options)],
  ['a plan for a path', async (path, to, options) => apply(path, await plan(path, to), options)],
  ['a handle', (path, to, options) => withHandle(path, (db) => converge(db, to, options))],
  ['a handle, at once', (path, to, options) => withHandle(path, async (db) => convergeSync(db, to, options))],
  [
    'a Kysely instance',
    (path, to, options) =>
      withHandle(path, (database) => converge(new Kysely({ dialect: new SqliteDialect({ database }) }), to, options)),
  ],
]

async function withHandle<T>(path: string, use: (db: Database.Database) => Promise<T>): Promise<T> {
  const db = new Database(path)
  try {
    return await use(db)
  } finally {
    db.close()
  }
}

describe.for(ways)('the backup of %s', ([, way]) => {
  test.for(['delete', 'wal'])('in journal mode %s is the database from before, and can be restored', async (mode) => {
    const path = join(folder, 'the app.db')
    const other = makeNotes(path, { mode })
    const before = contentsOf(path)

    const { backup } = await way(path, scriptPath(strictNotes), { backup: true })

    expect(backup!.path).toMatch(/the app\.db\.backup-\d{8}T\d{6}Z$/)
    expect(backup!.bytes).toBe(statSync(backup!.path).size)
    expect(contentsOf(backup!.path)).toEqual(before)
    expect(contentsOf(path)).not.toEqual(before)
    other.exec("INSERT INTO notes VALUES (99, 'later, and in the -wal', 1)")
    other.close()
    execFileSync('sh', ['-c', backup!.restore.join(' && ')])
    expect(contentsOf(path)).toEqual(before)
    expect(readdirSync(folder).sort()).toEqual(['the app.db', backup!.path.split('/').at(-1)])
  })
})

describe('a backup', () => {
  test('has the -wal of a process that crashed before', async () => {
    const path = join(folder, 'app.db')
    makeNotes(path, { mode: 'wal' }).close()
    const other = await startOther(path, `db.exec("INSERT INTO notes VALUES (7, 'crashed', 1)"); console.log()`)
    await other.end()
    expect(existsSync(`${path}-wal`)).toBe(true)
    const { backup } = await converge(path, scriptPath(strictNotes), { backup: join(folder, 'copy.db') })
    expect(contentsOf(backup!.path).rows.notes!.at(-1)).toEqual([7n, 7n, 'crashed', 1n])
  })

  test('is made for a revert too, and says what it was called', async () => {
    const path = join(folder, 'app.db')
    makeNotes(path).close()
    await converge(path, scriptPath(strictNotes))
    const before = contentsOf(path)
    const { backup } = await revert(path, { backup: join(folder, 'copy.db') })
    expect(backup!.path).toBe(join(folder, 'copy.db'))
    expect(contentsOf(backup!.path)).toEqual(before)
  })

  test('may be read by nobody who may not read the database', async () => {
    const path = join(folder, 'app.db')
    makeNotes(path).close()
    chmodSync(path, 0o600)
    const { backup } = await converge(path, scriptPath(strictNotes), { backup: true })
    expect(statSync(backup!.path).mode & 0o777).toBe(0o600)
  })

  test('keeps page size, encoding and the numbers of the header', async () => {
    const path = join(folder, 'app.db')
    const db = new Database(path)
    const header = { page_size: 1024, auto_vacuum: 2, encoding: 'UTF-16le', user_version: 7, application_id: 42 }
    for (const [name, value] of Object.entries(header)) db.pragma(`${name} = '${value}'`)
    db.exec(notes)
    const { backup } = await converge(db, scriptPath(strictNotes), { backup: true })
    const copy = new Database(backup!.path)
    for (const [name, value] of Object.entries(header)) expect(copy.pragma(name, { simple: true }), name).toBe(value)
    copy.close()
    db.close()
  })

  test('is made of what an application alone can check', async () => {
    const path = join(folder, 'app.db')
    const db = new Database(path)
    db.function('is_fine', isFine)
    db.exec(`${notes}; CREATE TABLE odd (a CHECK (is_fine(a))); INSERT INTO odd VALUES (1)`)
    const to = scriptPath(`${strictNotes}; CREATE TABLE odd (a CHECK (is_fine(a)))`)
    const { backup } = await converge(db, to, { backup: true, setup: (one) => one.function('is_fine', isFine) })
    expect(contentsOf(backup!.path).rows.odd).toEqual([[1n, 1n]])
    db.close()
  })

  test('of rows that break a CHECK of the database is no worse than that', async () => {
    const path = join(folder, 'app.db')
    const db = new Database(path)
    const odd = 'CREATE TABLE odd (a CHECK (a > 0))'
    db.exec(`${notes}; ${odd}; PRAGMA ignore_check_constraints = ON; INSERT INTO odd VALUES (-1);
      PRAGMA ignore_check_constraints = OFF`)
    expect(db.pragma('quick_check')).not.toEqual([{ quick_check: 'ok' }])
    const { backup } = await converge(db, scriptPath(`${strictNotes}; ${odd}`), { backup: true })
    expect(contentsOf(backup!.path).rows.odd).toEqual([[1n, -1n]])
    db.close()
  })

  test('is not made where nothing is to do, or nothing is there yet', async () => {
    const path = join(folder, 'app.db')
    const [made, again] = [
      await converge(path, scriptPath(notes), { create: true, backup: true }),
      await converge(path, scriptPath(notes), { backup: true }),
    ]
    expect([made.backup, again.backup]).toEqual([undefined, undefined])
    expect(readdirSync(folder)).toEqual(['app.db'])
  })

  test('of a handle is made before any code of its owner runs', async () => {
    const path = join(folder, 'app.db')
    const db = makeNotes(path)
    const seen: boolean[] = []
    const look = (): void => {
      seen.push(db.inTransaction)
      immediate = setImmediate(look)
    }
    let immediate = setImmediate(look)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect((await converge(db, scriptPath(strictNotes), { backup: true })).backup).toBeDefined()
    clearImmediate(immediate)
    expect(seen.length).toBeGreaterThan(0)
    expect(seen).not.toContain(true)
    db.close()
  })

  test('stays, and is named, when the plan fails after it', async () => {
    const path = join(folder, 'app.db')
    makeNotes(path).close()
    const before = contentsOf(path)
    const backup = join(folder, 'copy.db')
    const failure = converge(path, scriptPath(strictNotes), { backup, maxLock: 0.02, checkSpace: false })
    await expect(failure).rejects.toMatchObject({
      code: 'lock-exceeded',
      class: 'failed',
      advice: expect.arrayContaining([`the backup stays where it is: ${backup}`]),
      data: { backup },
    })
    expect(contentsOf(path)).toEqual(before)
    expect(contentsOf(backup)).toEqual(before)
  })
})

describe('a backup is refused, and nothing is written,', () => {
  const refusals: readonly (readonly [
    why: string,
    code: string,
    message: RegExp,
    prepare: (path: string) => WriteOptions['backup'],
  ])[] = [
    ['over a file that exists', 'backup-exists', /exists, and a backup overwrites nothing/, (path) => path],
    [
      'where a -wal would be taken for its own',
      'backup-exists',
      /exists/,
      () => {
        writeFileSync(join(folder, 'copy.db-wal'), '')
        return join(folder, 'copy.db')
      },
    ],
    [
      'where the copy that another run is making would be overwritten',
      'backup-exists',
      /copy\.db\.partial exists/,
      () => {
        writeFileSync(join(folder, 'copy.db.partial'), '')
        return join(folder, 'copy.db')
      },
    ],
    ['in a directory that does not exist', 'backup-failed', /no such directory/, () => join(folder, 'no', 'copy.db')],
    ['without a name', 'usage', /no name/, () => ''],
  ]

  test.for(refusals)('%s', async ([, code, message, prepare]) => {
    const path = join(folder, 'app.db')
    makeNotes(path).close()
    const backup = prepare(path)!
    const [before, files] = [readFileSync(path), readdirSync(folder)]
    const failure = await converge(path, scriptPath(strictNotes), { backup }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(folder)).toEqual(files)
  })

  test('of a database in memory', async () => {
    const db = new Database(':memory:')
    await expect(converge(db, scriptPath(notes), { backup: true })).rejects.toMatchObject({ code: 'usage' })
    expect(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(0)
  })

  test('inside a transaction, whose own writes it would not have', async () => {
    const db = makeNotes(join(folder, 'app.db'))
    db.pragma('foreign_keys = OFF')
    db.exec("BEGIN; INSERT INTO notes VALUES (8, 'mine', 1)")
    await expect(converge(db, scriptPath(strictNotes), { backup: true })).rejects.toMatchObject({
      code: 'in-transaction',
      message: expect.stringContaining('backup'),
    })
    expect(db.inTransaction).toBe(true)
    db.close()
    expect(readdirSync(folder)).toEqual(['app.db'])
  })

  test('of a handle that has the database for itself', async () => {
    const db = makeNotes(join(folder, 'app.db'))
    db.pragma('locking_mode = EXCLUSIVE')
    db.exec("INSERT INTO notes VALUES (8, 'mine', 1)")
    await expect(converge(db, scriptPath(strictNotes), { backup: true })).rejects.toMatchObject({
      code: 'backup-failed',
      message: expect.stringContaining('locked'),
    })
    expect(db.inTransaction).toBe(false)
    db.close()
    expect(readdirSync(folder)).toEqual(['app.db'])
  })

  test('of a file that is no longer the one the handle has open', async () => {
    const path = join(folder, 'app.db')
    const db = makeNotes(path)
    renameSync(path, join(folder, 'moved.db'))
    makeNotes(path).close()
    await expect(converge(db, scriptPath(strictNotes), { backup: true })).rejects.toMatchObject({
      code: 'backup-failed',
      message: expect.stringContaining('not the one that is locked'),
    })
    db.close()
    expect(readdirSync(folder).sort()).toEqual(['app.db', 'moved.db'])
  })

  test('where the file that it would be is a directory that appears meanwhile', async () => {
    const path = join(folder, 'app.db')
    makeNotes(path).close()
    const copy = join(folder, 'copy.db')
    const setup = (): void => void (existsSync(copy) || mkdirSync(copy))
    const made = await plan(path, scriptPath(strictNotes))
    const before = readFileSync(path)
    await expect(apply(path, made, { backup: copy, setup })).rejects.toMatchObject({ code: 'backup-exists' })
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(copy)).toEqual([])
  })
})
