import Database from 'better-sqlite3'
import { apply, type ConvergeError, plan } from 'sqlite-converge'
import { describe, expect, test } from 'vitest'
import type { VerifyLevel } from '../../src/model/verify-level.ts'
import { capabilitiesOfReverse } from '../../src/plan/capabilities.ts'
import type { DraftInput } from '../../src/plan/draft.ts'
import { draftPlan } from '../../src/plan/draft-plan.ts'
import type { Step } from '../../src/plan/step.ts'
import { prove } from '../../src/prove/prove.ts'
import { schemaIn, schemaOf } from '../introspect/schema-of.ts'
import { scriptPath } from '../library/script-path.ts'

/** A key that goes, one that gets another number, and two that come, one of them in falling order. */
const from = 'CREATE TABLE t (a TEXT UNIQUE, b INT, c TEXT COLLATE nocase UNIQUE, d TEXT)'
const to =
  'CREATE TABLE t (a TEXT, b INT, c TEXT COLLATE nocase UNIQUE, d TEXT, UNIQUE (d, b), UNIQUE (b DESC), CHECK (b > 0))'
const target = scriptPath(to)

function filled(): Database.Database {
  const db = new Database(':memory:')
  db.exec(`${from}; WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO t SELECT 'a' || i, i, 'C' || i, iif(i % 2, 'd', 'D') || (i * 7919 % 1009) FROM n; ANALYZE`)
  return db
}

type Fault = (steps: readonly Step[]) => readonly Step[]

/** The same steps with another text; fails where it is in none. */
function edited(was: string, is: string): Fault {
  return (steps) => {
    expect(steps.filter(({ sql }) => sql.includes(was))).toHaveLength(1)
    return steps.map((step) => ({ ...step, sql: step.sql.replace(was, is) }))
  }
}

/** The same steps without those that say something. */
function without(text: string): Fault {
  return (steps) => {
    const left = steps.filter(({ sql }) => !sql.includes(text))
    expect(left.length).toBeLessThan(steps.length)
    return left
  }
}

const parts = '("d" COLLATE "binary", "b" COLLATE "binary")'
const indexes = 'the indexes of t are not those of its keys'
const schema = 'the schema is not the one'

/** What an engine with a fault in it would do, what sees it when it is applied, and what when it is proven. */
const faults: readonly (readonly [what: string, fault: Fault, applied: string, proven: string])[] = [
  [
    'an index that becomes that of another constraint',
    edited(
      "'_schema_key_t' THEN 'sqlite_autoindex_t_2' WHEN '_schema_key_t_2' THEN 'sqlite_autoindex_t_3'",
      "'_schema_key_t' THEN 'sqlite_autoindex_t_3' WHEN '_schema_key_t_2' THEN 'sqlite_autoindex_t_2'",
    ),
    indexes,
    indexes,
  ],
  [
    'an index over the columns in another order',
    edited(parts, '("b" COLLATE "binary", "d" COLLATE "binary")'),
    indexes,
    indexes,
  ],
  ['an index over another column', edited(parts, '("d" COLLATE "binary", "a" COLLATE "binary")'), indexes, indexes],
  ['an index over fewer columns', edited(parts, '("d" COLLATE "binary")'), 'damaged', 'malformed'],
  ['an index in another collation', edited('"d" COLLATE "binary"', '"d" COLLATE "nocase"'), indexes, indexes],
  ['an index in another direction', edited('("b" COLLATE "binary" DESC)', '("b" COLLATE "binary")'), indexes, indexes],
  ['an index over half of the rows', edited(parts, `${parts} WHERE b % 2`), indexes, indexes],
  [
    'an index that is not adopted',
    edited("WHEN '_schema_key_t_2' THEN 'sqlite_autoindex_t_3' ", ''),
    'malformed database schema',
    'malformed database schema',
  ],
  [
    'an index of a key that keeps its former number',
    edited("WHEN 'sqlite_autoindex_t_2' THEN 'sqlite_autoindex_t_1' WHEN '_schema_key_t' ", "WHEN '_schema_key_t' "),
    'malformed database schema',
    'malformed database schema',
  ],
  [
    'an index of no constraint that stays',
    without('DROP INDEX "_schema_gone_t"'),
    schema,
    'does not lead to the target',
  ],
  ['a text with its columns in another order', edited('(a TEXT, b INT,', '(b INT, a TEXT,'), indexes, indexes],
  ['a text without a CHECK', edited(', CHECK (b > 0))', ')'), schema, 'does not lead to the target'],
  ['a text without a key', edited(', UNIQUE (b DESC)', ''), 'orphan index', 'orphan index'],
  ['a text that stays as it was', without("SET sql = 'CREATE TABLE"), 'orphan index', 'orphan index'],
]

