import Database from 'better-sqlite3'
import { ConvergeError, converge, type DeclaredSchema, plan, revert, type SetupHandle } from 'sqlite-converge'
import { describe, expect, test } from 'vitest'
import { writeCatalog } from '../../src/introspect/write-catalog.ts'
import { findByName } from '../../src/model/name.ts'
import { writeDeclaration } from '../../src/report/write-declaration.ts'
import { readObject } from '../../src/sql/read-object.ts'
import { splitStatements } from '../../src/sql/split-statements.ts'
import { storedText } from '../../src/sql/stored-text.ts'
import { schemaIn, schemaOfTarget } from '../introspect/schema-of.ts'
import { declare } from '../report/declare.ts'

/**
 * What an older SQLite, another build or an application has written, and ours takes from a file only: a text in double quotes,
 * and functions, collations and modules that it does not know.
 */
function legacyDatabase(tables: Readonly<Record<string, string>>, rest = ''): Database.Database {
  const db = new Database(':memory:')
  const entries = Object.entries(tables).map(([name, sql]) => ({ type: 'table', name, tbl_name: name, sql }))
  writeCatalog(db, entries, 'own')
  db.exec(rest)
  return db
}

const doubleQuoted = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind <> "none"), body TEXT)'
const others = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);'
const rows = "INSERT INTO notes VALUES (1, 'a', 'x'), (7, 'b', 'y'); INSERT INTO users VALUES (3, 'Ada');"

const notesDatabase = (): Database.Database => legacyDatabase({ notes: doubleQuoted }, `${others}${rows}`)
const content = (db: Database.Database): unknown => [
  db.prepare('SELECT * FROM notes').all(),
  db.prepare('SELECT * FROM users').all(),
  db.prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE '%journal%' ORDER BY 1").all(),
]

/** The error of converging, which has changed nothing. */
async function planError(db: Database.Database, sql: string): Promise<ConvergeError> {
  const before = db.serialize()
  const error = await converge(db, target(sql)).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ConvergeError)
  expect(db.serialize().equals(before)).toBe(true)
  return error as ConvergeError
}

/** The schema of some CREATE statements as SQLite reads it from a file, in the declaration that our own writer makes of it. */
function target(sql: string): DeclaredSchema {
  const db = new Database(':memory:')
  const entries = splitStatements(sql).map((statement) => {
    const stored = storedText(statement.sql)!
    const object = readObject({ ...stored, tbl_name: stored.name })
    return { ...stored, tbl_name: 'table' in object ? object.table : stored.name }
  })
  writeCatalog(db, entries, 'shared')
  return declare(writeDeclaration(schemaIn(db)))
}

describe('a text in double quotes', () => {
  test('is read, and is in sync with its own text as with its declaration', async () => {
    const db = notesDatabase()
    const live = schemaIn(db)
    expect(live.unsupported).toEqual([])
    expect(await plan(db, target(`${doubleQuoted};${others}`))).toMatchObject({ inSync: true })
    expect(schemaOfTarget(`${doubleQuoted};${others}`, live).tables[0]).toBe(live.tables[0])
  })

  test('does not block a column that is added to its table; SQLite could not drop it again', async () => {
    const db = notesDatabase()
    const { plan: made } = await converge(
      db,
      target(`${doubleQuoted.slice(0, -1)}, stars INTEGER DEFAULT 3);${others}`),
    )
    expect(made.steps.map((step) => step.kind)).toEqual(['add-column'])
    expect(made.proof.rows).toBe(2)
    expect(db.prepare('SELECT stars FROM notes').pluck().all()).toEqual([3, 3])
    expect(made.reverse).toMatchObject({
      kind: 'impossible',
      reasons: [expect.stringContaining('double quotes, "none"')],
    })
  })

  test('does not block the rebuild of another table, nor its way back', async () => {
    const db = notesDatabase()
    const before = content(db)
    const unique = others.replace('name TEXT', 'name TEXT NOT NULL UNIQUE')
    const { plan: made } = await converge(db, target(`${doubleQuoted};${unique}`))
    expect(made.steps.map((step) => step.kind)).not.toContain('rename-table')
    expect(made.reverse.kind).toBe('exact')
    expect(() => db.exec("INSERT INTO users (name) VALUES ('Ada')")).toThrow('UNIQUE constraint failed')
    await revert(db)
    expect(content(db)).toEqual(before)
  })

  test('is refused by name where its table would have to be created anew', async () => {
    const error = await planError(notesDatabase(), `${doubleQuoted.replace('body TEXT', 'body TEXT UNIQUE')};${others}`)
    expect(error).toMatchObject({
      code: 'cannot-recreate',
      objects: ['notes'],
      message: `notes has a text in double quotes, "none", and such can't be created anew`,
    })
    expect(error.advice[0]).toContain("write it as 'none' in the target")
  })

  test('can be mended: the target says it in single quotes, and there is no way back to the double ones', async () => {
    const db = notesDatabase()
    const { plan: made } = await converge(db, target(`${doubleQuoted.replaceAll('"', "'")};${others}`))
    expect(made.reverse).toMatchObject({ kind: 'impossible', reasons: [expect.stringContaining('notes')] })
    expect(db.prepare('SELECT id, kind, body FROM notes').raw().all()).toEqual([
      [1, 'a', 'x'],
      [7, 'b', 'y'],
    ])
    expect(() => db.exec("INSERT INTO notes (kind) VALUES ('none')")).toThrow('CHECK constraint failed')
  })

  test('in a table that the database does not have is a mistake of the target', async () => {
    const error = await planError(new Database(':memory:'), doubleQuoted)
    expect(error).toMatchObject({ code: 'target-invalid', message: expect.stringContaining('single-quotes') })
  })
})

