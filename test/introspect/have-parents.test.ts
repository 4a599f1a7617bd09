import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { handleExecutor } from '../../src/engine/handle.ts'
import { runSync } from '../../src/engine/operation.ts'
import { countOrphans } from '../../src/introspect/count-orphans.ts'
import { haveParents } from '../../src/introspect/have-parents.ts'
import { readSchema } from '../../src/introspect/read-schema.ts'

const values = [
  '1',
  '1.0',
  "'1'",
  "'1.0'",
  "'01'",
  "'a'",
  "'A'",
  "'a '",
  "x'61'",
  '1.5',
  "'1.5'",
  '9007199254740993',
  '9007199254740992.0',
]
const parents = [
  'INTEGER PRIMARY KEY',
  'INTEGER UNIQUE',
  'TEXT UNIQUE',
  'TEXT COLLATE NOCASE UNIQUE',
  'TEXT COLLATE RTRIM UNIQUE',
  'BLOB UNIQUE',
  'REAL UNIQUE',
  'NUMERIC UNIQUE',
]
const children = ['INTEGER', 'TEXT', 'REAL', 'BLOB', 'TEXT COLLATE NOCASE']

/** So many parents and children that they are gone through in order. */
const many = 50_001

function answer(db: Database.Database, child = 'c'): boolean {
  const on = handleExecutor(db)
  const schema = runSync(readSchema(), on)
  const table = schema.tables.find(({ name }) => name === child)!
  return runSync(haveParents(schema, table, table.foreignKeys), on)
}

function related(parent: string, child: string): Database.Database {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = OFF')
  db.exec(`CREATE TABLE p (k ${parent}); CREATE TABLE c (f ${child} REFERENCES p (k))`)
  return db
}

/** A rowid is a number. */
function insertIfTaken(db: Database.Database, value: string): void {
  try {
    db.exec(`INSERT INTO p VALUES (${value})`)
  } catch (error) {
    expect((error as Error).message).toBe('datatype mismatch')
  }
}

describe.each(parents)('a parent %s', (parent) => {
  test.each(children)('and a child %s of few rows: the answer is that of foreign_key_check', (child) => {
    const db = related(parent, child)
    for (const one of values) {
      db.exec('DELETE FROM p')
      insertIfTaken(db, one)
      for (const other of values) {
        db.exec(`DELETE FROM c; INSERT INTO c VALUES (${other}), (NULL)`)
        const hasNone = (db.pragma('foreign_key_check') as unknown[]).length === 0
        expect([one, other, answer(db)]).toEqual([one, other, hasNone])
      }
    }
  })
})

describe('among many rows', () => {
  test.each(['INTEGER UNIQUE', 'TEXT UNIQUE', 'TEXT COLLATE NOCASE UNIQUE', 'BLOB UNIQUE'])(
    'of a parent %s, a yes is never wrong',
    (parent) => {
      const db = related(parent, 'TEXT COLLATE NOCASE')
      const filler = `WITH RECURSIVE n (i) AS (VALUES (100) UNION ALL SELECT i + 1 FROM n WHERE i < ${many + 100}) SELECT i FROM n`
      db.exec(
        `INSERT INTO p ${filler}; INSERT OR IGNORE INTO p VALUES (1), ('A'), ('01'); INSERT INTO c SELECT k FROM p`,
      )
      const answers = values.map((value) => {
        db.exec(`DELETE FROM c WHERE rowid > ${many + 4}; INSERT INTO c (rowid, f) VALUES (${many + 5}, ${value})`)
        const isSure = answer(db)
        if (isSure) expect(db.pragma('foreign_key_check')).toEqual([])
        return isSure
      })
      expect(answers).toContain(false)
      if (parent.startsWith('TEXT')) expect(answers).toContain(true)
    },
  )

  test('one without a parent is found, and counted', () => {
    const db = related('INTEGER PRIMARY KEY', 'INTEGER')
    const filler = `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${many}) SELECT i FROM n`
    db.exec(`INSERT INTO p ${filler}; INSERT INTO c SELECT k FROM p; INSERT INTO c VALUES (NULL)`)
    const counted = (): unknown => {
      const on = handleExecutor(db)
      return [...runSync(countOrphans(runSync(readSchema(), on), new Set(['p'])), on)]
    }
    expect([answer(db), counted()]).toEqual([true, []])
    db.exec('DELETE FROM p WHERE k = 777; UPDATE c SET f = 777 WHERE f = 778')
    expect([answer(db), counted()]).toEqual([false, [['c (f) → p', 2]]])
  })
})

test('a key of several columns is looked for as a whole, unless a part of it is NULL', () => {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = OFF')
  db.exec(`CREATE TABLE p (a, b, UNIQUE (b, a)); INSERT INTO p VALUES (1, 2), (3, 4);
    CREATE TABLE c (x, y, FOREIGN KEY (x, y) REFERENCES p (a, b)); INSERT INTO c VALUES (1, 2), (3, NULL), (NULL, 9)`)
  expect(answer(db)).toBe(true)
  db.exec('INSERT INTO c VALUES (1, 4)')
  expect(answer(db)).toBe(false)
})

test('a foreign key that SQLite cannot check is an error, and one without a table no yes', () => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE p (a); CREATE TABLE c (x REFERENCES p (a)); CREATE TABLE d (x REFERENCES gone (a))')
  expect(() => answer(db)).toThrow('foreign key mismatch - "c" referencing "p"')
  expect(answer(db, 'd')).toBe(false)
})

test('of a child, only the foreign keys that refer to a touched table are counted', () => {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = OFF')
  db.exec(`CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE q (id INTEGER PRIMARY KEY);
    CREATE TABLE c (p REFERENCES p, q REFERENCES q); INSERT INTO c VALUES (1, 2)`)
  const on = handleExecutor(db)
  const schema = runSync(readSchema(), on)
  const counted = (touched: string): unknown => [...runSync(countOrphans(schema, new Set([touched])), on).keys()]
  expect([counted('p'), counted('q'), counted('c')]).toEqual([['c (p) → p'], ['c (q) → q'], ['c (p) → p', 'c (q) → q']])
})
