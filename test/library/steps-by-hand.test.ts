import Database from 'better-sqlite3'
import { plan } from 'sqlite-converge'
import { expect, test } from 'vitest'
import { scriptPath } from './script-path.ts'

/** A script is run by hand, and nobody asks the rows again: what does not fit has to stop it, and not to vanish. */
test.each([
  ['UNIQUE ON CONFLICT REPLACE', 'a UNIQUE ON CONFLICT REPLACE', "INSERT INTO t VALUES ('x'), ('x')"],
  ['UNIQUE ON CONFLICT IGNORE', 'a UNIQUE ON CONFLICT IGNORE', "INSERT INTO t VALUES ('x'), ('x')"],
  ['NOT NULL ON CONFLICT IGNORE', 'a CONSTRAINT n NOT NULL ON CONFLICT IGNORE', 'INSERT INTO t VALUES (NULL)'],
  [
    'NOT NULL ON CONFLICT REPLACE',
    "a CONSTRAINT n NOT NULL ON CONFLICT REPLACE DEFAULT 'y'",
    'INSERT INTO t VALUES (NULL)',
  ],
  ['PRIMARY KEY ON CONFLICT REPLACE', 'a PRIMARY KEY ON CONFLICT REPLACE', "INSERT INTO t VALUES ('x'), ('x')"],
])('steps that are run by hand stop at rows that came since, under %s', async (_, column, rows) => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE t (a)')
  const { steps } = await plan(db, scriptPath(`CREATE TABLE t (${column})`))
  expect(steps.map((step) => step.kind)).toContain('copy-rows')
  db.exec(rows)
  const before = db.prepare('SELECT * FROM t').all()
  db.pragma('foreign_keys = OFF')
  db.exec('BEGIN')
  expect(() => {
    for (const step of steps) db.exec(step.sql)
  }).toThrow('constraint failed')
  db.exec('ROLLBACK')
  expect(db.prepare('SELECT * FROM t').all()).toEqual(before)
})
