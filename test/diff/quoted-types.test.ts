import Database from 'better-sqlite3'
import { converge, inspect, revert } from 'sqlite-converge'
import { expect, test } from 'vitest'
import { isRowidAlias } from '../../src/diff/rowid-alias.ts'
import { affinityOf } from '../../src/plan/affinity.ts'
import { unquotedType } from '../../src/sql/quoted-type.ts'
import { scriptPath } from '../library/script-path.ts'

const types = [
  'INTEGER',
  '"INTEGER"',
  '[integer]',
  "'Integer'",
  '`INTEGER`',
  '"INTEGER" x',
  'x "INTEGER"',
  '"x" INTEGER',
  '"INTEGER "',
  '"INT"',
  '"IN""TEGER"',
  '"TEXT"(3)',
  '"x" "TEXT"',
  '"INTEGER"(3)',
  "'INTEGER' 'b'",
  '"INTEGER" /* c */',
  'TEXT "x"',
  '"REAL" BLOB',
  '""',
  "''",
  '"BLOB"',
]

test.each(types)('the type %s is what SQLite takes it for', async (type) => {
  const db = new Database(':memory:')
  db.exec(`CREATE TABLE t (a ${type}, b); CREATE TABLE k (a ${type} PRIMARY KEY)`)
  const { tables } = await inspect(db)
  const [t, k] = ['t', 'k'].map((name) => tables.find((table) => table.name === name)!)
  const reported = db.pragma('table_xinfo(t)') as { type: string }[]
  expect(unquotedType(t!.columns[0]!.type).toUpperCase()).toBe(reported[0]!.type.toUpperCase())
  expect(isRowidAlias(k!)).toBe(
    db.prepare("SELECT 1 FROM sqlite_schema WHERE name LIKE 'sqlite_auto%'").get() === undefined,
  )
  // What an affinity makes of a text that looks like a number, of a number, and of a whole real.
  const kinds = db
    .prepare("INSERT INTO t (a) VALUES ('1'), (1), (1.0), (x'31') RETURNING typeof(a)")
    .pluck()
    .all()
    .join(' ')
  const expected = {
    TEXT: 'text text text blob',
    BLOB: 'text integer real blob',
    REAL: 'real real real blob',
    INTEGER: 'integer integer integer blob',
    NUMERIC: 'integer integer integer blob',
  }
  expect(kinds).toBe(expected[affinityOf(t!.columns[0]!, t!)])
})

test.each([
  ['id INTEGER PRIMARY KEY DESC, a', 'id "INTEGER" PRIMARY KEY, a'],
  ['id "INTEGER" PRIMARY KEY, a', 'id "INTEGER" PRIMARY KEY, a UNIQUE'],
  ['id [INTEGER] PRIMARY KEY AUTOINCREMENT, a', 'id INTEGER PRIMARY KEY AUTOINCREMENT, a DEFAULT 1'],
  ['id INT PRIMARY KEY, a', "id 'INTEGER' PRIMARY KEY, a"],
  ['id "INTEGER" PRIMARY KEY, a "x" INT', 'id "INTEGER" PRIMARY KEY, a INT'],
])('a table of (%s) becomes one of (%s), and back', async (before, after) => {
  const db = new Database(':memory:')
  db.exec(`CREATE TABLE t (${before}); INSERT INTO t VALUES (7, 'x'), (3, 'y'), (12, NULL)`)
  const rows = db.prepare('SELECT * FROM t ORDER BY id').all()
  await converge(db, scriptPath(`CREATE TABLE t (${after})`), { verify: 'digest' })
  expect(db.prepare('SELECT * FROM t ORDER BY id').all()).toEqual(rows)
  expect(db.prepare("SELECT sql FROM sqlite_schema WHERE name = 't'").pluck().get()).toBe(`CREATE TABLE t (${after})`)
  await revert(db, { verify: 'digest' })
  expect(db.prepare('SELECT * FROM t ORDER BY id').all()).toEqual(rows)
})
