import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AutomaticKey, automaticKeys, hasPlainKeys } from '../../src/diff/automatic-keys.ts'
import type { Table } from '../../src/model/schema.ts'
import { schemaIn } from '../introspect/schema-of.ts'
import { pair, scriptOf } from '../property/arbitrary-pair.ts'

/** The indexes that SQLite has made by itself, as it describes them. */
function seenBySqlite(db: Database.Database, { name, withoutRowid }: Table): readonly unknown[] {
  const list = db
    .prepare<[string], { name: string; origin: string }>('SELECT name, origin FROM pragma_index_list(?)')
    .all(name)
  return list
    .filter(({ origin }) => origin === 'u' || (origin === 'pk' && !withoutRowid))
    .map((index) => {
      const parts = db
        .prepare<[string], { name: string; coll: string; desc: number }>(
          'SELECT name, lower(coll) AS coll, "desc" FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno',
        )
        .all(index.name)
      return [index.name, ...parts.map((part) => `${part.name} ${part.coll} ${part.desc}`)]
    })
    .sort()
}

function expected(keys: readonly AutomaticKey[]): readonly unknown[] {
  return keys
    .filter((key) => !key.isTable)
    .map(({ name, columns }) => [
      name,
      ...columns.map((part) => `${part.name} ${part.collation} ${part.order === 'DESC' ? 1 : 0}`),
    ])
    .sort()
}

function check(sql: string): number {
  const db = new Database(':memory:')
  try {
    db.exec(sql)
    const tables = schemaIn(db).tables.filter(hasPlainKeys)
    for (const table of tables) expect(seenBySqlite(db, table), table.sql).toEqual(expected(automaticKeys(table)))
    return tables.filter((table) => automaticKeys(table).length > 1).length
  } finally {
    db.close()
  }
}

test.each([
  ['a key at a column before the primary key', 'CREATE TABLE t (a UNIQUE, b TEXT PRIMARY KEY)'],
  ['a key at the table after the primary key', 'CREATE TABLE t (a, b TEXT PRIMARY KEY, UNIQUE (a))'],
  ['a rowid, which has no index', 'CREATE TABLE t (a INTEGER PRIMARY KEY, b UNIQUE, c UNIQUE)'],
  ['a key that is said twice', 'CREATE TABLE t (a UNIQUE, b, UNIQUE (a), UNIQUE (b), UNIQUE (a, b))'],
  ['one said twice in another direction', 'CREATE TABLE t (a, b, UNIQUE (a DESC), UNIQUE (a), UNIQUE (b))'],
  [
    'one said twice in another collation',
    'CREATE TABLE t (a COLLATE nocase, b, UNIQUE (a), UNIQUE (a COLLATE Binary))',
  ],
  ['a primary key that a UNIQUE stands for', 'CREATE TABLE t (a TEXT UNIQUE PRIMARY KEY, b UNIQUE)'],
  ['a table that is its key', 'CREATE TABLE t (a UNIQUE, b TEXT PRIMARY KEY, c UNIQUE) WITHOUT ROWID'],
  ['one whose key is an integer', 'CREATE TABLE t (a UNIQUE, b INTEGER PRIMARY KEY, c UNIQUE) WITHOUT ROWID'],
  ['an integer key in falling order', 'CREATE TABLE t (a UNIQUE, b INTEGER PRIMARY KEY DESC, c UNIQUE)'],
  ['a name in quotes', 'CREATE TABLE "a ""t" ("x y" UNIQUE, [z] PRIMARY KEY)'],
])('%s has the index that SQLite gives it', (_, sql) => {
  check(sql)
})

test('the keys of any table have the indexes that SQLite gives them', () => {
  let several = 0
  for (const made of fc.sample(pair, { numRuns: 300, seed: 20261128 })) {
    several += check(scriptOf(made.from)) + check(scriptOf(made.to))
  }
  expect(several).toBeGreaterThan(100)
})
