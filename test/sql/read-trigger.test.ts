import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { readTrigger } from '../../src/sql/read-object.ts'

/** Columns with the names of keywords: where an operand is due, SQLite takes them for names. */
const columns = ['begin', 'end', 'glob', 'like', 'match', 'regexp', 'if', 'raise', 'replace', 'x']

const conditions = [
  'begin',
  'match',
  'not begin',
  '- begin',
  'begin and new.begin is not glob',
  'x is not distinct from begin',
  'begin is not distinct from glob',
  'begin like begin escape begin',
  'begin not like begin',
  'like like like',
  'begin in (select begin from words)',
  'begin in words',
  'begin in main.words',
  'begin not null',
  'begin is not null',
  'begin notnull',
  'begin isnull',
  'begin collate begin',
  'exists (select begin) and begin',
  'cast(begin as text)',
  'replace(begin, 1, 2)',
  'raise(ignore)',
  'begin between begin and begin',
  'begin || glob',
  'begin -> begin',
  'case when begin then end else begin end',
  'case begin when end then like end',
  'case when begin then end end is not end',
  'new."begin" = [begin]',
  "begin <> 'begin'",
  'begin /* begin */ <> x -- begin\n',
]

test.each(conditions)('the condition %j ends where SQLite ends it', (condition) => {
  const db = new Database(':memory:')
  db.exec(`CREATE TABLE words (${columns.map((column) => `"${column}"`).join(', ')})`)
  db.exec(
    `CREATE TRIGGER r AFTER INSERT ON words WHEN ${condition} BEGIN SELECT end; UPDATE words SET end = begin; END`,
  )
  const stored = db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger'").pluck().get() as string
  const { when, body } = readTrigger(stored)
  expect(when?.text).toBe(condition.replace(/ -- begin\n$/, ''))
  expect(body).toBe('SELECT end; UPDATE words SET end = begin;')
})
