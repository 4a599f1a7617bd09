import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WriteOptions } from 'sqlite-converge'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyingMany } from '../../src/library/many.ts'
import { applyMany, type ManyOutcome } from '../../src/many/apply-many.ts'
import { type Look, type Looks, lookAtMany } from '../../src/many/look.ts'
import { executeOn, read } from './tenants.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'many-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Enough for one file to be larger than another, in a table that nothing happens to. */
const other = 'CREATE TABLE other (a);'
const heavy = `INSERT INTO other SELECT zeroblob(5000) FROM (VALUES (1), (2), (3), (4));`

/** Looks at some databases of one schema, the first of which is the largest; and applies what is to be applied, in this process. */
async function convergeMany(
  { from, to, rows }: { readonly from: string; readonly to: string; readonly rows: readonly string[] },
  options: WriteOptions = {},
): Promise<{ looks: Looks; outcomes: readonly ManyOutcome[]; paths: readonly string[] }> {
  const paths = rows.map((sql, n) => {
    const path = join(folder, `${n}.db`)
    executeOn(path, `PRAGMA foreign_keys = OFF; ${from}; ${other} ${n === 0 ? heavy : ''} ${sql}`)
    return path
  })
  const target = join(folder, 'to.sql')
  writeFileSync(target, `${to}; ${other}`)
  const how = await applyingMany(target, options)
  const looks = await lookAtMany(paths, how)
  return { looks, outcomes: await applyMany(looks, how, { jobs: 1, canary: 0, keepGoing: true }), paths }
}

function differing(look: Look | undefined): Extract<Look, { state: 'differs' }> {
  if (look?.state !== 'differs') throw new Error(`${look?.state}`)
  return look
}

/** What the journal says of the way back. */
function recordedReverse(path: string): { readonly kind: string; readonly losses: readonly string[] } {
  const [row] = read(path, 'SELECT "reverse" FROM _schema_journal') as [[string]]
  return JSON.parse(row[0])
}

describe('rows that would be lost in another file than the one that the plan was made for', () => {
  const drop = {
    from: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)',
    to: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a)',
    rows: ['INSERT INTO t VALUES (1, 1, NULL)', "INSERT INTO t VALUES (1, 1, 'precious'), (2, 2, 'too')", ''],
  }

  test('refuse it, and no other', async () => {
    const { looks, outcomes, paths } = await convergeMany(drop, { allow: [] })
    expect(looks.groups).toMatchObject([{ of: paths[0], databases: paths }])
    const [, second] = looks.looks.map(differing)
    expect(second!.plan.hazards).toMatchObject([{ code: 'drop-column', object: 't.b', level: 'refuse', rows: 2 }])
    expect(outcomes[1]).toMatchObject({ state: 'failed', error: { code: 'hazards', objects: ['t.b'] } })
    expect(read(paths[1]!, 'SELECT b FROM t')).toEqual([['precious'], ['too']])
  })

  test('are in what its journal says of the way back, and in no other', async () => {
    const { outcomes, paths } = await convergeMany(drop, { allow: ['drop-column'] })
    expect(outcomes.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied'])
    expect(paths.map(recordedReverse)).toMatchObject([
      { kind: 'exact', losses: [] },
      { kind: 'lossy', losses: [expect.stringContaining('t.b')] },
      { kind: 'exact', losses: [] },
    ])
  })

  test('are put aside, and come back by its own way', async () => {
    const { outcomes, paths } = await convergeMany(drop, { keep: true })
    expect(outcomes.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied'])
    const { revert } = await import('sqlite-converge')
    await revert(paths[1]!)
    expect(read(paths[1]!, 'SELECT id, a, b FROM t')).toEqual([
      [1, 1, 'precious'],
      [2, 2, 'too'],
    ])
  })
})

test('rows that would not fit again after the steps make the way back of their file impossible, and of no other', async () => {
  const { outcomes, paths } = await convergeMany(
    {
      from: 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p_id REFERENCES p (id))',
      to: 'CREATE TABLE c (id INTEGER PRIMARY KEY, p_id)',
      rows: ['INSERT INTO c VALUES (1, NULL)', 'INSERT INTO p VALUES (7); INSERT INTO c VALUES (1, 7)'],
    },
    { allow: ['drop-table'] },
  )
  expect(outcomes.map(({ state }) => state)).toEqual(['applied', 'applied'])
  expect(paths.map((path) => recordedReverse(path).kind)).toEqual(['exact', 'impossible'])
})

test('the plan is proven with rows that fit, where a file has some', async () => {
  const { looks, outcomes, paths } = await convergeMany({
    from: 'CREATE TABLE t (a)',
    to: 'CREATE TABLE t (a UNIQUE)',
    rows: ['INSERT INTO t VALUES (1), (1)', '', 'INSERT INTO t VALUES (1), (2)', ''],
  })
  expect(looks.groups).toMatchObject([{ of: paths[2], plan: { preflight: [], proof: { rows: 2 } } }])
  expect(outcomes).toMatchObject([
    { state: 'failed', error: { code: 'rows-do-not-fit' } },
    { state: 'applied' },
    { state: 'applied' },
    { state: 'applied' },
  ])
})

