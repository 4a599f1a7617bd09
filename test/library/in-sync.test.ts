import Database from 'better-sqlite3'
import { convergeSync, defineSchema, fingerprint, integer, type Plan, plan, table, text } from 'sqlite-converge'
import { describe, expect, test } from 'vitest'
import { handleExecutor } from '../../src/engine/handle.ts'
import { runSync } from '../../src/engine/operation.ts'
import { scriptRenames } from '../../src/introspect/script-renames.ts'
import { scriptStatements } from '../../src/introspect/script-statements.ts'
import type { Target } from '../../src/introspect/target.ts'
import { makePlan } from '../../src/prove/make-plan.ts'
import { matchTarget } from '../../src/prove/match-target.ts'
import { planInSync } from '../../src/prove/plan-in-sync.ts'
import { corpusCases } from '../corpus-cases.ts'

function targetOf(script: string, excludes: readonly string[] = []): Target {
  const statements = scriptStatements(script, 'to.sql')
  return { statements, code: 'target-invalid', backfills: [], excludes, renames: scriptRenames(script, 'to.sql') }
}

/** What the database says itself, as a script. */
function scriptOf(db: Database.Database): string {
  const rows = db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'").pluck()
  return rows
    .all()
    .map((sql) => `${sql}\n;\n`)
    .join('')
}

function match(db: Database.Database, target: Target) {
  return runSync(matchTarget(target), handleExecutor(db))
}

/** The whole plan as data, what is made on demand included. */
function asData(made: Plan): unknown {
  const { draft: _, ...details } = made.details
  return JSON.parse(JSON.stringify({ ...made, details }))
}

const tables = `CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT DEFAULT TRUE, g AS (n || 'x'));
CREATE INDEX a_n ON a (n);
CREATE TABLE b (id INTEGER PRIMARY KEY, a REFERENCES a);`

function database(script: string): Database.Database {
  const db = new Database(':memory:')
  db.exec(script)
  return db
}

/** Those that SQLite itself can create. */
const cases = corpusCases.filter(({ ddl }) => !ddl.includes('my_coll'))

