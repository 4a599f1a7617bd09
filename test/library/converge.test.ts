import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { apply, ConvergeError, converge, convergeSync, plan, revert, status } from 'sqlite-converge'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import former from '../../schema/former/metamapper.ts'
import metamapper from '../../schema/metamapper.ts'
import { makeMetamapper } from '../cli/biomapper.ts'
import { type Contents, contentsOf, pragmasOf } from '../cli/contents.ts'
import { isInstalled, run } from '../cli/run-cli.ts'
import { narrow, rows, wide } from './parent-and-child.ts'

const hasShell = isInstalled('sqlite3', '--version')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a path', () => {
  test('is converged, read and reverted, and closed each time', async () => {
    const path = join(folder, 'app.db')
    const made = await converge(path, narrow, { create: true })
    expect(made.id).toMatch(/^[0-9a-f]{12}$/)
    fill(path)
    const before = contentsOf(path)

    const { verified } = await converge(path, wide)
    expect(verified).toEqual([{ table: 'parent', rows: 3 }])
    expect(await status(path, wide)).toMatchObject({ inSync: true, unchanged: true })
    expect((await converge(path, wide)).id).toBeUndefined()
    await revert(path)

    expect(contentsOf(path).rows).toEqual(before.rows)
  })

  test('ten times up and down gives the same schema and rows each time', async () => {
    const path = join(folder, 'metamapper.db')
    makeMetamapper(path).close()
    const exclude = ['mapping_paths_history', 'trg_*']
    const [down, facts] = [contentsOf(path), pragmasOf(path)]
    let up: Contents | undefined
    for (let round = 1; round <= 10; round++) {
      await converge(path, metamapper, { exclude })
      up ??= contentsOf(path)
      expect(contentsOf(path)).toEqual(up)
      await revert(path)
      expect(contentsOf(path).rows).toEqual(down.rows)
      expect(pragmasOf(path)).toEqual(facts)
    }
    expect((await plan(path, former, { exclude })).inSync).toBe(true)
  })

  test('that does not exist is an error, and stays so', async () => {
    const path = join(folder, 'missing.db')
    await expect(converge(path, narrow)).rejects.toMatchObject({ code: 'no-such-database' })
    await expect(plan(path, narrow)).rejects.toBeInstanceOf(ConvergeError)
    expect(() => convergeSync(path, narrow)).toThrow(ConvergeError)
    await expect(status(path)).rejects.toMatchObject({ code: 'no-such-database', class: 'input' })
  })

  test('of a target is loaded, but not synchronously where it is a module', async () => {
    const script = join(folder, 'to.sql')
    const db = new Database(':memory:')
    writeFileSync(script, 'CREATE TABLE t (a)')
    expect(convergeSync(db, script).plan.changes.map((change) => change.kind)).toEqual(['create-table'])
    expect(() => convergeSync(db, join(folder, 'to.ts'))).toThrow(/synchronously/)
  })
})

describe('a path that the same process has open', () => {
  // A file that is closed loses the locks that other connections of the process hold on it:
  // https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
  const reads: readonly (readonly [name: string, read: (path: string) => Promise<unknown>])[] = [
    ['plan', (path) => plan(path, wide)],
    ['status', (path) => status(path)],
  ]

  test.for(reads)('keeps its write lock through %s', async ([, read]) => {
    const path = join(folder, 'app.db')
    await converge(path, narrow, { create: true })
    const db = new Database(path)
    db.exec("BEGIN IMMEDIATE; INSERT INTO parent (name) VALUES ('mine')")
    expect(writeElsewhere(path)).toContain('locked')
    await read(path)
    expect(writeElsewhere(path)).toContain('locked')
    db.exec('COMMIT')
    db.close()
  })

  // The shell stands for any program with an older SQLite: newer ones keep a -wal that is in use all the same.
  test.skipIf(!hasShell).for(reads)('keeps its -wal through %s, whoever else comes and goes', async ([, read]) => {
    const path = join(folder, 'app.db')
    await converge(path, narrow, { create: true })
    const db = new Database(path)
    db.pragma('journal_mode = WAL')
    db.exec("INSERT INTO parent (name) VALUES ('first')")
    await read(path)
    expect(await run(folder, 'sqlite3', [path, 'SELECT count(*) FROM parent'])).toMatchObject({ code: 0 })
    db.exec("INSERT INTO parent (name) VALUES ('last')")
    expect(countElsewhere(path)).toBe(2)
    db.close()
  })
})

