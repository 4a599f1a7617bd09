import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { apply, type Plan, plan } from 'sqlite-converge'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { isLong, patience, Tally } from './extent.ts'
import { settingsOf, unusual } from './pragmas.ts'
import { makeShop } from './shop.ts'
import { digestOf } from './state.ts'
import { inPlace, rebuilt, type Way, ways, writeWay } from './ways.ts'
import { type BeforeStatement, withStatements } from './with-statements.ts'

vi.setConfig({ testTimeout: patience })

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-faults-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const items = isLong ? 10_000 : 1_000

const modes = ['delete', 'wal'] as const
type Mode = (typeof modes)[number]
const seeds: Record<Mode, string> = { delete: join(folder, 'delete.db'), wal: join(folder, 'wal.db') }
for (const mode of modes) makeShop(seeds[mode], items, mode)
const plans = new Map<Way, Plan>()
for (const way of ways) plans.set(way, await plan(seeds.delete, writeWay(folder, way), way.options))
const scenes = ways.flatMap((way) => modes.map((mode) => ({ mode, way, name: way.name, made: plans.get(way)! })))
type Scene = Pick<(typeof scenes)[number], 'mode' | 'made'>

/** Statements that SQLite refuses for a reason of their own; some have written rows before, one ends the transaction. */
const refused: readonly (readonly [code: string, sql: string])[] = [
  ['SQLITE_CONSTRAINT_NOTNULL', 'INSERT INTO parts (item) VALUES (1), (NULL)'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'INSERT OR FAIL INTO parts (id, item) VALUES (-1, 1), (-2, 1), (-1, 1)'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'INSERT OR ROLLBACK INTO parts (id, item) VALUES (-1, 1), (-1, 1)'],
  ['SQLITE_TOOBIG', "SELECT replace(hex(zeroblob(100000)), '0', hex(zeroblob(100000)))"],
  ['SQLITE_ERROR', 'SELECT abs(-9223372036854775808)'],
  ['SQLITE_MISMATCH', "INSERT INTO parts (id, item) VALUES (-1, 1), ('no number', 1)"],
  ['SQLITE_ERROR', 'DROP TABLE is_not_there'],
]

describe.each(scenes)('in journal mode $mode, $name,', ({ mode, way, name, made }) => {
  const scene = { mode, made }

  test('a step that SQLite refuses changes nothing, at whatever place of the plan', async () => {
    const tally = new Tally()
    for (let index = 0; index < made.steps.length; index++) {
      const faults = isLong ? refused : [refused[index % refused.length]!]
      for (const [code, sql] of faults) {
        const { compare: _, confirm: __, ...step } = made.steps[index]!
        const faulty: Plan = { ...made, steps: made.steps.with(index, { ...step, sql }) }
        const error = await expectUnchanged(scene, `step ${index}: ${sql}`, (db) => apply(db, faulty))
        expect(error).toMatchObject({ code: 'step-failed', cause: { code } })
        tally.add(code)
      }
    }
    console.info(`a step that is refused, ${tally.total} times in mode ${mode}, ${name}:\n${tally}`)
  })

  test.runIf(way === rebuilt)('a step that SQLite refuses changes nothing over Kysely', async () => {
    for (let index = 0; index < made.steps.length; index++) {
      const [, sql] = refused[index % refused.length]!
      const { compare: _, ...step } = made.steps[index]!
      const faulty: Plan = { ...made, steps: made.steps.with(index, { ...step, sql }) }
      const error = await expectUnchanged(scene, `step ${index}: ${sql}`, (database) =>
        apply(new Kysely({ dialect: new SqliteDialect({ database }) }), faulty),
      )
      expect(error).toMatchObject({ code: 'step-failed' })
    }
  })

  test.skipIf(way === rebuilt)(
    'a connection that can not edit the catalog is refused, and changes nothing',
    async () => {
      const error = await expectUnchanged(scene, 'over Kysely', (database) =>
        apply(new Kysely({ dialect: new SqliteDialect({ database }) }), made),
      )
      expect(error).toMatchObject({ code: 'unsupported-connection' })
    },
  )

  test.each(statementFaults)('%s changes nothing, at whatever statement', async (what, fail) => {
    const count = await statementsOf(scene)
    const [first, stride] = isLong ? [0, 1] : [modes.indexOf(mode), way === inPlace ? 2 : 3]
    const ends = new Tally()
    for (let n = first; n < count; n += stride) {
      let at = ''
      const error = await expectUnchanged(scene, `${what} at statement ${n}`, (db) => {
        let seen = 0
        const before: BeforeStatement = (sql, run) => {
          // What gives the connection back as it was has to work, as the connection itself.
          if (isGivingBack(sql, db) || seen++ !== n) return run()
          at = sql
          return fail(db, run)
        }
        return apply(withStatements(db, before), made, watched)
      })
      ends.add(error === undefined ? `applied all the same: ${at.split(' ')[0]}` : codeOf(error))
      expect(at).not.toBe('')
    }
    console.info(`${what}, at ${ends.total} of ${count} statements in mode ${mode}, ${name}:\n${ends}`)
    expect(ends.total).toBe(Math.ceil((count - first) / stride))
  })
})

