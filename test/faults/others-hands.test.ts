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
import { former, makeShop } from './shop.ts'
import { digestOf, type State, stateOf } from './state.ts'
import { inPlace, rebuilt, type Way, ways, writeWay } from './ways.ts'
import { withStatements } from './with-statements.ts'

vi.setConfig({ testTimeout: patience })

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-faults-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const items = 1_000
const target = writeWay(folder, rebuilt)
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
type Use = (database: Owned, way: Way) => Promise<unknown>

/** What somebody does with a database of theirs, and how it ends; what edits the catalog is refused to some. */
const uses: readonly (readonly [what: string, use: Use, code: string | undefined, edits: boolean])[] = [
  ['plan', (database, way) => plan(database, writeWay(folder, way), way.options), undefined, false],
  ['status', (database, way) => status(database, writeWay(folder, way)), undefined, false],
  ['converge', (database, way) => converge(database, writeWay(folder, way), way.options), undefined, true],
  [
    'plan and apply',
    async (database, way) => apply(database, await plan(database, writeWay(folder, way), way.options)),
    undefined,
    true,
  ],
  [
    'converge, planBack and revert',
    async (database, way) => {
      await converge(database, writeWay(folder, way), way.options)
      await planBack(database, way.options)
      return revert(database, way.options)
    },
    undefined,
    true,
  ],
  ['converge what is refused', (database, way) => converge(database, lossy, way.options), 'hazards', false],
  ['converge what does not fit', (database, way) => converge(database, unfit, way.options), 'rows-do-not-fit', false],
  [
    'apply what fails',
    async (database, way) => {
      const made = await plan(database, writeWay(folder, way), way.options)
      // The last one by which the table is changed.
      const last = made.steps.findLastIndex(({ object }) => object === 'items')
      return apply(database, {
        ...made,
        steps: made.steps.with(last, { ...made.steps[last]!, sql: 'DROP TABLE is_not_there' }),
      })
    },
    'step-failed',
    true,
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
  const all = ways.flatMap((way) =>
    uses.map(([what, use, code, edits]) => ({ what, way, use, code, edits, name: way.name })),
  )

  test.each(all)('from $what $name', async ({ way, use, code, edits }) => {
    const db = new Database(path)
    for (const pragma of unusual) db.pragma(pragma)
    const belongings = belongingsOf(db)
    const [settings, before] = [settingsOf(db), digestOf(db)]
    const owned = own(db)
    const isRefused = way.fast && edits && !('open' in owned)
    expect(await outcomeOf(use(owned, way))).toBe(isRefused ? 'unsupported-connection' : code)
    if (isRefused || code !== undefined) expect(digestOf(db)).toBe(before)
    expect(settingsOf(db)).toEqual(settings)
    expect([db.open, db.inTransaction, isDefensive(db)]).toEqual([true, false, true])
    belongings.expectUnchanged()
    db.close()
  })

  const inside = ways.flatMap((way) =>
    (['OFF', 'ON'] as const).map((foreignKeys) => ({
      way,
      foreignKeys,
      // Where no table is dropped, foreign keys may stay enforced.
      code: foreignKeys === 'OFF' || way === inPlace ? undefined : 'in-transaction',
      end: foreignKeys === 'OFF' || way === inPlace ? 'what was done is in it' : 'it is refused',
      name: way.name,
    })),
  )

  test.each(inside)('from inside its transaction, $name, with foreign keys $foreignKeys: $end', async (given) => {
    const { way, foreignKeys, code } = given
    const db = new Database(path)
    for (const pragma of unusual) db.pragma(pragma)
    db.pragma(`foreign_keys = ${foreignKeys}`)
    const before = digestOf(db)
    db.exec("BEGIN; SAVEPOINT mine; INSERT INTO tags (name) VALUES ('mine')")
    const settings = settingsOf(db)
    const owned = own(db)
    const to = writeWay(folder, way)
    // A Kysely instance knows of its own transactions only.
    if ('open' in owned) {
      expect(await outcomeOf(converge(owned, to, way.options))).toBe(code)
      expect(db.inTransaction).toBe(true)
      expect(settingsOf(db)).toEqual(settings)
      expect((await plan(owned, to, way.options)).inSync).toBe(code === undefined)
      db.exec("INSERT INTO tags (name) VALUES ('later'); ROLLBACK TO mine; RELEASE mine")
      expect(db.inTransaction).toBe(true)
    } else expect(await outcomeOf(converge(owned, to, way.options))).toBeDefined()
    expect(db.inTransaction).toBe(true)
    db.exec('ROLLBACK')
    expect(digestOf(db)).toBe(before)
    expect(settingsOf(db)).toEqual(settings)
    // The old schema holds: what the new one would refuse is taken, twice.
    for (const _ of [1, 2]) db.exec("INSERT INTO items (code, amount) VALUES ('twice', -1)")
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
  })
})