describe('a better-sqlite3 handle', () => {
  test.for([converge, convergeSync])('is converged without a child row lost, and comes back as it was', async (way) => {
    for (const [foreignKeys, legacy] of [
      [1, 0],
      [0, 1],
    ]) {
      const db = new Database(':memory:')
      await way(db, narrow)
      db.exec(rows)
      db.pragma(`foreign_keys = ${foreignKeys}`)
      db.pragma(`legacy_alter_table = ${legacy}`)

      await way(db, wide)

      expect(db.prepare('SELECT parent, note FROM child ORDER BY rowid').raw().all()).toEqual([
        [1, 'a'],
        [1, 'b'],
        [5, 'c'],
      ])
      expect(db.pragma('foreign_keys', { simple: true })).toBe(foreignKeys)
      expect(db.pragma('legacy_alter_table', { simple: true })).toBe(legacy)
      expect(db.inTransaction).toBe(false)
      expect(db.open).toBe(true)
      db.close()
    }
  })

  test('comes back as it was also where the rows do not fit', () => {
    const db = new Database(':memory:')
    convergeSync(db, narrow)
    db.exec(`${rows} INSERT INTO parent (name) VALUES (NULL)`)
    const before = db.serialize()
    expect(() => convergeSync(db, wide)).toThrow(expect.objectContaining({ code: 'rows-do-not-fit' }))
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(db.pragma('legacy_alter_table', { simple: true })).toBe(0)
    expect(db.inTransaction).toBe(false)
    expect(db.serialize()).toEqual(before)
  })

  test('may give every integer as a bigint', async () => {
    const db = new Database(':memory:')
    db.defaultSafeIntegers(true)
    convergeSync(db, narrow)
    db.exec(`${rows} INSERT INTO parent VALUES (9007199254740993, 'large')`)
    await converge(db, wide)
    expect(await status(db, wide)).toMatchObject({ inSync: true })
    expect(db.prepare('SELECT max(id) FROM parent').pluck().get()).toBe(9007199254740993n)
    await revert(db)
    expect(db.prepare('SELECT max(id) FROM parent').pluck().get()).toBe(9007199254740993n)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1n)
  })

  test('that has been closed is an error', async () => {
    const db = new Database(':memory:')
    db.close()
    await expect(converge(db, narrow)).rejects.toMatchObject({ code: 'database-unreadable' })
  })

  test('that is read-only is an error, and can be planned', async () => {
    const path = join(folder, 'app.db')
    await converge(path, narrow, { create: true })
    const db = new Database(path, { readonly: true })
    expect((await plan(db, wide)).inSync).toBe(false)
    await expect(converge(db, wide)).rejects.toMatchObject({ code: 'database-read-only' })
    db.close()
  })
})

describe('inside a transaction', () => {
  test('a rebuild is refused while foreign keys are enforced, and nothing is changed', async () => {
    const db = new Database(':memory:')
    convergeSync(db, narrow)
    db.exec(rows)
    db.exec("BEGIN; INSERT INTO parent (name) VALUES ('mine')")
    await expect(converge(db, wide)).rejects.toMatchObject({ code: 'in-transaction', class: 'refused' })
    expect(db.inTransaction).toBe(true)
    db.exec('COMMIT')
    expect(db.prepare('SELECT count(*) FROM child').pluck().get()).toBe(3)
    expect(db.prepare('SELECT count(*) FROM parent').pluck().get()).toBe(4)
  })

  test('a plan without a rebuild is applied, also with foreign keys enforced', () => {
    const db = new Database(':memory:')
    db.exec('BEGIN')
    convergeSync(db, narrow)
    db.exec('COMMIT')
    expect(db.prepare('SELECT count(*) FROM parent').pluck().get()).toBe(0)
  })

  test('is a savepoint with foreign keys off: the transaction goes on, and can be rolled back', () => {
    const db = new Database(':memory:')
    convergeSync(db, narrow)
    db.exec(rows)
    const texts = db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name')
    const before = texts.all()
    db.pragma('foreign_keys = OFF')
    db.exec("BEGIN; INSERT INTO parent (name) VALUES ('mine')")

    convergeSync(db, wide)

    expect(db.inTransaction).toBe(true)
    expect(db.prepare('SELECT name, extra FROM parent ORDER BY id').raw().all()).toEqual([
      ['x', 'none'],
      ['y', 'none'],
      ['z', 'none'],
      ['mine', 'none'],
    ])
    db.exec('ROLLBACK')
    expect(texts.all()).toEqual(before)
    expect(db.prepare('SELECT count(*) FROM parent').pluck().get()).toBe(3)
    expect(db.prepare('SELECT count(*) FROM child').pluck().get()).toBe(3)
  })

  test('that fails leaves the transaction as it was', () => {
    const db = new Database(':memory:')
    convergeSync(db, narrow)
    db.pragma('foreign_keys = OFF')
    db.exec('BEGIN; INSERT INTO parent (name) VALUES (NULL)')
    expect(() => convergeSync(db, wide)).toThrow(expect.objectContaining({ code: 'rows-do-not-fit' }))
    db.exec('COMMIT')
    expect(db.prepare('SELECT count(*) FROM parent').pluck().get()).toBe(1)
  })
})

