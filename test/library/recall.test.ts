import Database from 'better-sqlite3'
import {
  type Converged,
  convergeSync,
  defineSchema,
  integer,
  revert,
  sql,
  table,
  text,
  view,
  virtualTable,
} from 'sqlite-converge'
import { expect, test } from 'vitest'

/** A schema of its own for each test: what is remembered is remembered for the process. */
const schemaOf = (name: string) =>
  defineSchema({
    [name]: table({ id: integer(), n: text() })
      .primaryKey(['id'], { autoincrement: true })
      .index(`${name}_n`, ['n'])
      .trigger(`${name}_t`, { after: 'insert', body: sql`SELECT 1;` }),
    child: table({ id: integer(), parent: integer() }).foreignKey(['parent'], name, ['id'], { undeclared: true }),
    seen: view(sql`SELECT id FROM child`),
    search: virtualTable('fts5', sql`body`),
  } as never)

type Counted = { readonly db: Database.Database; readonly made: Converged; readonly asked: readonly string[] }

/** Converges an empty database, and says what it is asked. */
function counted(schema: Parameters<typeof convergeSync>[1], options = {}, db = new Database(':memory:')): Counted {
  const asked: string[] = []
  const watched = new Proxy(db, {
    get: (_, name) => {
      const value: unknown = Reflect.get(db, name)
      if (typeof value !== 'function') return value
      return (...args: readonly unknown[]) => {
        if (name === 'prepare' || name === 'exec') asked.push(String(args[0]))
        return Reflect.apply(value, db, args) as unknown
      }
    },
  })
  return { made: convergeSync(watched, schema, options), db, asked }
}

const catalog = (db: Database.Database): unknown[] =>
  db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').all()
const journal = (db: Database.Database): unknown[] =>
  db.prepare('SELECT kind, from_fingerprint, to_fingerprint, target, sql, reverse, record FROM _schema_journal').all()

test('the second empty database comes out as the first, with the same entry in its journal, and is asked less', async () => {
  const [first, second, third] = [counted(schemaOf('a')), counted(schemaOf('a')), counted(schemaOf('a'))]
  expect(second.asked.length).toBeLessThan(first.asked.length / 2 + 1)
  for (const { db, made } of [second, third]) {
    expect(catalog(db)).toEqual(catalog(first.db))
    expect(journal(db)).toEqual(journal(first.db))
    expect(made.plan.steps).toEqual(first.made.plan.steps)
    expect(made.plan.reverse).toEqual(first.made.plan.reverse)
    expect(made.verified).toEqual(first.made.verified)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  }
  await revert(third.db)
  expect(third.db.prepare("SELECT name FROM sqlite_schema WHERE name IN ('a', 'child', 'seen')").all()).toEqual([])
})

test('nobody can change the plan that others get too', () => {
  const { plan } = counted(schemaOf('f')).made
  const steps = plan.steps as (typeof plan.steps)[number][]
  expect(() => steps.push(steps[0]!)).toThrow(TypeError)
  expect(() => Object.assign(steps[0]!, { sql: 'DROP TABLE f' })).toThrow(TypeError)
  expect(counted(schemaOf('f')).made.plan.steps).toEqual(plan.steps)
})

test('what the options ask for is done all the same', () => {
  const [none, digest] = [{ journal: false }, { verify: 'digest' }] as const
  counted(schemaOf('b'))
  expect(catalog(counted(schemaOf('b'), none).db)).not.toContainEqual(
    expect.objectContaining({ name: '_schema_journal' }),
  )
  expect(counted(schemaOf('b'), digest).asked.join()).toContain('integrity_check')
  const progress: string[] = []
  counted(schemaOf('b'), { onProgress: ({ phase }: { phase: string }) => void progress.push(phase) })
  expect(progress).toContain('running')
})

test('a database that is not empty is planned for', () => {
  counted(schemaOf('c'))
  const db = new Database(':memory:')
  db.exec('CREATE TABLE mine (x)')
  expect(() => counted(schemaOf('c'), {}, db)).toThrow(expect.objectContaining({ code: 'hazards' }))
  expect(catalog(db)).toHaveLength(1)
  const temporary = new Database(':memory:')
  temporary.exec('CREATE TEMP TABLE c (x)')
  expect(() => counted(schemaOf('c'), {}, temporary)).toThrow(expect.objectContaining({ code: 'temp-shadow' }))
})

test('a function that prepares connections otherwise is another start', () => {
  const schema = defineSchema({ t: table({ a: text() }), v: view(sql`SELECT shout(a) AS b FROM t`) })
  const setup = (db: Parameters<NonNullable<Parameters<typeof convergeSync>[2] & object>['setup'] & object>[0]): void =>
    void db.function('shout', (value: string) => value)
  const own = (): Database.Database => new Database(':memory:').function('shout', (value: string) => value)
  expect(counted(schema, { setup }, own()).made.plan.steps).toHaveLength(2)
  expect(counted(schema, { setup }, own()).asked.length).toBeLessThan(60)
  // Where the connection itself does not know the function, that is said as ever.
  const outcome = (): unknown => {
    try {
      return counted(schema, { setup }).made.plan.steps.length
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  const planned = outcome()
  expect(outcome()).toBe(planned)
})

test('a statement that SQLite refuses on this connection is explained as ever', () => {
  const schema = defineSchema({ t: table({ a: text(), b: text().generatedAs(sql`shout(a)`) }) })
  const setup = (db: { function(name: string, options: object, run: unknown): unknown }): void =>
    void db.function('shout', { deterministic: true }, (value: string) => value)
  const own = (): Database.Database => {
    const db = new Database(':memory:')
    setup(db as never)
    return db
  }
  counted(schema, { setup }, own())
  counted(schema, { setup }, own())
  const db = new Database(':memory:')
  expect(() => counted(schema, { setup }, db)).toThrow(expect.objectContaining({ code: expect.stringMatching(/./) }))
  expect(catalog(db)).toEqual([])
})