describe.each(ways.filter(({ fast }) => fast).map((way) => ({ way, name: way.name })))(
  'a handle that may edit the catalog comes back as it was, $name,',
  ({ way }) => {
    const states = [
      { state: 'in safe mode', unsafe: false, writable: 'OFF' },
      { state: 'in unsafe mode', unsafe: true, writable: 'OFF' },
      { state: 'in unsafe mode, with writable_schema', unsafe: true, writable: 'ON' },
      { state: 'in safe mode, with writable_schema from before', unsafe: false, writable: 'ON' },
    ]
    const frames = [false, true].flatMap((inTransaction) =>
      [false, true].flatMap((fails) =>
        [false, true].flatMap((large) => states.map((state) => ({ ...state, inTransaction, fails, large }))),
      ),
    )

    test.each(frames)(
      '$state, inside a transaction: $inTransaction, failing: $fails, with bigints: $large',
      async (frame) => {
        const { unsafe, writable, inTransaction, fails, large } = frame
        const db = new Database(path)
        db.unsafeMode(true)
        db.pragma(`writable_schema = ${writable}`)
        db.unsafeMode(unsafe)
        db.pragma('foreign_keys = OFF')
        const [settings, before] = [settingsOf(db), digestOf(db)]
        const made = await plan(db, writeWay(folder, way), way.options)
        const last = made.steps.findLastIndex(({ kind }) => kind === 'edit-catalog')
        const steps = fails
          ? made.steps.with(last, { ...made.steps[last]!, sql: 'DROP TABLE is_not_there' })
          : made.steps
        if (inTransaction) db.exec('BEGIN')
        db.defaultSafeIntegers(large)
        expect(await outcomeOf(apply(db, { ...made, steps }))).toBe(fails ? 'step-failed' : undefined)
        db.defaultSafeIntegers(false)
        expect(settingsOf(db)).toEqual(settings)
        expect([db.inTransaction, isDefensive(db)]).toEqual([inTransaction, !unsafe])
        if (inTransaction) db.exec('ROLLBACK')
        expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
        if (inTransaction || fails) expect(digestOf(db)).toBe(before)
        else expect((await plan(db, writeWay(folder, way), way.options)).inSync).toBe(true)
        db.close()
      },
    )
  },
)

/** Whether a connection refuses to have its catalog edited, as each of better-sqlite3 does from the start. */
function isDefensive(db: Database.Database): boolean {
  const version = db.pragma('schema_version', { simple: true }) as number
  const before = db.pragma('writable_schema', { simple: true })
  try {
    db.pragma('writable_schema = ON')
    db.prepare('UPDATE sqlite_schema SET sql = sql WHERE 0')
    return false
  } catch {
    return true
  } finally {
    if (before === 0) db.pragma('writable_schema = OFF')
    expect(db.pragma('schema_version', { simple: true })).toBe(version)
  }
}

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