describe('a temporary object of the connection', () => {
  const shadows: readonly (readonly [what: string, sql: string])[] = [
    ['table', 'CREATE TEMP TABLE parent (x)'],
    ['view', 'CREATE TEMP VIEW Parent AS SELECT 1'],
    ['table that is called as what a plan makes for itself', 'CREATE TEMP TABLE _schema_old_parent (x)'],
    ['table that is called as an edit of the catalog needs it', 'CREATE TEMP TABLE _schema_edit (x)'],
    ['trigger', 'CREATE TEMP TRIGGER shade AFTER INSERT ON main.parent BEGIN SELECT 1; END'],
  ]
  test.for(shadows)('of the kind %s in the way is refused', async ([, sql]) => {
    const db = new Database(':memory:')
    convergeSync(db, narrow)
    db.exec(rows)
    db.exec(sql)
    const before = db.prepare('SELECT sql FROM main.sqlite_schema').all()
    await expect(converge(db, wide)).rejects.toMatchObject({ code: 'temp-shadow', class: 'refused' })
    expect(db.prepare('SELECT sql FROM main.sqlite_schema').all()).toEqual(before)
    expect(db.prepare('SELECT count(*) FROM main.parent').pluck().get()).toBe(3)
  })

  test('that is not in the way stays', async () => {
    const db = new Database(':memory:')
    convergeSync(db, narrow)
    db.exec('CREATE TEMP TABLE mine (x); INSERT INTO mine VALUES (1)')
    await converge(db, wide)
    expect(db.prepare('SELECT x FROM mine').pluck().all()).toEqual([1])
  })
})

test('a plan that has become stale is refused, and nothing is changed', async () => {
  const db = new Database(':memory:')
  convergeSync(db, narrow)
  const made = await plan(db, wide)
  db.exec('CREATE TABLE since (x)')
  const before = db.serialize()
  await expect(apply(db, made)).rejects.toMatchObject({ code: 'schema-drifted', class: 'refused' })
  expect(db.serialize()).toEqual(before)
})

test('a plan is refused where rows that do not fit came since it was made', async () => {
  const db = new Database(':memory:')
  convergeSync(db, narrow)
  const made = await plan(db, wide)
  db.exec('INSERT INTO parent (name) VALUES (NULL)')
  await expect(apply(db, made)).rejects.toMatchObject({ code: 'rows-do-not-fit' })
  db.exec('DELETE FROM parent')
  await apply(db, made)
  expect((await status(db, wide)).inSync).toBe(true)
})

test('what is no database and no schema is an error of ours', async () => {
  await expect(converge(42 as never, narrow)).rejects.toMatchObject({ code: 'unsupported-connection' })
  await expect(converge(new Database(':memory:'), {} as never)).rejects.toMatchObject({ code: 'target-not-a-schema' })
  await expect(converge(null as never, narrow)).rejects.toMatchObject({ code: 'unsupported-connection' })
})

function fill(path: string): void {
  const db = new Database(path)
  db.exec(rows)
  db.close()
}

/** Another process tries to write, and leaves. */
function writeElsewhere(path: string): string {
  return elsewhere(path, "db.exec(\"INSERT INTO parent (name) VALUES ('theirs')\"); console.log('written')")
}

function countElsewhere(path: string): number {
  return Number(elsewhere(path, "console.log(db.prepare('SELECT count(*) FROM parent').pluck().get())"))
}

function elsewhere(path: string, script: string): string {
  const open = `const db = new (require('better-sqlite3'))(${JSON.stringify(path)}, { timeout: 0 })`
  const code = `${open}\ntry { ${script} } catch (error) { console.log(error.message) }\ndb.close()`
  return execFileSync(process.execPath, ['--eval', code], { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
}
