import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { countGrowth } from '../../src/sql/expression-growth.ts'

/** How many names each of some views comes to; they are called v0, v1, …, and SQLite has to take them. */
function growth(...views: readonly string[]): readonly number[] {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name)')
  const texts = views.map((view, n) => ({
    name: `v${n}`,
    sql: `CREATE VIEW v${n} ${/^\(\w+\) AS/.test(view) ? view : `AS ${view}`}`,
    isView: true,
  }))
  for (const { sql } of texts) db.exec(sql)
  for (const { name } of texts) db.prepare(`SELECT * FROM ${name}`)
  db.close()
  return [...countGrowth(texts).values()]
}

const first = 'SELECT id AS x FROM users'
const chain = (view: (n: number) => string): readonly number[] =>
  growth(first, ...Array.from({ length: 8 }, (_, n) => view(n)))

test('columns that are read twice double, by whatever name', () => {
  for (const view of [
    (n: number) => `SELECT x + x AS x FROM v${n}`,
    (n: number) => `SELECT x + x x FROM v${n}`,
    (n: number) => `(x) AS SELECT x + x FROM v${n}`,
    (n: number) => `SELECT q.x + q.x AS x FROM (SELECT * FROM v${n}) AS q`,
    (n: number) => `WITH c (y) AS (SELECT x FROM v${n}) SELECT y || "y" AS x FROM users JOIN c`,
    (n: number) => `SELECT (0 + (SELECT x + x)) AS x FROM ((v${n}))`,
  ]) {
    expect(chain(view).at(-1)).toBeGreaterThanOrEqual(256)
  }
  expect(growth('SELECT id + id FROM users', 'SELECT "id + id" + "id + id" AS x FROM v0').at(-1)).toBeGreaterThan(3)
})

test('columns that are passed on do not', () => {
  for (const view of [
    (n: number) => `SELECT x, 'a' AS b FROM v${n} WHERE x > 1`,
    (n: number) => `SELECT * FROM v${n}`,
    (n: number) => `SELECT v${n}.x x, upper(users.name) AS name FROM v${n} JOIN users ON users.id = x`,
    (n: number) => `SELECT x + x AS x FROM v${n} GROUP BY x`,
  ]) {
    expect(chain(view).at(-1)).toBeLessThan(100)
  }
})

test('queries in queries in queries are not followed for ever', () => {
  const nested = `${'(SELECT '.repeat(10_000)}1${')'.repeat(10_000)}`
  const [count] = countGrowth([{ name: 'v', sql: `CREATE VIEW v AS SELECT ${nested}`, isView: true }]).values()
  expect(count).toBe(Number.POSITIVE_INFINITY)
})
