import { copyFileSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { converge, inspect, plan, status } from '../../src/index.ts'
import { ConvergeError } from '../../src/model/error.ts'
import { errorToText } from '../../src/report/error.ts'
import { reverseToText } from '../../src/report/reverse-text.ts'
import { planToScript } from '../../src/report/script.ts'
import { statusToText } from '../../src/report/status.ts'
import { planToText } from '../../src/report/text.ts'
import { writeDeclaration } from '../../src/report/write-declaration.ts'

/** What every hostile database holds beside its hostile part, and has to hold afterwards. */
export const innocent = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE pets (id INTEGER PRIMARY KEY, owner REFERENCES users (id), name TEXT);
  INSERT INTO users (name) VALUES ('Ada'), ('Bob');
  INSERT INTO pets (owner, name) VALUES (1, 'Cat'), (2, 'Dog');`
/** One table is altered, the other rebuilt; whatever else is there goes. */
const target = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
  CREATE TABLE pets (id INTEGER PRIMARY KEY, owner REFERENCES users (id), name TEXT NOT NULL);`

/** A file that must never be: an injected statement makes it. */
export const loot: string = join(tmpdir(), `schema-hostile-loot-${process.pid}`)
/** What an injected text would do, where it is run. */
export const theft = `ATTACH DATABASE '${loot}' AS loot; CREATE TABLE loot.taken (a); DELETE FROM users; DROP TABLE users`

/** Makes the hostile part of a database. */
export type Make = (db: Database.Database) => void

/** What a file is, what makes it so, and how it has to be met; and our bug, where it is not met so yet. */
export type Case = readonly [what: string, make: Make, outcomes: Outcomes, bug?: string]

/** The codes of reading, planning, applying, and applying with `evil*` left alone; one word where all are the same. */
type Outcomes = string

/** SQL that is run on an innocent database. */
export function sql(text: string): Make {
  return (db) => void db.exec(text)
}

/** SQL that is run on an innocent database, and a statement that edits its catalog then. */
export function edited(setup: string, update: string, ...params: readonly unknown[]): Make {
  return (db) => {
    db.exec(setup)
    db.pragma('writable_schema = ON')
    db.prepare(update).run(...params)
    db.pragma(`schema_version = ${Number(db.pragma('schema_version', { simple: true })) + 1}`)
  }
}

/** A database with a hostile part. Its constraints bind honest people only. */
export function makeHostile(path: string, make: Make, start: string = innocent): void {
  const db = new Database(path)
  db.unsafeMode(true)
  db.pragma('foreign_keys = OFF')
  db.exec(start)
  make(db)
  db.close()
}

/** Reads, plans and applies a hostile database in every way, and says how each went. Throws where it did any harm. */
export async function attack(make: Make, start?: string): Promise<Outcomes> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-hostile-')))
  try {
    const [path, left, to] = ['app.db', 'left.db', 'target.sql'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    makeHostile(path, make, start)
    copyFileSync(path, left)
    writeFileSync(to, target)
    const before = innocentRows(path)
    const allow = ['data-loss', 'definition-loss']

    const read = await outcomeOf(async () => [writeDeclaration(await inspect(path))])
    expect(await outcomeOf(async () => [statusToText(await status(path), path, undefined, plain)])).toBe(read)
    const planned = await outcomeOf(async () => reportsOf(await plan(path, to)))
    const applied = await outcomeOf(() => converge(path, to, { allow }))
    const leftAlone = await outcomeOf(() => converge(left, to, { allow, exclude: ['evil*'] }))

    expect(existsSync(loot)).toBe(false)
    expect(readdirSync(folder).sort()).toEqual(['app.db', 'left.db', 'target.sql'])
    if (before !== undefined) for (const file of [path, left]) expect(innocentRows(file)).toEqual(before)
    const outcomes = [read, planned, applied, leftAlone]
    return new Set(outcomes).size === 1 ? read : outcomes.join(' ')
  } finally {
    rmSync(folder, { recursive: true, force: true })
    rmSync(loot, { force: true })
  }
}

/** `done`, or the code of an error that is a documented one of ours; and nothing said that a terminal would obey. */
export async function outcomeOf(use: () => Promise<unknown>): Promise<string> {
  try {
    const said = await use()
    if (Array.isArray(said)) for (const text of said) expectPrintable(String(text))
    return 'done'
  } catch (error) {
    if (!(error instanceof ConvergeError)) throw error
    const text = errorToText(error, plain)
    expectPrintable(text)
    expect(text).not.toMatch(/Cannot read|is not a function|is not iterable|undefined|Maximum call|\[object/)
    expect({ code: error.code, class: error.class, text }).not.toMatchObject({ class: 'internal' })
    return error.code
  }
}

/** Control characters, and what turns the direction of a text. */
export function expectPrintable(text: string): void {
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
}

/** Colours that are none. */
export const plain: Parameters<typeof errorToText>[1] = Object.fromEntries(
  ['bold', 'dim', 'red', 'green', 'yellow'].map((name) => [name, (text: string) => text]),
) as never

function reportsOf(made: Awaited<ReturnType<typeof plan>>): readonly string[] {
  const names = { database: 'app.db', target: 'target.sql' }
  const options = { ...names, colors: plain, next: [] }
  // A script is for SQLite, and holds every text to the letter; that it can be written is enough.
  planToScript(made, { ...names, reverse: true })
  return [planToText(made, options), reverseToText(made, options)]
}

/** The rows that nobody asked to change; undefined where SQLite can't read them itself. */
function innocentRows(path: string): unknown {
  const db = new Database(path)
  try {
    return ['SELECT id, name FROM users', 'SELECT id, owner, name FROM pets'].map((text) =>
      db.prepare(text).raw().all(),
    )
  } catch {
    return undefined
  } finally {
    db.close()
  }
}
