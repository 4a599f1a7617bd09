import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Hazard, plan } from 'sqlite-converge'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runSync } from '../../src/engine/operation.ts'
import { sampleSizes } from '../../src/introspect/sample-sizes.ts'
import { estimateLock, type Handled } from '../../src/plan/lock-estimate.ts'
import { schemaIn } from '../introspect/schema-of.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-test-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const keyed = 'CREATE TABLE events (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER)'
const checked = keyed.replace('n INTEGER', 'n INTEGER CHECK (n > 0)')

describe('a plan that', () => {
  test('copies many rows says how many, for how long, and how much the file grows', async () => {
    const db = filled(':memory:', keyed, 300_000)
    const [hazard, ...more] = await planned(db, checked)
    expect(more).toEqual([])
    expect(hazard).toMatchObject({ code: 'long-lock', level: 'warn', object: 'events', rows: 300_000 })
    expect(hazard!.message).toMatch(
      /^others can neither read nor write for about \d–\d seconds, while 300,000 rows of events are copied; the file grows by about \d+ MB$/,
    )
  })

  test('copies them in WAL mode leaves readers alone, and says how long the -wal becomes', async () => {
    const db = filled(join(folder, 'events.db'), keyed, 300_000)
    db.pragma('journal_mode = WAL')
    const [hazard] = await planned(db, checked)
    expect(hazard!.message).toMatch(/^others can't write for about .*; its -wal file by about \d+ MB$/)
    db.close()
  })

  test('copies few rows, or adds a column to many, says nothing', async () => {
    expect(await planned(filled(':memory:', keyed, 30_000), checked)).toEqual([])
    expect(await planned(filled(':memory:', keyed, 300_000), keyed.replace(')', ', more TEXT)'))).toEqual([])
  })

  test('renames a table and a column and copies it says so by the new names', async () => {
    const db = filled(':memory:', keyed, 300_000)
    const to = checked.replace('events', 'happenings').replace('name TEXT', 'title TEXT')
    const renames = `-- @renamed from=events\n${to.replace('title', '\n-- @renamed from=name\ntitle')}`
    const [hazard, ...more] = await planned(db, renames)
    expect(more).toEqual([])
    expect(hazard).toMatchObject({ code: 'long-lock', object: 'happenings', rows: 300_000 })
    expect(hazard!.message).toContain('while 300,000 rows of happenings are copied')
  })

  test('indexes many rows estimates how many there are, without counting them', async () => {
    const table = 'CREATE TABLE events (id INTEGER PRIMARY KEY, name TEXT, n INTEGER)'
    const db = filled(':memory:', table, 1_500_000)
    const [hazard] = await planned(db, `${table}; CREATE INDEX events_n ON events (n)`)
    expect(hazard).toMatchObject({ code: 'long-lock', level: 'warn', object: 'events' })
    expect(hazard).not.toHaveProperty('rows')
    expect(hazard!.message).toContain('while about 1,500,000 rows of events are indexed')
  })
})

async function planned(db: Database.Database, sql: string): Promise<readonly Hazard[]> {
  const target = join(folder, 'target.sql')
  writeFileSync(target, sql)
  return (await plan(db, target)).hazards
}

/** With a cache into which no key fits. */
function filled(path: string, table: string, rows: number): Database.Database {
  const db = new Database(path)
  db.exec(`${table}; WITH RECURSIVE k (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM k WHERE i < ${rows})
    INSERT INTO events (id, name, n) SELECT i, printf('event %d', i), i FROM k`)
  db.pragma('cache_size = 100')
  return db
}

describe('a sample', () => {
  const sample = (rows: string, table = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c REAL)') => {
    const db = new Database(':memory:')
    db.exec(`${table}; ${rows}`)
    const [read] = schemaIn(db).tables
    return runSync(sampleSizes(read!, read!.withoutRowid ? undefined : '"id"'), ({ sql }) => db.prepare(sql).all())
  }
  const numbered = (id: string): string =>
    `WITH RECURSIVE k (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM k WHERE i < 30000)
      INSERT INTO t SELECT ${id}, 'ten bytes!', i, NULL FROM k`

  test('says how long each column is', () => {
    const { columns } = sample(numbered('i'))
    expect([...columns]).toEqual([
      ['id', 5],
      ['a', 11],
      ['b', 5],
      ['c', 1],
    ])
  })

  test.each([
    ['i', 30_000, 30_000],
    ['i * 3', 20_000, 40_000],
    ['-i * 4', 20_000, 40_000],
  ])('of rows numbered %s says about how many there are', (id, least, most) => {
    const { rows } = sample(numbered(id))
    expect(rows).toBeGreaterThanOrEqual(least)
    expect(rows).toBeLessThanOrEqual(most)
  })

  test('of a table that is called as the sample calls its own parts says the same', () => {
    const table = 'CREATE TABLE t (id INTEGER PRIMARY KEY, wanted TEXT, place INTEGER, u REAL)'
    expect(sample(numbered('i'), table).rows).toBe(30_000)
  })

  test('of scattered rowids, of no rowids and of no rows does not say it', () => {
    expect(sample(numbered('abs(random())')).rows).toBeUndefined()
    expect(sample('').rows).toBeUndefined()
    const keyed = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c REAL) WITHOUT ROWID'
    expect(sample(numbered('i'), keyed).rows).toBeUndefined()
    expect(sample(numbered('i'), keyed).columns.get('a')).toBe(11)
  })
})

describe('an estimate', () => {
  const file = { bytes: 1e9, pageSize: 4096, free: 0, cache: 16e6 }
  const copied: Handled = {
    table: 't',
    handling: 'copied',
    rows: 1e6,
    rowBytes: 40,
    keys: [],
    dropped: [],
    indexes: [],
    copies: 1,
  }

  test('of the growth takes what is free first: pages, indexes that go, and the copy before it', () => {
    const growth = (...tables: Partial<Handled>[]): number =>
      Math.round(
        estimateLock(
          tables.map((table) => ({ ...copied, ...table })),
          file,
        ).growth / 1e6,
      )
    expect(growth({})).toBe(40)
    expect(growth({}, {}, {})).toBe(40)
    expect(growth({ keys: [25] })).toBe(65)
    expect(growth({ dropped: [25], indexes: [25] })).toBe(15)
    expect(growth({ handling: 'rewritten' })).toBe(0)
    expect(growth({ handling: 'indexed', copies: 0, indexes: [20, 30] })).toBe(50)
    expect(estimateLock([copied], { ...file, free: 30e6 }).growth).toBeLessThan(11e6)
  })

  test('knows that long rows leave a part of each page empty', () => {
    const bytes = (rowBytes: number): number => estimateLock([{ ...copied, rows: 1000, rowBytes }], file).growth
    expect(bytes(1030)).toBeCloseTo((1000 / 3) * 4096)
    expect(bytes(5000)).toBe(1000 * 2 * 4096)
  })

  test('of the time depends on whether a key fits into the cache, and on how often rows are copied', () => {
    const high = (table: Partial<Handled>, cache = file.cache): number =>
      estimateLock([{ ...copied, ...table }], { ...file, cache }).high
    const many = { rows: 4e7, keys: [30] }
    expect(high(many)).toBeGreaterThan(1.5 * high(many, 2e9))
    // A cache that holds it is lent.
    const some = { rows: 4e6, keys: [30] }
    expect(high(some)).toBe(high(some, 2e9))
    expect(high({ copies: 2 })).toBeCloseTo(2 * high({}))
    expect(high({ indexes: [20] })).toBeGreaterThan(high({}))
  })
})
