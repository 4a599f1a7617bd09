import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { countExpansions } from '../../src/sql/expansions.ts'

/** How many SELECTs each of some views stands for; they are called v0, v1, …, and SQLite has to take them. */
function counts(...queries: readonly string[]): readonly number[] {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, x, v1)')
  const views = queries.map((query, n) => ({ name: `v${n}`, sql: `CREATE VIEW v${n} AS ${query}`, isView: true }))
  for (const { sql } of views) db.exec(sql)
  for (const { name } of views) db.prepare(`SELECT * FROM ${name}`)
  db.close()
  return [...countExpansions(views).values()]
}

test('a view is counted wherever it is named as a table', () => {
  expect(counts('SELECT 1 AS x', 'SELECT a.x FROM v0 AS a, v0 AS b JOIN main."V0" AS c ON a.x, [v0] AS d')).toEqual([
    1, 5,
  ])
  expect(counts('SELECT 1 AS x', "SELECT a.x FROM ((v0 AS a JOIN 'v0' AS b), v0) WHERE a.x IN v0")).toEqual([1, 5])
  expect(counts('VALUES (1)', 'SELECT * FROM (SELECT * FROM v0), (SELECT * FROM v0)')).toEqual([1, 5])
  expect(counts('SELECT 1 AS x', 'SELECT x FROM v0 UNION SELECT (SELECT x FROM v0)')).toEqual([1, 5])
})

test('a column that is called as a view is not counted', () => {
  expect(
    counts(
      'SELECT 1 AS x',
      'SELECT v1, users.v1, v1 IS NOT DISTINCT FROM v1 AS a, v1 IN (v1, v1) AS b FROM users WHERE v1 IS DISTINCT FROM v1 ORDER BY v1, v1',
      'SELECT v1.a, v1.b FROM v1 JOIN users USING (v1) GROUP BY v1.a, v1.b',
    ),
  ).toEqual([1, 1, 2])
})

test('a part of WITH is counted where its name means it', () => {
  expect(
    counts('WITH c AS (SELECT 1 AS x), d (y) AS (SELECT a.x FROM c AS a, c AS b) SELECT * FROM d, d AS e'),
  ).toEqual([7])
  // The inner one hides the outer one, which hides the view.
  expect(
    counts(
      'SELECT 1 AS x UNION SELECT 2',
      'WITH v0 AS MATERIALIZED (SELECT 1 AS x) SELECT a.x FROM v0 AS a, (WITH v0 (y) AS (VALUES (1), (2)) SELECT y FROM v0) AS b, v0 AS c',
    ),
  ).toEqual([2, 5])
  expect(counts('WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c LIMIT 5')).toEqual([
    4,
  ])
})

test('joins of joins are as many as SQLite makes of them, and circles end', () => {
  const joins = Array.from({ length: 6 }, (_, n) => `SELECT a.x FROM v${n} AS a, v${n} AS b`)
  expect(counts('SELECT 1 AS x', ...joins)).toEqual([1, 3, 7, 15, 31, 63, 127])
  const circle = ['b', 'a'].map((to, n) => ({
    name: 'ab'[n]!,
    sql: `CREATE VIEW ${'ab'[n]} AS SELECT * FROM ${to}`,
    isView: true,
  }))
  expect([...countExpansions(circle).values()].every((n) => n < 4)).toBe(true)
})

test('what is too deep to be followed is infinite', () => {
  const chain = Array.from({ length: 5_000 }, (_, n) => ({
    name: `v${n}`,
    sql: `CREATE VIEW v${n} AS SELECT * FROM v${n + 1}`,
    isView: true,
  }))
  expect([...countExpansions(chain).values()][0]).toBe(Number.POSITIVE_INFINITY)
})
