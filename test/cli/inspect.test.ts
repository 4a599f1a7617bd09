import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCli } from './run-cli.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inspect-'))
  const db = new Database(join(folder, 'app.db'))
  db.exec(`
    CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL COLLATE NOCASE UNIQUE, active BOOLEAN DEFAULT 1);
    CREATE TABLE alembic_version (version_num TEXT);
    CREATE INDEX users_active ON users (active) WHERE active;
    CREATE VIEW active_users AS SELECT * FROM users WHERE active;
  `)
  db.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('schema inspect', () => {
  test('writes a declaration with which the same database is in sync', async () => {
    const { code, stdout, stderr } = await runCli(folder, ['inspect', 'app.db'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain("import { boolean, defineSchema, integer, sql, table, text, view } from 'sqlite-converge'")
    expect(stdout).not.toContain('alembic_version')
    writeFileSync(join(folder, 'schema.ts'), stdout)
    expect(await runCli(folder, ['plan', 'app.db', '--to', 'schema.ts', '--check'])).toMatchObject({ code: 0 })
  })

  test('a declaration says what was left out, and leaves it alone', async () => {
    const { stdout } = await runCli(folder, ['inspect', 'app.db', '--exclude', 'users*', '--exclude', 'active_users'])
    expect(stdout).toContain("defineSchema({}, { exclude: ['users*', 'active_users'] })")
    writeFileSync(join(folder, 'schema.ts'), stdout)
    expect(await runCli(folder, ['plan', 'app.db', '--to', 'schema.ts', '--check'])).toMatchObject({ code: 0 })
  })

  test('writes a script with which the same database is in sync', async () => {
    const { stdout } = await runCli(folder, ['inspect', 'app.db', '--format', 'sql'])
    writeFileSync(join(folder, 'schema.sql'), stdout)
    expect(await runCli(folder, ['plan', 'app.db', '--to', 'schema.sql', '--check'])).toMatchObject({ code: 0 })
  })

  test('writes the schema as data', async () => {
    const { stdout } = await runCli(folder, ['inspect', 'app.db', '--format', 'json'])
    const schema = JSON.parse(stdout)
    expect(schema.version).toBe(1)
    expect(schema.tables.map((table: { name: string }) => table.name)).toEqual(['users'])
  })

  test.each(['ts', 'json'])('one name of several databases is an error, as %s too', async (format) => {
    new Database(join(folder, 'other.db')).exec('CREATE TABLE t (a)').close()
    const databases = "{ both: { path: ['app.db', 'other.db'], to: 'schema.ts' } }"
    writeFileSync(join(folder, 'schema.config.mjs'), `export default { databases: ${databases} }`)
    const { code, stdout, stderr } = await runCli(folder, ['inspect', 'both', '--format', format])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('names several databases, and a declaration is of one')
    expect(stderr).toContain('say which: both (app.db, other.db)')
  })

  test.each([
    ['inspect', 'app.db'],
    ['diff', 'app.db', 'app.db'],
    ['plan', 'app.db', '--to', 'same.sql'],
  ])('%s with an empty pattern is an error', async (...command) => {
    writeFileSync(join(folder, 'same.sql'), 'CREATE TABLE t (a);')
    const { code, stdout, stderr } = await runCli(folder, [...command, '--exclude', ''])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('an empty pattern excludes nothing')
  })

  test('a file that is no database is an error', async () => {
    writeFileSync(
      join(folder, 'text.db'),
      'not a database, and long enough to be read as a header of one, or so it seems to be',
    )
    expect(await runCli(folder, ['inspect', 'text.db'])).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('schema diff', () => {
  beforeEach(() =>
    writeFileSync(join(folder, 'other.sql'), 'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL)'),
  )

  test('names what differs between a database and a script', async () => {
    const { code, stdout } = await runCli(folder, ['diff', 'app.db', 'other.sql'])
    expect(code).toBe(0)
    expect(stdout).toContain('- users: column active')
    expect(stdout).toContain('- active_users: view')
  })

  test('exits 1 on a difference only when asked to check', async () => {
    expect(await runCli(folder, ['diff', 'app.db', 'other.sql', '--check'])).toMatchObject({ code: 1 })
    expect(await runCli(folder, ['diff', 'app.db', 'app.db', '--check'])).toMatchObject({ code: 0 })
  })

  test('has the changes as data', async () => {
    const { stdout } = await runCli(folder, ['diff', 'app.db', 'other.sql', '--format', 'json'])
    const document = JSON.parse(stdout)
    expect(document).toMatchObject({ version: 1, inSync: false })
    expect(document.changes.map((change: { kind: string }) => change.kind)).toContain('drop-view')
  })
})