const slugs =
  'CREATE TABLE pages (id INTEGER PRIMARY KEY, title TEXT, slug TEXT AS (slugify(title)) STORED, CHECK (slugify(title) <> ?))'
const pages = slugs.replace('?', "''")
const setup = (db: SetupHandle): void => {
  db.function('slugify', { deterministic: true }, (text: unknown) => String(text).toLowerCase().replaceAll(' ', '-'))
}

/** A database of an application that registers functions: without them nobody can write to it. */
function pagesDatabase(): Database.Database {
  const db = new Database(':memory:')
  setup(db as unknown as SetupHandle)
  db.exec(`${pages}; CREATE INDEX by_slug ON pages (slugify(title)); INSERT INTO pages (title) VALUES ('A Page')`)
  return db
}
const index = 'CREATE INDEX by_slug ON pages (slugify(title))'
const uniquePages = pages.replace('title TEXT,', 'title TEXT UNIQUE,')

describe('a function of the application', () => {
  test('need not be known where nothing has to be created anew', async () => {
    const file = new Database(pagesDatabase().serialize())
    expect(await plan(file, target(`${pages};${index}`))).toMatchObject({ inSync: true })
    const wider = pages.replace('title TEXT,', 'title TEXT, stars INTEGER,')
    const { plan: made } = await converge(file, target(`${wider};${index}`))
    expect(made.steps.map((step) => step.kind)).toEqual(['add-column'])
    expect(made.proof.rows).toBe(0)
  })

  test('is asked for by name where a table has to be created anew', async () => {
    const file = new Database(pagesDatabase().serialize())
    const error = await planError(file, `${uniquePages};${index}`)
    expect(error).toMatchObject({ code: 'needs-setup', message: expect.stringContaining('function slugify') })
    expect(error.advice[0]).toContain('--setup')
  })

  test('is known everywhere through setup: to the target, to the copy, and on a handle that has it', async () => {
    const db = pagesDatabase()
    const { plan: made } = await converge(db, target(`${uniquePages};${index}`), { setup })
    expect(made.proof.rows).toBe(1)
    expect(made.reverse.kind).toBe('exact')
    expect(db.prepare('SELECT title, slug FROM pages').raw().all()).toEqual([['A Page', 'a-page']])
    expect(db.prepare("SELECT title FROM pages WHERE slugify(title) = 'a-page'").pluck().all()).toEqual(['A Page'])
    await revert(db, { setup })
    expect(findByName(schemaIn(db).tables, 'pages')?.uniques).toEqual([])
  })

  test('that fails on a row is no internal error', async () => {
    const db = pagesDatabase()
    const failing = (handle: SetupHandle): void => {
      handle.function('slugify', { deterministic: true }, (_: unknown) => {
        throw new Error('no slug today')
      })
    }
    await expect(converge(db, target(`${uniquePages};${index}`), { setup: failing })).rejects.toMatchObject({
      name: 'ConvergeError',
      class: 'refused',
    })
  })
})

describe('setup', () => {
  const empty = () => target('')

  test('that throws is an error with its reason', async () => {
    const failing = (): void => {
      throw new Error('no licence')
    }
    await expect(converge(':memory:', empty(), { setup: failing })).rejects.toMatchObject({
      code: 'setup-failed',
      message: 'the setup function failed: no licence',
    })
  })

  test('that is asynchronous is refused', async () => {
    const late = (async () => {}) as () => void
    await expect(converge(':memory:', empty(), { setup: late })).rejects.toMatchObject({ code: 'setup-failed' })
  })

  test('with an extension that is not there is an error that names it', async () => {
    await expect(plan(':memory:', empty(), { loadExtensions: ['/no/such/extension'] })).rejects.toMatchObject({
      code: 'setup-failed',
      objects: ['/no/such/extension'],
    })
  })

  test('does not touch a handle that is handed in', async () => {
    const db = new Database(':memory:')
    const seen: unknown[] = []
    await converge(db, target('CREATE TABLE t (a)'), { setup: (handle) => void seen.push(handle) })
    expect(seen.length).toBeGreaterThan(0)
    expect(seen).not.toContain(db)
  })
})

test('a module of the application is asked for, and known through setup', async () => {
  const module = (db: SetupHandle): void => {
    db.table('counting', () => ({
      columns: ['n'],
      *rows() {
        yield [1]
      },
    }))
  }
  const sql = 'CREATE VIRTUAL TABLE numbers USING counting(3)'
  expect(await planError(new Database(':memory:'), sql)).toMatchObject({
    code: 'needs-setup',
    message: expect.stringContaining('module counting'),
  })
  const db = new Database(':memory:')
  module(db as unknown as SetupHandle)
  await converge(db, target(sql), { setup: module })
  expect(db.prepare('SELECT n FROM numbers').pluck().all()).toEqual([1])
})
