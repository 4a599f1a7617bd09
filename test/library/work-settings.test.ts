import Database from 'better-sqlite3'
import { apply, type Plan, plan } from 'sqlite-converge'
import { expect, test } from 'vitest'
import { scriptPath } from './script-path.ts'

const from = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INTEGER); CREATE INDEX t_n ON t (n);'
const to = from.replace('name TEXT', 'name TEXT UNIQUE')

/** With a key that does not fit into its cache of 400 KB. */
function filled(): Database.Database {
  const db = new Database(':memory:')
  db.exec(`${from} WITH RECURSIVE i (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM i WHERE i < 50000)
    INSERT INTO t SELECT i, hex(randomblob(8)), i FROM i`)
  db.pragma('cache_size = 100')
  return db
}

interface Settings {
  readonly cache: unknown
  readonly threads: unknown
}

/** Applies a plan, and what the connection's settings were when a statement was run. */
async function settingsAt(db: Database.Database, made: Plan): Promise<{ at: Map<string, Settings>; error: unknown }> {
  const at = new Map<string, Settings>()
  const settings = (): Settings => ({
    cache: db.pragma('cache_size', { simple: true }),
    threads: db.pragma('threads', { simple: true }),
  })
  const watched = new Proxy(db, {
    get: (_, name) => {
      const value: unknown = Reflect.get(db, name)
      if (typeof value !== 'function') return value
      return (...args: readonly unknown[]) => {
        const [kind] = name === 'prepare' ? (/^(INSERT|CREATE) \w+/.exec(String(args[0])) ?? []) : []
        if (kind !== undefined) at.set(kind, settings())
        return Reflect.apply(value, db, args) as unknown
      }
    },
  })
  const error = await apply(watched, made).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  at.set('after', settings())
  return { at, error }
}

test('a copy has a page cache that its keys fit into, an index is sorted in the own one, and all is as it was after', async () => {
  const db = filled()
  const { at, error } = await settingsAt(db, await plan(db, scriptPath(to)))
  expect(error).toBeUndefined()
  const lent = -Number(at.get('INSERT OR')!.cache)
  expect(lent).toBeGreaterThan((50_000 * 16) / 1024)
  expect(lent).toBeLessThan(100_000)
  expect(at.get('CREATE INDEX')!.cache).toBe(100)
  expect(at.get('after')).toEqual({ cache: 100, threads: 0 })
})

test('also after a copy that fails', async () => {
  const db = filled()
  db.pragma('threads = 1')
  const made = await plan(db, scriptPath(to))
  db.exec("UPDATE t SET name = 'same' WHERE id IN (7, 8)")
  const steps = made.steps
  const { details } = made
  const { at, error } = await settingsAt(db, { ...made, steps, details: { ...details, probes: [] } })
  expect(error).toMatchObject({ code: 'step-failed' })
  expect(Number(at.get('INSERT OR')!.cache)).toBeLessThan(-1000)
  expect(at.get('after')).toEqual({ cache: 100, threads: 1 })
})

test('a larger cache than is of use stays', async () => {
  const db = filled()
  db.pragma('cache_size = -300000')
  const { at } = await settingsAt(db, await plan(db, scriptPath(to)))
  expect(at.get('INSERT OR')!.cache).toBe(-300_000)
  expect(at.get('after')!.cache).toBe(-300_000)
})
