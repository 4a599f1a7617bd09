import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely'
import {
  apply,
  type ConvergeError,
  converge,
  convergeSync,
  type DatabaseLike,
  plan,
  planBack,
  revert,
  status,
} from 'sqlite-converge'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { projectFolder } from '../cli/run-cli.ts'
import { isLong, patience, Tally } from './extent.ts'
import { settingsOf, unusual } from './pragmas.ts'
import { former, makeShop, target as targetText, writeTarget } from './shop.ts'
import { digestOf, type State, stateOf } from './state.ts'
import { withStatements } from './with-statements.ts'

vi.setConfig({ testTimeout: patience })

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-faults-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const items = 1_000
const target = writeTarget(folder)
const seed = join(folder, 'seed.db')
makeShop(seed, items)

/** Targets that are refused: for what would be lost, and for rows that do not fit. */
const lossy = scriptOf('lossy', former.replace('  note TEXT,\n', '').replace(/CREATE INDEX items_by_note.*\n/, ''))
const unfit = scriptOf('unfit', former.replace('note TEXT,', 'note TEXT NOT NULL,'))

function scriptOf(name: string, sql: string): string {
  const path = join(folder, `${name}.sql`)
  writeFileSync(path, sql)
  return path
}

type Owned = Exclude<DatabaseLike, string>
type Use = (database: Owned) => Promise<unknown>

/** What somebody does with a database of theirs, and how it ends. */
const uses: readonly (readonly [what: string, use: Use, code: string | undefined])[] = [
  ['plan', (database) => plan(database, target), undefined],
  ['status', (database) => status(database, target), undefined],
  ['converge', (database) => converge(database, target), undefined],
  ['plan and apply', async (database) => apply(database, await plan(database, target)), undefined],
  [
    'converge, planBack and revert',
    async (database) => {
      await converge(database, target)
      await planBack(database)
      return revert(database)
    },
    undefined,
  ],
  ['converge what is refused', (database) => converge(database, lossy), 'hazards'],
  ['converge what does not fit', (database) => converge(database, unfit), 'rows-do-not-fit'],
  [
    'apply what fails',
    async (database) => {
      const made = await plan(database, target)
      const steps = made.steps.map((step) => ({
        ...step,
        sql: step.kind === 'drop-table' ? 'DROP TABLE nothing' : step.sql,
      }))
      return apply(database, { ...made, steps })
    },
    'step-failed',
  ],
]

const owners: readonly (readonly [who: string, own: (db: Database.Database) => Owned])[] = [
  ['a better-sqlite3 handle', (db) => db],
  ['a Kysely instance', (database) => new Kysely({ dialect: new SqliteDialect({ database }) })],
  [
    'a Kysely instance with a plugin',
    (database) => new Kysely({ dialect: new SqliteDialect({ database }), plugins: [new CamelCasePlugin()] }),
  ],
]

let path: string
beforeEach(() => {
  path = join(folder, 'app.db')
  copyFileSync(seed, path)
})

describe.each(owners)('%s comes back as it was', (_, own) => {
  test.each(uses)('from %s', async (_, use, code) => {
    const db = new Database(path)
    for (const pragma of unusual) db.pragma(pragma)
    const belongings = belongingsOf(db)
    const settings = settingsOf(db)
    expect(await outcomeOf(use(own(db)))).toBe(code)
    expect(settingsOf(db)).toEqual(settings)
    expect([db.open, db.inTransaction]).toEqual([true, false])
    belongings.expectUnchanged()
    db.close()
  })

  test.each([
    ['with foreign keys off, and what was done is in it', 'OFF', undefined],
    ['with foreign keys on, where a rebuild is refused', 'ON', 'in-transaction'],
  ] as const)('from inside its transaction, %s', async (_, foreignKeys, code) => {
    const db = new Database(path)
    for (const pragma of unusual) db.pragma(pragma)
    db.pragma(`foreign_keys = ${foreignKeys}`)
    const before = digestOf(db)
    db.exec("BEGIN; SAVEPOINT mine; INSERT INTO tags (name) VALUES ('mine')")
    const settings = settingsOf(db)
    const kysely = own(db)
    // A Kysely instance knows of its own transactions only.
    if ('open' in kysely) {
      expect(await outcomeOf(converge(kysely, target))).toBe(code)
      expect(db.inTransaction).toBe(true)
      expect(settingsOf(db)).toEqual(settings)
      expect((await plan(kysely, target)).inSync).toBe(code === undefined)
      db.exec("INSERT INTO tags (name) VALUES ('later'); ROLLBACK TO mine; RELEASE mine")
      expect(db.inTransaction).toBe(true)
    } else expect(await outcomeOf(converge(kysely, target))).toBeDefined()
    expect(db.inTransaction).toBe(true)
    db.exec('ROLLBACK')
    expect(digestOf(db)).toBe(before)
    expect(settingsOf(db)).toEqual(settings)
    db.close()
  })
})

