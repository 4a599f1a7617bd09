import Database from 'better-sqlite3'
import { CamelCasePlugin, Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import { apply, converge, type DatabaseLike, plan, revert, status } from 'sqlite-converge'
import { describe, expect, test } from 'vitest'
import { narrow, rows, wide } from './parent-and-child.ts'

interface Tables {
  readonly parent: { id: number; name: string }
}

const plugins = [
  ['without plugins', []],
  ['with CamelCasePlugin', [new CamelCasePlugin()]],
] as const

describe.for(plugins)('a Kysely instance %s', ([, list]) => {
  test('is converged and reverted without a child row lost, and comes back as it was', async () => {
    const { db, handle } = open(list)
    await converge(db, narrow)
    handle.exec(rows)

    const { verified } = await converge(db, wide)

    expect(verified).toEqual([{ table: 'parent', rows: 3 }])
    expect(await status(db, wide)).toMatchObject({ inSync: true, unchanged: true })
    expect(handle.prepare('SELECT count(*) FROM child').pluck().get()).toBe(3)
    expect(handle.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(handle.pragma('legacy_alter_table', { simple: true })).toBe(0)
    expect((await converge(db, wide)).plan.inSync).toBe(true)
    await revert(db)
    expect(await status(db, narrow)).toMatchObject({ inSync: true })
    expect(handle.prepare('SELECT count(*) FROM child').pluck().get()).toBe(3)
    await db.destroy()
  })

  test('can be planned, and the plan applied', async () => {
    const { db } = open(list)
    const made = await plan(db, narrow)
    expect(made.steps.map((step) => step.kind)).toEqual(['create-table', 'create-table'])
    await apply(db, made)
    expect((await status(db, narrow)).inSync).toBe(true)
    await db.destroy()
  })
})

describe('inside a Kysely transaction', () => {
  test('a rebuild is refused while foreign keys are enforced, and the transaction goes on', async () => {
    const { db, handle } = open([])
    await converge(db, narrow)
    handle.exec(rows)
    await db.transaction().execute(async (transaction) => {
      await expect(converge(transaction, wide)).rejects.toMatchObject({ code: 'in-transaction' })
      await transaction.insertInto('parent').values({ id: 9, name: 'mine' }).execute()
    })
    expect(handle.prepare('SELECT count(*) FROM parent').pluck().get()).toBe(4)
    expect(handle.prepare('SELECT count(*) FROM child').pluck().get()).toBe(3)
    await db.destroy()
  })

  test('it is a savepoint with foreign keys off, and goes when the transaction does', async () => {
    const { db, handle } = open([])
    await converge(db, narrow)
    handle.exec(rows)
    handle.pragma('foreign_keys = OFF')
    const failing = db.transaction().execute(async (transaction) => {
      await converge(transaction, wide)
      expect((await status(transaction, wide)).inSync).toBe(true)
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect((await status(db, narrow)).inSync).toBe(true)
    expect(handle.prepare('SELECT count(*) FROM child').pluck().get()).toBe(3)

    await db.transaction().execute((transaction) => converge(transaction, wide))
    expect((await status(db, wide)).inSync).toBe(true)
    expect(handle.prepare('SELECT count(*) FROM child').pluck().get()).toBe(3)
    await db.destroy()
  })
})

test('an instance over another database is refused before it is connected to', async () => {
  const pool = async (): Promise<never> => expect.unreachable()
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  await expect(converge(db, narrow)).rejects.toMatchObject({
    code: 'unsupported-connection',
    message: expect.stringContaining('PostgresAdapter'),
  })
})

/** These lines are checked by tsc: an instance fits whatever its tables are, and what is none does not. */
test('the types accept every Kysely instance, transaction and handle', () => {
  const { db, handle } = open([])
  // biome-ignore lint/suspicious/noExplicitAny: Kysely<any> is what many applications hold
  const loose: Kysely<any> = db
  const accepted: readonly DatabaseLike[] = [db, loose, handle, ':memory:']
  // @ts-expect-error a number is no database
  const refused: DatabaseLike = 42
  expect([...accepted, refused]).toHaveLength(5)
})

function open(list: (typeof plugins)[number][1]): { db: Kysely<Tables>; handle: Database.Database } {
  const handle = new Database(':memory:')
  const dialect = new SqliteDialect({ database: handle })
  return { db: new Kysely<Tables>({ dialect, plugins: [...list] }), handle }
}
