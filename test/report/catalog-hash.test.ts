import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { handleExecutor } from '../../src/engine/handle.ts'
import { runSync } from '../../src/engine/operation.ts'
import { readWholeCatalog } from '../../src/introspect/read-facts.ts'
import { hasHash, hashCatalog } from '../../src/report/catalog-hash.ts'

/** A text of a length, in which no two places are alike. */
const textOf = (length: number, alphabet = 'abcdefghijklmnopqrstuvwxyz -\n'): string => {
  const chars = Array.from(alphabet)
  return Array.from({ length }, (_, n) => chars[(n * 7 + (n >> 3)) % chars.length]).join('')
}

/** Such that with its name and quotes, the ends of the pieces fall on, before and after the ends of the texts. */
const long = [290, 291, 292, 293, 294, 295, 296, 590, 20_000].map(
  (length) => `CREATE VIEW v${length} AS SELECT '${textOf(length)}'`,
)

const schema = [
  'CREATE TABLE "it\'s" (a INTEGER PRIMARY KEY AUTOINCREMENT, "b""c" TEXT DEFAULT \'x\r\ny\' UNIQUE)',
  `CREATE VIEW "🐘" AS SELECT '${textOf(700, '🐘é\u0800a')}' AS "*/ -- 🐘"`,
  'CREATE INDEX "i\n" ON "it\'s" (lower("b""c"))',
  'CREATE TRIGGER tr AFTER INSERT ON "it\'s" BEGIN SELECT 1; END',
  'CREATE TABLE one (x INT, y)',
  'CREATE TABLE two (x INT, z)',
  ...long,
]

describe.each(['UTF-8', 'UTF-16le', 'UTF-16be'])('the hash of a catalog in %s', (encoding) => {
  test('is what SQLite computes', () => {
    const db = make(encoding, schema)
    const hash = hashCatalog(catalogOf(db))
    expect(hash.pieces).toBeGreaterThan(schema.length)
    expect(has(db, hash)).toBe(1)
  })

  test.each([
    ['nothing at all', []],
    ['one object less', schema.slice(0, -1)],
    ['one object more', [...schema, 'CREATE TABLE three (x)']],
    ['a space more', edited(3, 'SELECT 1;', 'SELECT  1;')],
    ['another line end', edited(0, '\r\n', '\n')],
    ['a letter in another case', edited(4, 'INT', 'Int')],
    ['two letters of two texts that have changed places', edited(4, ', y', ', z', edited(5, ', z', ', y'))],
    ['the end of a long text', edited(schema.length - 1, /.'$/, "!'")],
    ['the order within a long text', edited(schema.length - 1, /'(.{300})(.{300})/s, "'$2$1")],
  ])('is another for %s', (_, other) => {
    const hash = hashCatalog(catalogOf(make(encoding, schema)))
    expect(has(make(encoding, other), hash)).toBe(0)
  })
})

test('two texts that exchange a letter have another hash, whatever letter it is', () => {
  const hashOf = (...texts: readonly string[]): unknown =>
    hashCatalog(texts.map((sql, n) => ({ type: 'view', name: `v${n}`, tbl_name: `v${n}`, sql })))
  const [one, two] = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const hash = hashOf(one, two)
  for (let at = 0; at < 26; at++) {
    const exchanged = (a: string, b: string): string => a.slice(0, at) + b[at] + a.slice(at + 1)
    expect(hashOf(exchanged(one, two), exchanged(two, one))).not.toEqual(hash)
  }
})

test('the order of the catalog, autoindexes, SQLite’s own tables and the journal are left out', () => {
  const hash = hashCatalog(catalogOf(make('UTF-8', ['CREATE TABLE a (x UNIQUE)', 'CREATE TABLE b (x)'])))
  const journal = 'CREATE TABLE _schema_journal (id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE)'
  const db = make('UTF-8', ['CREATE TABLE b (x)', 'CREATE TABLE a (x UNIQUE)', journal, 'ANALYZE'])
  expect(has(db, hash)).toBe(1)
  expect(hashCatalog(catalogOf(db))).toEqual(hash)
})

test('what a hostile file holds in its catalog is hashed as SQLite reads it', () => {
  const db = make('UTF-8', ['CREATE TABLE a (x)', 'CREATE TABLE b (x)', 'CREATE TABLE c (x)'])
  db.unsafeMode(true)
  db.pragma('writable_schema = ON')
  db.exec(`
    UPDATE sqlite_schema SET sql = CAST(sql AS BLOB) WHERE name = 'a';
    UPDATE sqlite_schema SET sql = sql || char(0) || ' and more' WHERE name = 'b'`)
  expect(has(db, hashCatalog(catalogOf(db)))).toBe(1)
})

test('an empty catalog has a hash', () => {
  const db = make('UTF-8', [])
  expect(has(db, hashCatalog(catalogOf(db)))).toBe(1)
  db.exec('CREATE TABLE a (x)')
  expect(has(db, hashCatalog([]))).toBe(0)
})

function edited(index: number, from: string | RegExp, to: string, texts: readonly string[] = schema): string[] {
  const text = texts[index]!.replace(from, to)
  expect(text).not.toBe(texts[index])
  return texts.with(index, text)
}

function make(encoding: string, statements: readonly string[]): Database.Database {
  const db = new Database(':memory:')
  db.pragma(`encoding = '${encoding}'`)
  for (const sql of statements) db.exec(sql)
  return db
}

function catalogOf(db: Database.Database): Parameters<typeof hashCatalog>[0] {
  return runSync(readWholeCatalog(), handleExecutor(db))
}

function has(db: Database.Database, hash: ReturnType<typeof hashCatalog>): unknown {
  return db.prepare(hasHash(hash)).pluck().get()
}