test('a handle that is in the middle of a query is refused, and the query goes on', async () => {
  const db = new Database(path)
  const seen: unknown[] = []
  const codes: unknown[] = []
  for (const id of db.prepare('SELECT id FROM items ORDER BY id LIMIT 3').pluck().iterate()) {
    seen.push(id)
    codes.push(await outcomeOf(converge(db, target)))
  }
  expect(seen).toEqual([1, 2, 3])
  expect(codes).toEqual(['database-locked', 'database-locked', 'database-locked'])
  db.close()
  expect(stateOf(path)).toEqual(stateOf(seed))
})

test('what is applied in a savepoint that fails leaves the transaction around it', async () => {
  const db = new Database(path)
  db.pragma('foreign_keys = OFF')
  db.exec("BEGIN; INSERT INTO tags (name) VALUES ('mine')")
  const before = digestOf(db)
  const made = await plan(db, target)
  for (let index = 0; index < made.steps.length; index++) {
    const steps = made.steps.with(index, { ...made.steps[index]!, sql: 'DROP TABLE nothing' })
    expect(await outcomeOf(apply(db, { ...made, steps }))).toMatch(/^(step|verification)-failed$/)
    expect([db.inTransaction, digestOf(db)]).toEqual([true, before])
  }
  await apply(db, made)
  db.exec('COMMIT')
  expect(db.prepare("SELECT count(*) FROM tags WHERE name = 'mine' AND kind = 'plain'").pluck().get()).toBe(1)
  db.close()
})

test('a savepoint that has been rolled back is gone, and the one around it is not', async () => {
  const db = new Database(path)
  db.pragma('foreign_keys = OFF')
  db.exec('SAVEPOINT mine')
  const made = await plan(db, target)
  const steps = made.steps.with(3, { ...made.steps[3]!, sql: 'DROP TABLE nothing' })
  expect(await outcomeOf(apply(db, { ...made, steps }))).toBe('step-failed')
  expect(() => db.exec('RELEASE _schema_apply')).toThrow('no such savepoint')
  db.exec('RELEASE mine')
  expect(db.inTransaction).toBe(false)
  db.close()
})

test('a disk that fails inside a transaction takes it along, and says what it was', async () => {
  const db = new Database(path)
  db.pragma('foreign_keys = OFF')
  const before = digestOf(db)
  const made = await plan(db, target)
  const failing = withStatements(db, (sql, run) => {
    if (!sql.startsWith('DROP TABLE "_schema_old_items"')) return run()
    // What SQLite does then: https://www.sqlite.org/lang_transaction.html
    db.exec('ROLLBACK')
    throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE')
  })
  db.exec("BEGIN; INSERT INTO tags (name) VALUES ('mine')")
  await expect(apply(failing, made)).rejects.toMatchObject({
    code: 'step-failed',
    message: expect.stringContaining('could not be written'),
  })
  expect([db.inTransaction, digestOf(db)]).toEqual([false, before])
  db.close()
})

/** What an application has put onto its connection, and looks for afterwards. */
function belongingsOf(db: Database.Database): { expectUnchanged(): void } {
  db.function('twice', (n: unknown) => Number(n) * 2)
  db.exec(`CREATE TEMP TABLE mine (a); INSERT INTO temp.mine VALUES (1);
    ATTACH ':memory:' AS other; CREATE TABLE other.theirs (b); INSERT INTO other.theirs VALUES (2)`)
  const statements = {
    all: db.prepare('SELECT * FROM tags ORDER BY rowid LIMIT 2'),
    plucked: db.prepare('SELECT code FROM items WHERE id = ?').pluck(),
    raw: db.prepare('SELECT id, amount FROM items ORDER BY id LIMIT 2').raw(),
    large: db.prepare('SELECT max(id) FROM items').pluck().safeIntegers(),
    expanded: db.prepare('SELECT tags.name, dear.id FROM tags, dear LIMIT 1').expand(),
    bound: db.prepare('SELECT twice(?)').pluck().bind(21),
    mine: db.prepare('SELECT a, b FROM temp.mine, other.theirs').raw(),
  }
  const insert = db.prepare("INSERT INTO tags (name, weight) VALUES ('new', 1)")
  const answers = (): Record<string, unknown> => ({
    all: statements.all.all().map((row) => (row as { name: string }).name),
    plucked: statements.plucked.get(7),
    raw: statements.raw.all(),
    large: statements.large.get(),
    expanded: statements.expanded.get(),
    bound: statements.bound.get(),
    mine: statements.mine.all(),
  })
  const before = answers()
  return {
    expectUnchanged() {
      expect(answers()).toEqual(before)
      expect(db.transaction(() => insert.run().changes)()).toBe(1)
      // All columns of a table are those that it has now.
      expect(Object.keys(statements.all.get() as object)).toEqual(
        db.prepare("SELECT name FROM pragma_table_info('tags')").pluck().all(),
      )
    },
  }
}