test('a value that a fill gives, and a conversion, are those of each file', async () => {
  const { outcomes, paths } = await convergeMany(
    {
      from: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n TEXT)',
      to: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, n INTEGER)',
      rows: ["INSERT INTO t VALUES (1, 'x', '1')", "INSERT INTO t VALUES (1, NULL, '12 apples'), (2, 'y', 'none')"],
    },
    {
      backfills: [{ table: 't', column: 'a', expression: "'was ' || id" }],
      conversions: [{ table: 't', column: 'n', expression: 'CAST(n AS INTEGER)' }],
      allow: ['lossy-conversion'],
    },
  )
  expect(outcomes.map(({ state }) => state)).toEqual(['applied', 'applied'])
  expect(read(paths[1]!, 'SELECT * FROM t')).toEqual([
    [1, 'was 1', 12],
    [2, 'y', 0],
  ])
  expect(recordedReverse(paths[1]!).kind).not.toBe('exact')
})

test('AUTOINCREMENT marks stay those of each file', async () => {
  const { outcomes, paths } = await convergeMany({
    from: 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)',
    to: 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a UNIQUE)',
    rows: ['INSERT INTO t VALUES (5, 1)', 'INSERT INTO t VALUES (100, 1); DELETE FROM t', ''],
  })
  expect(outcomes.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied'])
  const marks = paths.map((path) => read(path, "SELECT seq FROM sqlite_sequence WHERE name = 't'"))
  expect(marks).toEqual([[[5]], [[100]], []])
})

test.each([
  ['the encoding', "PRAGMA encoding = 'UTF-16le'", ''],
  ['what ANALYZE has found', '', 'INSERT INTO t VALUES (1); ANALYZE'],
  [
    'the text of a table',
    '',
    'CREATE VIEW v AS SELECT  a FROM t; DROP VIEW v; ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t',
  ],
])('%s makes two groups', async (_, before, after) => {
  const paths = [0, 1].map((n) => {
    const path = join(folder, `${n}.db`)
    // Where there are statistics, there is a table for them.
    const same = 'CREATE TABLE t (a); CREATE INDEX i ON t (a); ANALYZE;'
    executeOn(path, n === 0 ? same : `${before}; ${same} ${after}`)
    return path
  })
  const target = join(folder, 'to.sql')
  writeFileSync(target, 'CREATE TABLE t (a UNIQUE); CREATE INDEX i ON t (a)')
  const { groups } = await lookAtMany(paths, await applyingMany(target, {}))
  expect(groups.map(({ databases }) => databases.length)).toEqual([1, 1])
})

test('a plan whose way back does not fit the rows it was proven with is proven anew for each', async () => {
  const { looks, outcomes, paths } = await convergeMany(
    {
      from: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE)',
      to: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)',
      rows: ["INSERT INTO t VALUES (1, 'x'), (2, 'y')", "INSERT INTO t VALUES (1, '1'), (2, '2')", ''],
    },
    { conversions: [{ table: 't', column: 'a', expression: 'CAST(a AS INTEGER)' }], allow: ['lossy-conversion'] },
  )
  expect(looks.looks.map(differing).map(({ isAnew }) => isAnew)).toEqual([false, true, true])
  expect(outcomes.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied'])
  expect(paths.map((path) => recordedReverse(path).kind)).toEqual(['impossible', 'exact', 'exact'])
})

test('a file that has gone, and one that was changed, since they were looked at are left alone', async () => {
  const paths = ['a', 'b', 'c'].map((name) => {
    const path = join(folder, `${name}.db`)
    executeOn(path, 'CREATE TABLE t (a)')
    return path
  })
  const target = join(folder, 'to.sql')
  writeFileSync(target, 'CREATE TABLE t (a UNIQUE)')
  const how = await applyingMany(target, {})
  const looks = await lookAtMany(paths, how)
  rmSync(paths[0]!)
  executeOn(paths[1]!, 'ALTER TABLE t ADD COLUMN b')
  const outcomes = await applyMany(looks, how, { jobs: 1, canary: 0, keepGoing: true })
  expect(outcomes).toMatchObject([
    { state: 'failed', error: { code: 'no-such-database' } },
    { state: 'failed', error: { code: 'schema-drifted', objects: ['t'] } },
    { state: 'applied' },
  ])
  expect(read(paths[1]!, 'SELECT sql FROM sqlite_schema')).toEqual([['CREATE TABLE t (a, b)']])
})

test('rows that come between the look and the lock are seen', async () => {
  const paths = ['a', 'b'].map((name) => {
    const path = join(folder, `${name}.db`)
    executeOn(path, 'CREATE TABLE t (a, b)')
    return path
  })
  const target = join(folder, 'to.sql')
  writeFileSync(target, 'CREATE TABLE t (a UNIQUE)')
  const how = await applyingMany(target, { allow: ['drop-column'] })
  const looks = await lookAtMany(paths, how)
  executeOn(paths[0]!, 'INSERT INTO t VALUES (1, 1), (1, 2)')
  const outcomes = await applyMany(looks, how, { jobs: 1, canary: 0, keepGoing: true })
  expect(outcomes).toMatchObject([{ state: 'failed', error: { code: 'rows-do-not-fit' } }, { state: 'applied' }])
})
