import Database from 'better-sqlite3'
import { apply, type ConvergeError, converge, type Plan, plan } from 'sqlite-converge'
import { describe, expect, test } from 'vitest'
import { scriptPath } from './script-path.ts'

const around = `
CREATE TABLE children (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id) ON DELETE SET NULL, other REFERENCES t (id) ON DELETE CASCADE);
CREATE TABLE log (what);
CREATE INDEX t_name ON t (name COLLATE nocase);
CREATE VIEW v AS SELECT id, name FROM t;
CREATE TRIGGER one AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('one'); END;
CREATE TRIGGER two AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('two'); END;`
const from = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, n NUMERIC);${around}`
const to = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, n NUMERIC);${around}`
const rows = `
INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2.5), (3, NULL, 'x'), (9, 'gone', 0);
DELETE FROM t WHERE id = 9;
INSERT INTO children VALUES (1, 1, NULL), (2, NULL, 2), (3, 3, 3);`

function filled(): Database.Database {
  const db = new Database(':memory:')
  db.exec(from)
  db.exec(rows)
  return db
}

type Step = Plan['steps'][number]

/** A plan as an engine with a fault in it would make it. */
async function faulty(db: Database.Database, fault: (steps: Step[]) => readonly Step[]): Promise<Plan> {
  const made = await plan(db, scriptPath(to))
  return { ...made, steps: fault([...made.steps]) }
}

/** The same steps, with the text of one kind changed; fails where there is none. */
function edited(kind: Step['kind'], edit: (sql: string) => string) {
  return (steps: Step[]): readonly Step[] => {
    const changed = steps.map((step) => (step.kind === kind ? { ...step, sql: edit(step.sql) } : step))
    expect(changed.map((step) => step.sql)).not.toEqual(steps.map((step) => step.sql))
    return changed
  }
}

/** With another statement behind the last step of a kind, or in front of the first. */
function with_(where: 'before' | 'after', kind: Step['kind'], sql: string) {
  return (steps: Step[]): readonly Step[] => {
    const kinds = steps.map((step) => step.kind)
    const at = where === 'before' ? kinds.indexOf(kind) : kinds.lastIndexOf(kind) + 1
    const { compare: _, ...like } = steps[0]!
    return [...steps.slice(0, at), { ...like, sql }, ...steps.slice(at)]
  }
}

const faults: readonly (readonly [what: string, fault: (steps: Step[]) => readonly Step[], says: string])[] = [
  ['a dropped trigger', (steps) => steps.filter((step) => step.object !== 'two'), 'the schema is not the one'],
  [
    'triggers that are created in another order',
    (steps) => {
      const made = steps.filter((step) => step.kind === 'create-trigger')
      return [...steps.filter((step) => step.kind !== 'create-trigger'), ...made.reverse()]
    },
    'the triggers of t are two, one instead of one, two',
  ],
  ['a row too few', edited('copy-rows', (sql) => `${sql} WHERE id <> 2`), '1 rows of t have other values'],
  [
    'a row too many',
    with_('before', 'create-index', "INSERT INTO t VALUES (4, 'new', 4)"),
    't has 4 rows instead of 3',
  ],
  [
    'a value in other letters',
    edited('copy-rows', (sql) => sql.replace('SELECT "id", "name"', 'SELECT "id", upper("name")')),
    '2 rows of t have other values',
  ],
  [
    'a value of another type',
    edited('copy-rows', (sql) => sql.replace(/"n" FROM/, 'CAST("n" AS TEXT) || \'.0\' FROM')),
    'rows of t have other values',
  ],
  [
    'a NULL for a value',
    edited('copy-rows', (sql) => sql.replace(/"n" FROM/, 'nullif("n", \'x\') FROM')),
    '1 rows of t have other values',
  ],
  [
    'other ids',
    edited('copy-rows', (sql) => sql.replace('SELECT "id"', 'SELECT "id" + 1')),
    'rows of t have other values',
  ],
  [
    'a lost collation',
    edited('create-index', (sql) => sql.replace(' COLLATE nocase', '')),
    'the schema is not the one',
  ],
  ['a lost default', edited('create-table', (sql) => sql.replace('n NUMERIC', 'n')), 'the schema is not the one'],
  [
    'another AUTOINCREMENT mark',
    edited('keep-sequence', (sql) => sql.replace("SELECT 't', seq", "SELECT 't', seq - 6")),
    'the AUTOINCREMENT mark of t is 3 instead of 9',
  ],
  [
    'a lost AUTOINCREMENT mark',
    (steps) => steps.filter((step) => step.kind !== 'keep-sequence'),
    'the AUTOINCREMENT mark of t is 3 instead of 9',
  ],
  [
    'a nulled child',
    with_('after', 'drop-table', 'UPDATE children SET t = NULL WHERE id = 1'),
    'children.t has 1 values instead of 2',
  ],
  [
    'a child that goes',
    with_('after', 'drop-table', 'DELETE FROM children WHERE id = 2'),
    'children has 2 values instead of 3',
  ],
  [
    'a child without a parent',
    with_('after', 'drop-table', 'UPDATE children SET t = 77 WHERE id = 1'),
    'foreign keys are worse than before',
  ],
]

describe('the verification catches', () => {
  test.each(faults)('%s, and everything is rolled back', async (_, fault, says) => {
    const db = filled()
    const before = db.serialize()
    const error = (await apply(db, await faulty(db, fault)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )) as ConvergeError
    expect([error?.code, error?.message]).toEqual(['verification-failed', expect.stringContaining(says)])
    expect(db.serialize().equals(before)).toBe(true)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  })
})