describe('processes that converge at once', () => {
  const [rounds, processes] = isLong ? [60, 4] : [4, 3]
  const alone = new Map<string, State>()
  const other = scriptOf('other', targetText.replace("DEFAULT 'new'", "DEFAULT 'other'"))

  function reachedBy(...targets: readonly string[]): State {
    const key = targets.join()
    if (!alone.has(key)) {
      const copy = join(folder, 'alone.db')
      copyFileSync(seed, copy)
      for (const one of targets) convergeSync(copy, one)
      alone.set(key, stateOf(copy))
    }
    return alone.get(key)!
  }

  test(`to the same target: one applies, and the others see it, ${rounds} times`, {
    timeout: 60_000 * rounds,
  }, async () => {
    const ends = new Tally()
    for (let round = 0; round < rounds; round++) {
      const copy = join(folder, `same-${round}.db`)
      copyFileSync(seed, copy)
      const found = await atOnce(
        copy,
        Array.from({ length: processes }, () => target),
      )
      expect(found.filter((end) => end === 'applied')).toHaveLength(1)
      expect(found.filter((end) => !['applied', 'in sync', 'schema-drifted'].includes(end))).toEqual([])
      expect(stateOf(copy)).toEqual(reachedBy(target))
      for (const end of found) ends.add(end)
    }
    console.info(`${processes} processes to one target at once, ${rounds} times:\n${ends}`)
  })

  test(`to two targets: one of them, or one after the other, ${rounds} times`, {
    timeout: 60_000 * rounds,
  }, async () => {
    const ends = new Tally()
    const inTurn = [[target], [other], [target, other], [other, target]].map(
      (order) => [order, reachedBy(...order)] as const,
    )
    for (let round = 0; round < rounds; round++) {
      const copy = join(folder, `two-${round}.db`)
      copyFileSync(seed, copy)
      const found = await atOnce(copy, [target, other])
      expect(found.filter((end) => !['applied', 'schema-drifted'].includes(end))).toEqual([])
      const applied = found.filter((end) => end === 'applied').length
      const state = stateOf(copy)
      const orders = inTurn.filter(([order, reached]) => order.length === applied && reached.digest === state.digest)
      expect(orders, found.join()).toHaveLength(1)
      expect(state).toEqual(orders[0]![1])
      ends.add(found.toSorted().join(' and '))
    }
    console.info(`two targets at once, ${rounds} times:\n${ends}`)
  })
})

const script = fileURLToPath(new URL('converge-at-once.mjs', import.meta.url))

/** Starts a process for each target, lets them go at the same time, and gives what each of them says. */
async function atOnce(copy: string, targets: readonly string[]): Promise<readonly string[]> {
  const started = targets.map((one) => {
    const child = spawn(process.execPath, [script, join(projectFolder, 'dist'), copy, one], { stdio: 'pipe' })
    let [stdout, stderr] = ['', '']
    const ready = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk
        if (stdout.includes('ready\n')) resolve()
      })
    })
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk))
    const end = new Promise<string>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) =>
        code === 0 ? resolve(stdout.trim().split('\n')[1]!) : reject(new Error(`ended with ${code}: ${stderr}`)),
      )
    })
    return { child, ready, end }
  })
  await Promise.race([Promise.all(started.map(({ ready }) => ready)), Promise.all(started.map(({ end }) => end))])
  for (const { child } of started) child.stdin.end('go\n')
  return Promise.all(started.map(({ end }) => end))
}

async function outcomeOf(act: Promise<unknown>): Promise<string | undefined> {
  return act.then(
    () => undefined,
    (error: ConvergeError) => error.code ?? `${error}`,
  )
}