type Fault = (db: Database.Database, run: () => unknown) => unknown

const statementFaults: readonly (readonly [what: string, fail: Fault])[] = [
  ['an error', (db) => db.prepare('SELECT abs(-9223372036854775808)').get()],
  [
    'a full disk',
    (db, run) => {
      // From here on the database can't grow: SQLite itself fails at the first statement that needs a page more.
      db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`)
      return run()
    },
  ],
  [
    'a failing disk',
    (db) => {
      // What SQLite does then: it rolls back the whole transaction. https://www.sqlite.org/lang_transaction.html
      if (db.inTransaction) db.exec('ROLLBACK')
      throw new Database.SqliteError('disk I/O error', 'SQLITE_IOERR_READ')
    },
  ],
]

/** With somebody who watches, rows are copied and compared in parts, each by a statement of its own. */
const watched = { onProgress: () => {} }

function isGivingBack(sql: string, { inTransaction }: Database.Database): boolean {
  if (sql === 'PRAGMA writable_schema = RESET') return !inTransaction
  return /^(ROLLBACK|PRAGMA (legacy_alter_table|foreign_keys) = )/.test(sql)
}

async function statementsOf({ mode, made }: Scene): Promise<number> {
  let count = 0
  await withCopy(mode, async (db) => {
    const counted: BeforeStatement = (sql, run) => {
      if (!isGivingBack(sql, db)) count += 1
      return run()
    }
    await apply(withStatements(db, counted), made, watched)
  })
  return count
}

/** What everything is to come to. */
const reached = new Map<Plan, Map<Mode, string>>(ways.map((way) => [plans.get(way)!, new Map()]))
for (const { mode, made } of scenes) {
  await withCopy(mode, async (db) => {
    await apply(db, made)
    reached.get(made)!.set(mode, digestOf(db))
  })
}

/**
 * Applies with a fault to a connection with settings of its own, and expects that nothing has changed; where the fault was none,
 * everything. Either way the connection is as it was, and of use.
 */
async function expectUnchanged(
  { mode, made }: Scene,
  where: string,
  faulty: (db: Database.Database) => Promise<unknown>,
): Promise<unknown> {
  return withCopy(mode, async (db) => {
    for (const pragma of unusual) db.pragma(pragma)
    const [prepared, settings, before] = [statementsFor(db), settingsOf(db), hashOf(db)]
    const rows = prepared.map((statement) => statement.all())
    const error = await faulty(db).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(db.inTransaction, where).toBe(false)
    db.pragma('max_page_count = 1073741823')
    if (error === undefined) expect(digestOf(db), where).toBe(reached.get(made)!.get(mode))
    else expect(hashOf(db), `${where}: ${String(error)}`).toBe(before)
    expect(settingsOf(db), where).toEqual({ ...settings, max_page_count: 1073741823 })
    expect(
      prepared.map((statement) => statement.all()),
      where,
    ).toEqual(rows)
    if (error !== undefined) await apply(db, made)
    expect(digestOf(db), where).toBe(reached.get(made)!.get(mode))
    return error
  })
}

/** Statements that an application has prepared for as long as it runs, of both schemas. */
function statementsFor(db: Database.Database): readonly Database.Statement[] {
  return [
    db.prepare('SELECT id, code, amount FROM items ORDER BY id LIMIT 3').raw(),
    db.prepare('SELECT count(*) FROM dear').pluck(),
    db.prepare('SELECT name FROM tags WHERE weight < 1').pluck(),
  ]
}

/** The bytes of the whole database, as this connection sees them. */
function hashOf(db: Database.Database): string {
  return createHash('sha256').update(db.serialize()).digest('hex')
}

async function withCopy<T>(mode: Mode, use: (db: Database.Database) => Promise<T>): Promise<T> {
  const path = join(folder, 'copy.db')
  copyFileSync(seeds[mode], path)
  const db = new Database(path)
  try {
    return await use(db)
  } finally {
    db.close()
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(path + suffix, { force: true })
  }
}

function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return [code, cause?.code].filter(Boolean).join(', because of ')
}