describe('a database that holds its target to the letter', () => {
  test.each(cases.map((one) => [one.name, one] as const))(
    'gets the plan that a look at its schema gives: %s',
    (_, { setup, ddl, after }) => {
      const db = database(`${setup};${ddl};${after}`)
      const target = targetOf(scriptOf(db))
      const matched = match(db, target)
      // Whatever the texts don't tell is planned as ever; that is so for few of them.
      if (matched === undefined) return
      expect(asData(planInSync(target, matched))).toEqual(asData(runSync(makePlan(target), handleExecutor(db))))
    },
  )

  test('is told by its texts in nearly all of these cases', () => {
    const found = cases.filter(({ setup, ddl, after }) => {
      const db = database(`${setup};${ddl};${after}`)
      return match(db, targetOf(scriptOf(db))) !== undefined
    })
    expect(found.length).toBeGreaterThan(cases.length * 0.8)
  })

  test('may hold what is excluded, the journal and what virtual tables keep besides', async () => {
    const script = `${tables} CREATE VIRTUAL TABLE s USING fts5 (x); CREATE VIEW v AS SELECT n FROM a;
      CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;`
    const db = new Database(':memory:')
    const empty = database(script)
    db.exec('CREATE TABLE legacy_x (y); CREATE INDEX legacy_y ON legacy_x (y); CREATE TABLE _schema_journal (x)')
    db.exec(script)
    const target = targetOf(`${script}`, ['legacy_*'])
    expect(match(db, target)).toMatchObject({ tables: 2 })
    expect(match(empty, target)).toMatchObject({ tables: 2 })
    expect(match(db, targetOf(script))).toBeUndefined()
  })

  test('asks nothing that compiles a view or goes through a table', () => {
    const db = database(`${tables} CREATE VIEW v AS SELECT no_such_function(n) FROM a;`)
    const asked: string[] = []
    const execute = handleExecutor(db)
    const made = runSync(matchTarget(targetOf(scriptOf(db))), (request) => {
      asked.push(request.sql)
      return execute(request)
    })
    expect(made).toBeDefined()
    expect(asked.join('\n')).not.toMatch(/table_list|table_xinfo|FROM main\."?(a|b|v)\b/)
  })

  test('is converged without a write', () => {
    const db = new Database(':memory:')
    convergeSync(db, schema)
    const before = db.serialize()
    expect(convergeSync(db, schema)).toMatchObject({ plan: { inSync: true, hazards: [] }, verified: [] })
    expect(db.serialize().equals(before)).toBe(true)
  })

  test('tells what it is when it is asked, also when its connection has been closed', async () => {
    const db = new Database(':memory:')
    convergeSync(db, schema, { journal: false })
    const made = await plan(db, schema)
    db.close()
    expect(made).toMatchObject({ inSync: true, tables: 1, reverse: { kind: 'exact', steps: [] } })
    expect(made.from).toBe(fingerprint(made.details.live))
    expect(made.to).toBe(made.from)
    expect(made.details.live.tables).toMatchObject([{ name: 'a', columns: [{ name: 'id' }, { name: 'n' }] }])
    expect(made.details.target.tables).toEqual(made.details.live.tables)
  })
})

const schema = defineSchema({
  a: table({ id: integer(), n: text().backfill('x') })
    .primaryKey(['id'])
    .index('a_n', ['n'])
    .renamedFrom('b'),
})

describe('is not told by its texts alone where', () => {
  const unknown: readonly (readonly [what: string, live: string, target: string, excludes: readonly string[]])[] = [
    ['there is a table more', `${tables} CREATE TABLE c (x)`, tables, []],
    ['there is an index more', `${tables} CREATE INDEX b_a ON b (a)`, tables, []],
    ['there is a table less', tables, `${tables} CREATE TABLE c (x);`, []],
    ['a text differs', tables, tables.replace('n TEXT', 'n  TEXT'), []],
    ['a statement makes something else', tables, `${tables} DROP TABLE b;`, []],
    ['a text stands twice', tables, `${tables} CREATE INDEX a_n ON a (n);`, []],
    [
      'an index comes before its table',
      'CREATE TABLE a (n); CREATE INDEX i ON a (n)',
      'CREATE INDEX i ON a (n); CREATE TABLE a (n);',
      [],
    ],
    ['something is declared and excluded', tables, tables, ['b']],
    ['an index of what is excluded is declared', tables, tables, ['a']],
    [
      'the journal is declared',
      `${tables} CREATE TABLE _schema_journal (x)`,
      `${tables} CREATE TABLE _schema_journal (x);`,
      [],
    ],
  ]
  test.each(unknown)('%s', (_, live, target, excludes) => {
    expect(match(database(live), targetOf(target, excludes))).toBeUndefined()
  })

  test('a command names a rename or a fill of what is not there', async () => {
    const db = database(tables)
    const target = { ...targetOf(tables), backfills: [{ table: 'a', column: 'nothing', expression: '1' }] }
    expect(match(db, target)).toBeUndefined()
    expect(match(db, { ...target, backfills: [{ table: 'A', column: 'N', expression: '1' }] })).toBeDefined()
    const rename = { table: 'nothing', to: 'something', by: 'command' } as const
    expect(match(db, { ...targetOf(tables), renames: [rename] })).toBeUndefined()
  })

  test.each([
    ['a name that is not in its text', "UPDATE sqlite_schema SET name = 'x', tbl_name = 'x' WHERE name = 'b'"],
    ['an index on another table', "UPDATE sqlite_schema SET tbl_name = 'b' WHERE name = 'a_n'"],
    ['a type in upper case', "UPDATE sqlite_schema SET type = 'TABLE' WHERE name = 'b'"],
    ['a name with a NUL', "UPDATE sqlite_schema SET name = name || char(0) WHERE name = 'b'"],
    ['the name of a table in bytes', "UPDATE sqlite_schema SET tbl_name = CAST(tbl_name AS BLOB) WHERE name = 'b'"],
    ['a text that goes on', "UPDATE sqlite_schema SET sql = sql || '; DROP TABLE a' WHERE name = 'b'"],
  ])('a row of the catalog has %s', (_, update) => {
    const db = database(tables)
    db.unsafeMode(true)
    db.pragma('writable_schema = ON')
    db.exec(update)
    const rows = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').pluck().all() as string[]
    const target = { ...targetOf(tables), statements: rows.map((sql) => ({ sql, label: sql })) }
    expect(match(db, target)).toBeUndefined()
  })
})

test('views that SQLite could not compile in time are refused also where nothing differs', () => {
  const views = Array.from({ length: 40 }, (_, n) => `CREATE VIEW v${n} AS SELECT * FROM v${n + 1}, v${n + 1} AS x;`)
  const script = `${tables} ${views.join('\n')} CREATE VIEW v40 AS SELECT 1 AS a;`
  const db = new Database(':memory:')
  for (const { sql } of scriptStatements(script, 'x')) db.exec(sql)
  expect(() => match(db, targetOf(script))).toThrow(expect.objectContaining({ code: 'unsupported-object' }))
})