describe('a copied value is compared', () => {
  const kinds: readonly (readonly [type: string, value: string, other: string])[] = [
    ['TEXT', "'a'", 'CAST(v AS BLOB)'],
    ['TEXT', "'a'", "'A'"],
    ['TEXT COLLATE NOCASE', "'a'", 'upper(v)'],
    ['TEXT', "''", 'NULL'],
    ['REAL', '1.5', 'CAST(v AS BLOB)'],
    ['REAL', '1.5', 'v + 1e-15'],
    ['REAL', 'NULL', '0'],
    ['INTEGER', '-9223372036854775808', 'CAST(v AS REAL)'],
    ['NUMERIC', '9007199254740993', 'v - 1'],
    ['BLOB', '1', '1.0'],
    ['BLOB', "'a'", 'CAST(v AS BLOB)'],
  ]
  test.each(kinds)('in a column %s: %s is not %s', async (type, value, other) => {
    const db = new Database(':memory:')
    db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v ${type}); INSERT INTO t VALUES (7, ${value}), (9, NULL)`)
    const made = await plan(db, scriptPath(`CREATE TABLE t (id INTEGER PRIMARY KEY, v ${type}, CHECK (id > 0))`))
    const steps = edited('copy-rows', (sql) =>
      sql.replace(
        'SELECT "id", "v" FROM "_schema_old_t" AS "t"',
        `SELECT id, iif(id = 7, ${other}, v) FROM _schema_old_t AS t`,
      ),
    )([...made.steps])
    await expect(apply(db, { ...made, steps })).rejects.toMatchObject({
      code: 'verification-failed',
      message: expect.stringContaining('1 rows of t have other values'),
    })
    await apply(db, made)
  })

  test.each(['INTEGER', 'TEXT'])('in a STRICT table, in a column %s', async (type) => {
    const db = new Database(':memory:')
    db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v ${type}) STRICT; INSERT INTO t VALUES (7, 1)`)
    const made = await plan(db, scriptPath(`CREATE TABLE t (id INTEGER PRIMARY KEY, v ${type}, CHECK (id > 0)) STRICT`))
    const steps = edited('copy-rows', (sql) => sql.replace('SELECT "id", "v"', 'SELECT "id", "v" + 1'))([...made.steps])
    await expect(apply(db, { ...made, steps })).rejects.toMatchObject({ code: 'verification-failed' })
    await apply(db, made)
  })
})

test('a part of a copy that breaks a constraint fails, whatever the constraint says', async () => {
  for (const [conflict, says] of [
    ['UNIQUE ON CONFLICT IGNORE', 'UNIQUE constraint failed'],
    ['UNIQUE ON CONFLICT REPLACE', 'UNIQUE constraint failed'],
    ["NOT NULL ON CONFLICT REPLACE DEFAULT 'none'", 'NOT NULL constraint failed'],
  ] as const) {
    const db = new Database(':memory:')
    db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')`)
    const made = await plan(db, scriptPath(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT ${conflict})`))
    const value = says.startsWith('UNIQUE') ? "'same'" : "nullif(v, 'b')"
    const steps = made.steps.map((step) =>
      step.ranged === undefined
        ? step
        : { ...step, ranged: { ...step.ranged, sql: step.ranged.sql.replace('"v" FROM', `${value} FROM`) } },
    )
    expect(steps.map(({ ranged }) => ranged?.sql).join()).toContain(value)
    const before = db.serialize()
    await expect(apply(db, { ...made, steps }, { onProgress: () => {} })).rejects.toMatchObject({
      code: 'step-failed',
      message: expect.stringContaining(says),
    })
    expect(db.serialize().equals(before)).toBe(true)
  }
})

test('each level looks at what it says', async () => {
  const value = edited('copy-rows', (sql) => sql.replace('SELECT "id", "name"', 'SELECT "id", upper("name")'))
  const row = with_('before', 'create-index', "INSERT INTO t VALUES (4, 'new', 4)")
  const caught = async (fault: typeof value, verify: 'none' | 'counts' | 'values' | 'digest'): Promise<boolean> => {
    const db = filled()
    const made = await faulty(db, fault)
    return apply(db, made, { verify }).then(
      () => false,
      () => true,
    )
  }
  expect([await caught(row, 'none'), await caught(row, 'counts'), await caught(row, 'values')]).toEqual([
    false,
    true,
    true,
  ])
  expect([await caught(value, 'counts'), await caught(value, 'values'), await caught(value, 'digest')]).toEqual([
    false,
    true,
    true,
  ])
})

test('an unknown level is an error', async () => {
  const verify = 'everything' as 'values'
  await expect(converge(filled(), scriptPath(to), { verify })).rejects.toMatchObject({ code: 'usage' })
})

test('without a fault, every level is passed', async () => {
  for (const verify of ['none', 'counts', 'values', 'digest'] as const) {
    const { verified } = await converge(filled(), scriptPath(to), { verify })
    expect(verified).toEqual(verify === 'none' ? [] : [{ table: 't', rows: 3 }])
  }
})

test('digest does not take the default of a column behind a virtual one for its value, as SQLite does', async () => {
  const db = new Database(':memory:')
  const table = (more: string): string =>
    `CREATE TABLE t (v TEXT AS (id) VIRTUAL, id INTEGER, f REAL NOT NULL DEFAULT 'o''k', PRIMARY KEY (id)${more})`
  db.exec(`${table('')}; INSERT INTO t (id, f) VALUES (1, 1)`)
  expect(db.pragma('integrity_check', { simple: true })).toBe('TEXT value in t.f')
  const { verified } = await converge(db, scriptPath(table(', UNIQUE (f)')), { verify: 'digest' })
  expect(verified).toEqual([{ table: 't', rows: 1 }])
})