test.each(ways)('what is applied in a savepoint that fails leaves the transaction around it, $name', async (way) => {
  const db = new Database(path)
  db.pragma('foreign_keys = OFF')
  db.exec("BEGIN; INSERT INTO tags (name) VALUES ('mine')")
  const before = digestOf(db)
  const made = await plan(db, writeWay(folder, way), way.options)
  for (let index = 0; index < made.steps.length; index++) {
    const steps = made.steps.with(index, { ...made.steps[index]!, sql: 'DROP TABLE is_not_there' })
    expect(await outcomeOf(apply(db, { ...made, steps }))).toMatch(/^(step|verification)-failed$/)
    expect([db.inTransaction, digestOf(db)]).toEqual([true, before])
  }
  await apply(db, made)
  db.exec('COMMIT')
  expect(db.prepare("SELECT count(*) FROM tags WHERE name = 'mine' AND kind = 'plain'").pluck().get()).toBe(1)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
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

describe.each(ways)('processes that converge at once, $name,', (way) => {
  const [rounds, processes] = isLong ? [60, 4] : [way === rebuilt ? 4 : 2, 3]
  const alone = new Map<string, State>()
  const [target, index] = [writeWay(folder, way), ways.indexOf(way)]
  const other = scriptOf(`other-${index}`, way.sql.replace("DEFAULT 'new'", "DEFAULT 'other'"))

  function reachedBy(...targets: readonly string[]): State {
    const key = targets.join()
    if (!alone.has(key)) {
      const copy = join(folder, 'alone.db')
      copyFileSync(seed, copy)
      for (const one of targets) convergeSync(copy, one, way.options)
      alone.set(key, stateOf(copy))
    }
    return alone.get(key)!
  }

  test(`to the same target: one applies, and the others see it, ${rounds} times`, {
    timeout: 60_000 * rounds,
  }, async () => {
    const ends = new Tally()
    for (let round = 0; round < rounds; round++) {
      const copy = join(folder, `same-${index}-${round}.db`)
      copyFileSync(seed, copy)
      const targets = Array.from({ length: processes }, () => target)
      const found = await atOnce(copy, targets, way)
      expect(found.filter((end) => end === 'applied')).toHaveLength(1)
      expect(found.filter((end) => !['applied', 'in sync', 'schema-drifted'].includes(end))).toEqual([])
      expect(stateOf(copy)).toEqual(reachedBy(target))
      for (const end of found) ends.add(end)
    }
    console.info(`${processes} processes to one target at once, ${way.name}, ${rounds} times:\n${ends}`)
  })

  test(`to two targets: one of them, or one after the other, ${rounds} times`, {
    timeout: 60_000 * rounds,
  }, async () => {
    const ends = new Tally()
    const inTurn = [[target], [other], [target, other], [other, target]].map(
      (order) => [order, reachedBy(...order)] as const,
    )
    for (let round = 0; round < rounds; round++) {
      const copy = join(folder, `two-${index}-${round}.db`)
      copyFileSync(seed, copy)
      const found = await atOnce(copy, [target, other], way)
      expect(found.filter((end) => !['applied', 'schema-drifted'].includes(end))).toEqual([])
      const applied = found.filter((end) => end === 'applied').length
      const state = stateOf(copy)
      const orders = inTurn.filter(([order, reached]) => order.length === applied && reached.digest === state.digest)
      expect(orders, found.join()).toHaveLength(1)
      expect(state).toEqual(orders[0]![1])
      ends.add(found.toSorted().join(' and '))
    }
    console.info(`two targets at once, ${way.name}, ${rounds} times:\n${ends}`)
  })
})

const script = fileURLToPath(new URL('converge-at-once.mjs', import.meta.url))

/** Starts a process for each target, lets them go at the same time, and gives what each of them says. */
async function atOnce(copy: string, targets: readonly string[], { fast }: Way): Promise<readonly string[]> {
  const started = targets.map((one) => {
    const args = [script, join(projectFolder, 'dist'), copy, one, fast ? 'fast' : 'plain']
    const child = spawn(process.execPath, args, { stdio: 'pipe' })
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
