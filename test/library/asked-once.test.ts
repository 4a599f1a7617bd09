import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { convergeSync, defineSchema, integer, type Progress, type TargetLike, table, text } from 'sqlite-converge'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { scriptPath } from './script-path.ts'

const target = defineSchema({ t: table({ id: integer(), a: text() }).primaryKey(['id']).unique(['a']) })

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-converge-asked-'))
  path = join(folder, 'app.db')
  new Database(path)
    .exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t (a) VALUES ('x'), ('y')`)
    .close()
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The questions for duplicates that are put to the live rows; `before` is done before the lock is taken. */
function converge(before: () => void, to: TargetLike = target): { asked: readonly string[]; error: unknown } {
  const db = new Database(path)
  const asked: string[] = []
  const watched = new Proxy(db, {
    get: (_, name) => {
      const value: unknown = Reflect.get(db, name)
      if (typeof value !== 'function') return value
      return (...args: readonly unknown[]) => {
        const sql = name === 'prepare' ? String(args[0]) : ''
        if (/^SELECT .* HAVING count\(\*\) > 1/s.test(sql)) asked.push(sql)
        if (sql === 'BEGIN IMMEDIATE') before()
        return Reflect.apply(value, db, args) as unknown
      }
    },
  })
  try {
    convergeSync(watched, to)
    return { asked, error: undefined }
  } catch (error) {
    return { asked, error }
  } finally {
    db.close()
  }
}

test('rows that nobody has changed since are asked once', () => {
  const { asked, error } = converge(() => {})
  expect(error).toBeUndefined()
  expect(asked.length).toBeGreaterThan(0)
  expect(asked).toHaveLength(new Set(asked).size)
})

test('a key that has another one in it is not asked about: that keeps the rows apart already', () => {
  const duplicates = (from: string, to: string): number => {
    const db = new Database(path)
    db.exec(`DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, ${from})`)
    db.exec(`INSERT INTO t (a, b) VALUES ('x', 'y'), ('X', 'y'), (NULL, 'y'), (NULL, 'y')`)
    db.close()
    const { asked } = converge(() => {}, scriptPath(`CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, ${to})`))
    return asked.filter((sql) => sql.includes('FROM "t"')).length
  }
  expect(duplicates('UNIQUE (a)', 'UNIQUE (b, a)')).toBe(0)
  expect(duplicates('UNIQUE (a)', 'UNIQUE (a, id)')).toBe(0)
  expect(duplicates('CHECK (1)', 'UNIQUE (b, id)')).toBe(0)
  // Another collation finds more of them alike, a part of the key too, and one of some rows says nothing of the others.
  expect(duplicates('UNIQUE (a)', 'UNIQUE (b, a COLLATE NOCASE)')).toBeGreaterThan(0)
  expect(duplicates('UNIQUE (a, b)', 'UNIQUE (a)')).toBeGreaterThan(0)
  expect(duplicates('CHECK (1)', 'UNIQUE (a, b)')).toBeGreaterThan(0)
})

test('rows that another connection has changed since are asked again, under the lock', () => {
  const { asked, error } = converge(() => {
    new Database(path).exec(`INSERT INTO t (a) VALUES ('z'), ('z')`).close()
  })
  expect(error).toMatchObject({ code: 'rows-do-not-fit' })
  expect(new Set(asked).size).toBeLessThan(asked.length)
})

test('rows that this connection has changed since are asked again too', () => {
  const db = new Database(path)
  const onProgress = ({ phase }: Progress): void => {
    if (phase === 'locking') db.exec(`INSERT INTO t (a) VALUES ('z'), ('z')`)
  }
  expect(() => convergeSync(db, target, { onProgress })).toThrow(expect.objectContaining({ code: 'rows-do-not-fit' }))
  db.close()
})

test('a value that comes between planning and the lock is not dropped with a column that was empty', () => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT); INSERT INTO t (a) VALUES (1)')
  const onProgress = ({ phase }: Progress): void => {
    if (phase === 'locking') db.exec(`UPDATE t SET b = 'mine'`)
  }
  expect(() => convergeSync(db, target, { onProgress })).toThrow(expect.objectContaining({ code: 'hazards' }))
  expect(db.prepare('SELECT b FROM t').pluck().get()).toBe('mine')
})