const levels = ['counts', 'values', 'digest'] as const

async function outcome(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => 'applied',
    (error: ConvergeError) => `${error.code}: ${error.message}`,
  )
}

/** Applies with a fault; what fails leaves everything as it was, and the connection with it. */
async function applied(fault: Fault, verify: VerifyLevel): Promise<{ said: string; db: Database.Database }> {
  const db = filled()
  const before = db.serialize()
  const made = await plan(db, target, { fast: true })
  expect(made.fast).toMatchObject([{ way: 'in-place' }])
  const said = await outcome(apply(db, { ...made, steps: fault(made.steps) }, { verify }))
  if (said !== 'applied') {
    expect(db.serialize().equals(before)).toBe(true)
    db.exec("INSERT INTO t (a, b, d) VALUES ('new', -1, 'd'), ('newer', -1, 'd')")
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  }
  return { said, db }
}

/** Proves the same draft on the rows themselves. */
async function proven(fault: Fault): Promise<string> {
  const db = filled()
  const input: DraftInput = {
    from: schemaIn(db),
    to: schemaOf(to),
    isExcluded: () => false,
    capabilities: capabilitiesOfReverse,
    backfills: [],
    statistics: new Map([['sqlite_stat1', ['t']]]),
    fast: true,
  }
  const draft = draftPlan(input)
  return outcome(Promise.resolve().then(() => prove(db, input, { ...draft, steps: fault(draft.steps) })))
}

describe.each(faults)('%s', (_, fault, said, proof) => {
  test.each(levels)('is seen when it is applied with %s, and everything is rolled back', async (verify) => {
    expect((await applied(fault, verify)).said).toContain(said)
  })

  test('is seen when it is proven', async () => {
    expect(await proven(fault)).toContain(proof)
  })
})

test('without a fault it is proven, and applied at each level', async () => {
  expect(await proven((steps) => steps)).toBe('applied')
  for (const verify of ['none', ...levels] as const) {
    const { said, db } = await applied((steps) => steps, verify)
    expect([said, db.pragma('integrity_check', { simple: true })]).toEqual(['applied', 'ok'])
  }
})

// An index is looked up for some rows of each end of its table: one that lacks others is what a digest is for, and a proof with that row.
test('an index that lacks a row in the middle is seen by a digest, and when it is proven with that row', async () => {
  const fault = edited(parts, `${parts} WHERE b <> 150`)
  expect((await applied(fault, 'values')).said).toBe('applied')
  expect((await applied(fault, 'digest')).said).toContain('integrity_check of t: wrong # of entries in index')
  expect(await proven(fault)).toContain('are not sound: wrong # of entries in index')
})

// They are advice to the query planner: nothing is wrong with a row, and nothing is looked at.
test('statistics that stay under the name of another index are seen by none', async () => {
  const stale = without('sqlite_stat1')
  const known = (db: Database.Database): unknown =>
    db.prepare("SELECT idx FROM sqlite_stat1 WHERE idx LIKE '%auto%' ORDER BY 1").pluck().all()
  const { said, db } = await applied(stale, 'digest')
  expect([said, known(db)]).toEqual(['applied', ['sqlite_autoindex_t_1', 'sqlite_autoindex_t_2']])
  const { db: right } = await applied((steps) => steps, 'digest')
  expect(known(right)).toEqual(['sqlite_autoindex_t_1'])
})
