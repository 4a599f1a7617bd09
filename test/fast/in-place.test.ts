import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { convergeSync, type Plan, revert } from 'sqlite-converge'
import { afterAll, describe, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'schema-fast-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const target = join(folder, 'to.sql')

const rows = 'WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300)'

function open(from: string): Database.Database {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = OFF')
  db.exec(`CREATE TABLE p (id INTEGER PRIMARY KEY); ${rows} INSERT INTO p SELECT i FROM n`)
  db.exec(from)
  db.exec(`${rows} INSERT INTO t (a, b, c) SELECT i, 'b' || (i * 7919 % 1000), 'C' || i FROM n`)
  return db
}

function converge(db: Database.Database, to: string, options: Parameters<typeof convergeSync>[2] = {}): Plan {
  writeFileSync(target, `CREATE TABLE p (id INTEGER PRIMARY KEY); ${to}`)
  return convergeSync(db, target, { fast: true, allow: ['data-loss'], ...options }).plan
}

function rootOf(db: Database.Database): unknown {
  return db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 't'").pluck().get()
}

function contentOf(db: Database.Database): unknown {
  return db.prepare('SELECT rowid, * FROM t ORDER BY 1').raw().all()
}

/** What the new schema refuses, and the old one takes, in the words of SQLite. */
const inPlace: readonly (readonly [what: string, from: string, to: string, refused: string, message: RegExp])[] = [
  [
    'a UNIQUE that comes',
    '(a, b, c)',
    '(a, b, c, UNIQUE (c, b))',
    "INSERT INTO t VALUES (7, 'b919', 'C1')",
    /UNIQUE constraint failed: t\.c, t\.b/,
  ],
  [
    'a UNIQUE in falling order and of another collation',
    '(a, b, c)',
    '(a, b, c, UNIQUE (c COLLATE NOCASE DESC, a))',
    "INSERT INTO t VALUES (1, 'x', 'c1')",
    /UNIQUE constraint failed: t\.c, t\.a/,
  ],
  [
    'a UNIQUE that gets another column',
    '(a, b, c, UNIQUE (a))',
    '(a, b, c, UNIQUE (a, c))',
    "INSERT INTO t VALUES (1, 'x', 'C1')",
    /UNIQUE constraint failed: t\.a, t\.c/,
  ],
  [
    'keys that are numbered otherwise',
    '(a UNIQUE, b, c UNIQUE)',
    '(a, b, c UNIQUE, UNIQUE (b, c), CONSTRAINT later UNIQUE (a))',
    "INSERT INTO t VALUES (1, 'x', 'y')",
    /UNIQUE constraint failed: t\.a/,
  ],
  [
    'a primary key that becomes a UNIQUE',
    '(a, b, c TEXT PRIMARY KEY)',
    '(a, b, c TEXT UNIQUE)',
    "INSERT INTO t VALUES (1, 'x', 'C1')",
    /UNIQUE constraint failed: t\.c/,
  ],
  [
    'another primary key',
    '(a, b, c TEXT PRIMARY KEY)',
    '(a, b, c TEXT, PRIMARY KEY (a, c))',
    "INSERT INTO t VALUES (1, 'x', 'C1')",
    /UNIQUE constraint failed: t\.a, t\.c/,
  ],
  [
    'a conflict clause of a key',
    '(a UNIQUE, b, c)',
    '(a UNIQUE ON CONFLICT ROLLBACK, b, c)',
    "INSERT OR ABORT INTO t VALUES (1, 'x', 'C1')",
    /UNIQUE constraint failed: t\.a/,
  ],
  [
    'a CHECK',
    '(a, b, c)',
    "(a, b, c CHECK (c LIKE 'C%'))",
    "INSERT INTO t VALUES (7, 'b', 'd')",
    /CHECK constraint failed/,
  ],
  [
    'a NOT NULL',
    '(a, b, c)',
    '(a, b CONSTRAINT there NOT NULL, c)',
    "INSERT INTO t VALUES (7, NULL, 'd')",
    /NOT NULL constraint failed: t\.b/,
  ],
  [
    'a foreign key',
    '(a, b, c)',
    '(a REFERENCES p (id), b, c)',
    "INSERT INTO t VALUES (301, 'b', 'd')",
    /FOREIGN KEY constraint failed/,
  ],
  [
    'the name of a constraint',
    '(a, b, c, CHECK (a > 0))',
    '(a, b, c, CONSTRAINT positive CHECK (a > 0))',
    "INSERT INTO t VALUES (-1, 'b', 'd')",
    /CHECK constraint failed: positive/,
  ],
  [
    'a type of the same affinity',
    '(a, b VARCHAR(9), c)',
    '(a, b TEXT NOT NULL, c)',
    "INSERT INTO t VALUES (7, NULL, 'd')",
    /NOT NULL/,
  ],
  [
    'a collation',
    '(a, b, c UNIQUE)',
    '(a, b, c COLLATE NOCASE UNIQUE)',
    "INSERT INTO t VALUES (7, 'b', 'c1')",
    /UNIQUE constraint failed: t\.c/,
  ],
  [
    'a column and a key over it',
    '(a, b, c, UNIQUE (c))',
    "(a, b, c, d TEXT NOT NULL DEFAULT 'x', UNIQUE (c, d))",
    "INSERT INTO t (c) VALUES ('C1')",
    /UNIQUE constraint failed: t\.c, t\.d/,
  ],
  [
    'a column that goes, and a key',
    '(a, gone, b, c)',
    '(a, b, c, UNIQUE (a, c))',
    "INSERT INTO t VALUES (1, 'x', 'C1')",
    /UNIQUE constraint failed: t\.a, t\.c/,
  ],
  [
    'a key of a table without rowids',
    '(a UNIQUE, b, c TEXT PRIMARY KEY) WITHOUT ROWID',
    '(a, b, c TEXT PRIMARY KEY, UNIQUE (b, c)) WITHOUT ROWID',
    "INSERT INTO t VALUES (7, 'b919', 'C1')",
    /UNIQUE constraint failed: t\./,
  ],
  [
    'a key of a STRICT table',
    '(a INT, b TEXT, c TEXT) STRICT',
    '(a INTEGER, b TEXT, c TEXT, UNIQUE (a)) STRICT',
    "INSERT INTO t VALUES (1, 'x', 'y')",
    /UNIQUE constraint failed: t\.a/,
  ],
  [
    'a key over a computed column',
    '(a, b, c, d AS (c || a) STORED)',
    '(a, b, c, d AS (c || a) STORED, UNIQUE (d))',
    "INSERT INTO t VALUES (1, 'x', 'C1')",
    /UNIQUE constraint failed: t\.d/,
  ],
]

describe.each(inPlace)('%s', (_, from, to, refused, message) => {
  test('is made without touching a row, holds, and is taken back', async () => {
    const hidden = from.includes('WITHOUT') ? from : `${from}; CREATE INDEX t_b ON t (b)`
    const db = open(`CREATE TABLE t ${hidden}`)
    const index = from.includes('WITHOUT') ? '' : '; CREATE INDEX t_b ON t (b)'
    const root = rootOf(db)
    const before = from.includes('WITHOUT') ? [] : contentOf(db)
    const made = converge(db, `CREATE TABLE t ${to}${index}`)
    expect(made.fast).toEqual([{ table: 't', way: 'in-place', why: 'its rows stay valid as they are stored' }])
    expect(made.steps.map((step) => step.kind)).not.toContain('copy-rows')
    expect(rootOf(db)).toBe(root)
    expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(db.prepare("SELECT sql FROM sqlite_schema WHERE name = 't'").pluck().get()).toBe(`CREATE TABLE t ${to}`)
    db.pragma('foreign_keys = ON')
    expect(() => db.exec(refused)).toThrow(message)
    if (made.reverse.kind !== 'exact') return
    await revert(db, { fast: true })
    expect(db.prepare("SELECT sql FROM sqlite_schema WHERE name = 't'").pluck().get()).toBe(`CREATE TABLE t ${from}`)
    expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
    if (!from.includes('WITHOUT')) expect(contentOf(db)).toEqual(before)
  })
})

/** What has been seen to corrupt or to lie when it was done by text alone. */
const copied: readonly (readonly [what: string, from: string, to: string, why: RegExp])[] = [
  [
    'a default, which older rows may show without storing it',
    '(a, b, c, d DEFAULT 1)',
    '(a, b, c, d DEFAULT 2)',
    /rows may show the default of d/,
  ],
  [
    'another spelling of a default, which older rows show to the letter',
    '(a, b, c, d TEXT DEFAULT 1.50)',
    '(a, b, c UNIQUE, d TEXT DEFAULT 1.5)',
    /rows may show the default of d/,
  ],
  ['an order of columns with comments', '(a, b, c)', '(c UNIQUE, -- first\n b, a)', /order/],
  [
    'an order that a view takes by position',
    '(a, b, c)',
    '(c UNIQUE, b, a); CREATE VIEW v AS SELECT * FROM t',
    /order/,
  ],
  ['INT that becomes the rowid', '(a INT PRIMARY KEY, b, c)', '(a INTEGER PRIMARY KEY, b, c)', /rowid|stored/],
  ['the rowid that becomes INT', '(a INTEGER PRIMARY KEY, b, c)', '(a INT PRIMARY KEY, b, c)', /rowid|stored/],
  ['another affinity', '(a, b TEXT, c)', '(a, b INTEGER, c)', /another type/],
  ['a type of a STRICT table', '(a INT, b ANY, c TEXT) STRICT', '(a INT, b BLOB, c TEXT) STRICT', /another type/],
  ['STRICT', '(a INT, b TEXT, c TEXT)', '(a INT, b TEXT, c TEXT) STRICT', /stored/],
  ['another expression', '(a, b, c, d AS (a) STORED)', '(a, b, c, d AS (b) STORED)', /computed/],
  [
    'a collation that a computed column goes by',
    "(a, b, c, d AS (c = 'c1') STORED)",
    "(a, b, c COLLATE NOCASE, d AS (c = 'c1') STORED)",
    /d goes by/,
  ],
  [
    'a collation that a CHECK goes by',
    "(a, b, c, CHECK (c > 'B'))",
    "(a, b, c COLLATE NOCASE, CHECK (c > 'B'))",
    /a CHECK goes by/,
  ],
  [
    'a collation that a foreign key goes by',
    '(a, b, c REFERENCES q (k))',
    '(a, b, c COLLATE NOCASE REFERENCES q (k))',
    /a foreign key goes by/,
  ],
]

test.each(copied)('%s is never changed by text', (_, from, to, why) => {
  const q = to.includes(' q ') ? 'CREATE TABLE q (k TEXT PRIMARY KEY); ' : ''
  const db = open(`${q}CREATE TABLE t ${from}`)
  if (q) db.exec('INSERT INTO q SELECT c FROM t')
  if (from.includes('ANY')) db.exec('UPDATE t SET b = CAST(b AS BLOB)')
  const copy = new Database(db.serialize())
  const made = converge(db, `${q}CREATE TABLE t ${to}`, { allow: ['data-loss'] })
  expect(made.fast).toEqual([{ table: 't', way: 'copy', why: expect.stringMatching(why) }])
  expect(made.steps.map((step) => step.kind)).toContain('copy-rows')
  expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
  convergeSync(copy, target, { allow: ['data-loss'] })
  expect(contentOf(db)).toEqual(contentOf(copy))
})

test.each([
  ['a partial index', 'CREATE INDEX i ON t (a) WHERE c > 5', /i goes by the collation of c/],
  ['an index over an expression', "CREATE INDEX i ON t (c || 'x')", /i goes by the collation of c/],
  ['the key of a table without rowids', '', /the primary key goes by/],
  ['a child', 'CREATE TABLE kid (c REFERENCES t (c))', /a foreign key of another table goes by/],
])('a collation is never changed by text under %s', (_, more, why) => {
  const key = more === '' ? 'c TEXT$ PRIMARY KEY) WITHOUT ROWID' : 'c TEXT$ UNIQUE)'
  const table = (collate: string): string => `CREATE TABLE t (a, b, ${key.replace('$', collate)}; ${more}`
  const db = open(table(''))
  const made = converge(db, table(' COLLATE NOCASE'))
  expect(made.fast).toEqual([{ table: 't', way: 'copy', why: expect.stringMatching(why) }])
  expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
})

test.each([
  ['null-value', '(a, b NOT NULL, c)', 'UPDATE t SET b = NULL WHERE a = 150'],
  ['check-violation', '(a, b, c, CHECK (a <> 150))', 'SELECT 1'],
  ['duplicate-key', '(a, b, c, UNIQUE (c))', "UPDATE t SET c = 'C149' WHERE a = 150"],
  ['orphan-row', '(a REFERENCES p (id), b, c)', 'UPDATE t SET a = 1000 WHERE a = 150'],
])('rows that do not fit are refused before anything is written: %s', (code, to, break_) => {
  const db = open('CREATE TABLE t (a, b, c)')
  db.prepare(break_).run()
  const before = db.serialize()
  expect(() => converge(db, `CREATE TABLE t ${to}`)).toThrow(
    expect.objectContaining({
      code: 'rows-do-not-fit',
      data: expect.objectContaining({
        preflight: [expect.objectContaining({ code, rows: code === 'duplicate-key' ? 2 : 1 })],
      }),
    }),
  )
  expect(before.equals(db.serialize())).toBe(true)
})

test.each([
  ['a column in the middle', '(a, d, b, c, UNIQUE (a))', '(a, b, c, d, UNIQUE (a))'],
  ['other columns first', '(c UNIQUE, [b], a CHECK (a > 0))', '(a CHECK (a > 0), [b], c UNIQUE)'],
  [
    'a key that moves with its column',
    "(d TEXT DEFAULT 'x, (y', c UNIQUE, b UNIQUE, a)",
    "(a, b UNIQUE, c UNIQUE, d TEXT DEFAULT 'x, (y')",
  ],
])('the order in which columns are declared is none of the rows: %s', (_, declared, stored) => {
  const db = open('CREATE TABLE t (a, b, c)')
  const root = rootOf(db)
  const before = db.prepare('SELECT rowid, a, b, c FROM t ORDER BY 1').raw().all()
  const made = converge(db, `CREATE TABLE t ${declared}`)
  expect(made.fast).toMatchObject([{ table: 't', way: 'in-place' }])
  expect(rootOf(db)).toBe(root)
  expect(db.prepare("SELECT sql FROM sqlite_schema WHERE name = 't'").pluck().get()).toBe(`CREATE TABLE t ${stored}`)
  expect(db.prepare('SELECT rowid, a, b, c FROM t ORDER BY 1').raw().all()).toEqual(before)
  expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
  expect(converge(db, `CREATE TABLE t ${declared}`).inSync).toBe(true)
})

test('ANALYZE keeps what it knows of an index that gets another number', () => {
  const db = open('CREATE TABLE t (a UNIQUE, b, c UNIQUE)')
  db.exec('ANALYZE')
  const known = (): unknown => db.prepare("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 't' ORDER BY 1").raw().all()
  expect(known()).toEqual([
    ['sqlite_autoindex_t_1', '300 1'],
    ['sqlite_autoindex_t_2', '300 1'],
  ])
  converge(db, 'CREATE TABLE t (a, b, c UNIQUE)')
  expect(known()).toEqual([['sqlite_autoindex_t_1', '300 1']])
})

test('rows that are written anew get their keys after that, and keep their rowids', async () => {
  const db = open('CREATE TABLE t (a, b, c, UNIQUE (b, c))')
  db.exec('DELETE FROM t WHERE rowid % 3 = 0')
  const before = contentOf(db)
  const made = converge(db, "CREATE TABLE t (a DEFAULT 5, b, c, UNIQUE (b, c), CHECK (c <> 'x'))")
  const kinds = made.steps.map((step) => step.kind)
  expect(kinds.indexOf('build-key')).toBeGreaterThan(kinds.indexOf('copy-rows'))
  expect(contentOf(db)).toEqual(before)
  expect(() => db.exec('INSERT INTO t (b, c) SELECT b, c FROM t LIMIT 1')).toThrow(
    /UNIQUE constraint failed: t\.b, t\.c/,
  )
  await revert(db)
  expect(contentOf(db)).toEqual(before)
})
