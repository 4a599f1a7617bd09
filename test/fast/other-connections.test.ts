import { copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { apply, type Plan, plan, revert } from 'sqlite-converge'
import { afterAll, describe, expect, test } from 'vitest'
import { withStatements } from '../faults/with-statements.ts'
import { scriptPath } from '../library/script-path.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-fast-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const former = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b INT, c TEXT DEFAULT 'x')"
const reached =
  "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT NOT NULL, c TEXT DEFAULT 'x', UNIQUE (b, a), CHECK (b > 0))"
const targets = {
  'in-place': scriptPath(reached),
  copy: scriptPath(reached.replace("DEFAULT 'x'", "DEFAULT 'y'")),
} as const
/** The text alone. */
const strict = scriptPath(former.replace('b INT', 'b INT NOT NULL CHECK (b > 0)'))

const modes = ['delete', 'wal'] as const
const ways = ['in-place', 'copy'] as const
const scenes = modes.flatMap((mode) => ways.map((way) => ({ mode, way })))
type Scene = (typeof scenes)[number]

for (const mode of modes) {
  const db = new Database(seedOf(mode))
  db.pragma(`journal_mode = ${mode}`)
  db.exec(`${former}; WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 150)
    INSERT INTO t (a, b) SELECT 'a' || i, i FROM n`)
  db.close()
}
let copies = 0

function seedOf(mode: Scene['mode']): string {
  return join(folder, `${mode}.db`)
}

/** A database file with two connections, and what each has prepared before anything happens. */
function open(mode: Scene['mode'], begin = ''): { here: Connection; other: Connection; close(): void } {
  const path = join(folder, `copy-${copies++}.db`)
  copyFileSync(seedOf(mode), path)
  const [here, other] = [connect(path), connect(path)]
  here.db.pragma('foreign_keys = OFF')
  here.db.exec(begin)
  return {
    here,
    other,
    close() {
      here.db.close()
      other.db.close()
      for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
    },
  }
}
interface Connection {
  readonly db: Database.Database
  /** Says why a row is refused; undefined where it is not. */
  insert(a: string | null, b: number | null): string | undefined
  /** How many rows have a value, by the index of their key where there is one. */
  count(a: string): unknown
}

function connect(path: string): Connection {
  const db = new Database(path, { timeout: 0 })
  db.pragma('synchronous = OFF')
  const insert = db.prepare('INSERT INTO t (a, b) VALUES (?, ?)')
  const count = db.prepare('SELECT count(*) FROM t WHERE a = ?').pluck()
  expect(count.get('a7')).toBe(1)
  return {
    db,
    insert(a, b) {
      try {
        insert.run(a, b)
        return undefined
      } catch (error) {
        return (error as Error).message
      }
    },
    count: (a) => count.get(a),
  }
}

type Check = readonly [what: string, found: unknown, expected: unknown]

/** What does not hold of those who should see the new schema. */
function wrongByReached(...connections: readonly Connection[]): readonly Check[] {
  return wrong(
    connections.flatMap((one, n): Check[] => [
      ['a NULL', one.insert(`null ${n}`, null), 'NOT NULL constraint failed: t.b'],
      ['a number that is too small', one.insert(`small ${n}`, -1), 'CHECK constraint failed: b > 0'],
      ['what is there', one.insert('a7', 7), 'UNIQUE constraint failed: t.b, t.a'],
      ['half of what is there', one.insert('a7', 1_000 + n), undefined],
      ['how many there are', one.count('a7'), n + 2],
      sound(one),
    ]),
  )
}

/** What does not hold of those who should see the old schema. */
function wrongByFormer(...connections: readonly Connection[]): readonly Check[] {
  return wrong(
    connections.flatMap((one, n): Check[] => [
      ['what is there', one.insert('a7', 1_000 + n), 'UNIQUE constraint failed: t.a'],
      ['a NULL', one.insert(`null ${n}`, null), undefined],
      ['a number that is too small', one.insert(`small ${n}`, -1), undefined],
      ['how many there are', [one.count('a7'), one.count('small 0'), one.count('null 0')], [1, 1, 1]],
      ['the text', one.db.prepare("SELECT sql FROM sqlite_schema WHERE name = 't'").pluck().get(), former],
      sound(one),
    ]),
  )
}

function sound({ db }: Connection): Check {
  return ['integrity_check', db.pragma('integrity_check', { simple: true }), 'ok']
}

function wrong(checks: readonly Check[]): readonly Check[] {
  return checks.filter(([, found, expected]) => JSON.stringify(found) !== JSON.stringify(expected))
}

/** The same plan, with a statement that fails in the place of one of its steps. */
function failingAt({ steps, ...made }: Plan, index: number): Plan {
  return { ...made, steps: steps.with(index, { ...steps[index]!, sql: 'DROP TABLE is_not_there' }) }
}

/** The same plan, which does not tell SQLite that the schema changes. */
function untold({ steps, ...made }: Plan): Plan {
  const left = steps.filter(({ sql }) => !sql.includes('"_schema_edit"'))
  expect(steps.length - left.length).toBe(2)
  return { ...made, steps: left }
}

async function planned(db: Database.Database, way: Scene['way']): Promise<Plan> {
  const made = await plan(db, targets[way], { fast: true, exclude: ['mine'] })
  expect(made.fast).toEqual([expect.objectContaining({ table: 't', way })])
  return made
}

const failed = { code: 'step-failed', message: expect.stringContaining('no such table: is_not_there') }

describe.each(scenes)('in journal mode $mode, $way', ({ mode, way }) => {
  test('others see the new schema with what they have prepared before, and the old one when it is back', async () => {
    for (const isFirst of [true, false]) {
      const { here, other, close } = open(mode)
      await apply(here.db, await planned(here.db, way))
      expect(wrongByReached(...(isFirst ? [here, other] : [other, here]))).toEqual([])
      other.db.exec("DELETE FROM t WHERE b > 150; UPDATE t SET c = 'x'")
      await revert(here.db, { fast: true })
      expect(wrongByFormer(...(isFirst ? [here, other] : [other, here]))).toEqual([])
      close()
    }
  })

  test('after a rollback at any step, this one and the other have the old schema', async () => {
    const scene = open(mode)
    const made = await planned(scene.here.db, way)
    scene.close()
    for (let index = 0; index < made.steps.length; index++) {
      for (const isFirst of [true, false]) {
        const { here, other, close } = open(mode)
        await expect(apply(here.db, failingAt(made, index)), `step ${index}`).rejects.toMatchObject(failed)
        expect(wrongByFormer(...(isFirst ? [here, other] : [other, here])), `step ${index}`).toEqual([])
        close()
      }
    }
  })

  test.each(['verifying', 'committing'] as const)('after a rollback while %s, too', async (last) => {
    const { here, other, close } = open(mode)
    const stop = new Error('enough')
    const onProgress = ({ phase }: { phase: string }): void => {
      if (phase === last) throw stop
    }
    await expect(apply(here.db, await planned(here.db, way), { onProgress })).rejects.toMatchObject({ cause: stop })
    expect(wrongByFormer(here, other)).toEqual([])
    close()
  })

  test.each([
    ['', 'BEGIN; ROLLBACK'],
    [' inside a transaction', 'BEGIN'],
    [' inside a transaction with a change of its own', 'BEGIN; CREATE TABLE mine (x)'],
  ])('after a rollback%s, what another one changes in the schema is seen', async (_, begin) => {
    const scene = open(mode, begin)
    const made = await planned(scene.here.db, way)
    scene.close()
    const outcome = (watched: Database.Database, index: number): Promise<unknown> | boolean =>
      index < made.steps.length
        ? expect(apply(watched, failingAt(made, index)), `step ${index}`).rejects.toMatchObject(failed)
        : watched.inTransaction && apply(watched, made)
    // As often as all was changed here, and as often as before the plan began.
    for (const all of [true, false]) {
      for (let index = 0; index <= made.steps.length; index++) {
        const { here, other, close } = open(mode, begin)
        const changes = await changesOf(here.db, (watched) => outcome(watched, index))
        if (here.db.inTransaction) here.db.exec('ROLLBACK')
        changeAsOften(other.db, all ? changes : 1)
        expect(wrongByFormer(here, other), `step ${index}, ${changes} changes`).toEqual([])
        close()
      }
    }
  })

  test('after a failing disk has ended the transaction around, what another one changes in the schema is seen', async () => {
    const scene = open(mode)
    const made = await planned(scene.here.db, way)
    scene.close()
    for (const { sql } of made.steps) {
      const { here, other, close } = open(mode, 'BEGIN')
      const changes = await changesOf(here.db, (watched) => {
        const failing = withStatements(watched, (statement, run) => {
          if (statement !== sql || !here.db.inTransaction) return run()
          // What SQLite does then: https://www.sqlite.org/lang_transaction.html
          here.db.exec('ROLLBACK')
          throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_WRITE')
        })
        return expect(apply(failing, made), sql).rejects.toMatchObject({ code: 'step-failed' })
      })
      expect(here.db.inTransaction).toBe(false)
      changeAsOften(other.db, changes)
      expect(wrongByFormer(here, other), `${sql}, ${changes} changes`).toEqual([])
      close()
    }
  })
})

/** How often the schema has been changed since it was created, by the number that says which schema it is. */
async function changesOf(db: Database.Database, act: (watched: Database.Database) => unknown): Promise<number> {
  const version = (): number => db.pragma('schema_version', { simple: true }) as number
  let highest = version()
  const watched = withStatements(db, (_, run) => {
    const answer = run()
    highest = Math.max(highest, version())
    return answer
  })
  await act(watched)
  return highest - 1
}

/** A rollback takes that number back, and who changes the schema as often gives it again, to another schema. */
function changeAsOften(db: Database.Database, times: number): void {
  for (let n = 1; n < times; n++) db.exec(`CREATE TABLE more_${n} (x)`)
  db.exec('CREATE INDEX theirs ON t (c, id)')
}

describe('without the table that tells SQLite of the change, it is seen that', () => {
  async function mutant(): Promise<ReturnType<typeof open> & { made: Plan }> {
    const scene = open('delete')
    const made = await plan(scene.here.db, strict, { fast: true })
    expect(made.fast).toMatchObject([{ way: 'in-place' }])
    return { ...scene, made: untold(made) }
  }

  test('another one does not see the new schema', async () => {
    const { here, other, made, close } = await mutant()
    await apply(here.db, made, { journal: false })
    expect(here.insert('null', null)).toBe('NOT NULL constraint failed: t.b')
    expect(other.insert('null', null)).toBeUndefined()
    close()
  })

  test('this one does not see the old schema after the rollback of a transaction around it', async () => {
    const { here, other, made, close } = await mutant()
    here.db.exec('BEGIN')
    await apply(here.db, made, { journal: false })
    here.db.exec('ROLLBACK')
    expect(wrongByFormer(here, other)).toContainEqual(['a NULL', 'NOT NULL constraint failed: t.b', undefined])
    close()
  })
})
