import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plan } from '../../src/index.ts'
import { planToText } from '../../src/report/text.ts'
import { innocent, loot, makeHostile, outcomeOf, plain, theft } from './attack.ts'

const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)'
const pets = 'CREATE TABLE pets (id INTEGER PRIMARY KEY, owner REFERENCES users (id), name TEXT)'
const both = `${users}; ${pets};`
const invalid = 'target-invalid'

const scripts: readonly (readonly [what: string, script: string | Buffer, code: string, bug?: string])[] = [
  ['steals', `${both} ${theft}`, invalid],
  [
    'writes the catalog',
    `PRAGMA writable_schema = ON; ${both} INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 0, '${users}')`,
    invalid,
  ],
  ['vacuums into a file', `${both} VACUUM INTO '${loot}'`, invalid],
  ['vacuums into a file behind a NUL', `${both}\u0000; VACUUM INTO '${loot}'`, invalid],
  ['only sets pragmas', `PRAGMA journal_mode = WAL; PRAGMA page_size = 512; PRAGMA user_version = 7; ${both}`, 'done'],
  ['attaches in an explanation', `EXPLAIN ATTACH '${loot}' AS loot`, invalid],
  ['reads a file', `CREATE TABLE x AS SELECT readfile('/etc/passwd') AS a`, invalid],
  ['writes a file', `CREATE TABLE x AS SELECT writefile('${loot}', 'x') AS a`, invalid],
  ['loads an extension in a check', "CREATE TABLE x (a CHECK (load_extension('x')))", invalid],
  ['loads an extension in a query', "CREATE TABLE x AS SELECT load_extension('x') AS a", invalid],
  [
    'writes in a trigger, which is not fired',
    `${both} CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM pets; END`,
    'done',
  ],
  ['rolls back', `BEGIN; ${both} ROLLBACK`, invalid],
  ['drops the catalog', `${both} DROP TABLE sqlite_schema`, invalid],
  ['alters the catalog', `${both} ALTER TABLE sqlite_schema ADD COLUMN x`, invalid],
  ['makes what is reserved', `${both} CREATE TABLE sqlite_x (a)`, invalid],
  ['makes a temporary table', `${both} CREATE TEMPORARY TABLE x (a)`, invalid],
  ['makes a temporary table by its schema', `${both} CREATE TABLE temp.x (a)`, invalid],
  ['makes a table in a database that is not there', `${both} CREATE TABLE other.x (a)`, invalid],
  ['has a byte order mark', `\ufeff${both}`, 'done'],
  ['has CRLF line ends', both.replaceAll(' ', '\r\n'), 'done'],
  ['is UTF-16', Buffer.from(`\ufeff${both}`, 'utf16le'), 'target-unreadable'],
  ['is no UTF-8', Buffer.from(`${both} -- \u00ff`, 'latin1'), 'target-unreadable'],
  ['has a NUL in a name', both.replace('users', 'us\u0000ers'), invalid],
  ['has an open string', `${both} CREATE TABLE x (a DEFAULT 'x)`, invalid],
  ['has an open comment', `${both} /* CREATE TABLE x (a)`, 'done'],
  ['is nothing', '', 'done'],
  ['is NULs', '\u0000'.repeat(1_000), invalid],
  ['is 5 MB of comments', `${'-- x\n'.repeat(500_000)}${'/* x */'.repeat(400_000)}${both}`, 'done'],
  ['is a million semicolons', `${';'.repeat(1_000_000)}${both}`, 'done'],
  ['is nested deeply', `CREATE TABLE x (a DEFAULT ${'('.repeat(3_000)}1${')'.repeat(3_000)})`, invalid],
  ['has a name of 100,000 parts', `CREATE TABLE ${'a.'.repeat(100_000)}b (c)`, invalid],
  ['has 500 tables', Array.from({ length: 500 }, (_, n) => `CREATE TABLE t${n} (a);`).join('\n'), 'done'],
  ['says what a terminal obeys', '\u001b[31mCREATE\u0007', invalid],
  ['says what a terminal obeys in a name', `${both} CREATE TABLE "\u001b[31m" (`, invalid],
  [
    'has views in a circle',
    `${both} CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM a`,
    'breaks-dependent',
  ],
  [
    'has a view that never ends',
    `${both} CREATE VIEW a AS WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x FROM c) SELECT x FROM c`,
    'done',
  ],
  [
    'is called as what every object has',
    `${both} CREATE TABLE "__proto__" ("constructor" PRIMARY KEY, "toString" DEFAULT 'valueOf')`,
    'done',
  ],
  ['has a journal of its own', `${both} CREATE TABLE _schema_journal (x)`, 'done'],
]

let folder: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-hostile-')))
  makeHostile(join(folder, 'app.db'), () => {})
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a script that', () => {
  for (const [what, script, code, bug] of scripts) {
    const run = bug === undefined ? test : test.fails
    run(`${what} has no effect${bug === undefined ? '' : ` (${bug})`}`, async () => {
      const [path, to] = [join(folder, 'app.db'), join(folder, 'to.sql')]
      const before = readFileSync(path)
      writeFileSync(to, script)
      const outcome = await outcomeOf(async () => {
        const options = { database: 'app.db', target: 'to.sql', colors: plain, next: [] }
        return [planToText(await plan(path, to), options)]
      })
      expect(readdirSync(folder).sort()).toEqual(['app.db', 'to.sql'])
      expect(readdirSync(tmpdir())).not.toContain(loot.split('/').at(-1))
      expect(readFileSync(path).equals(before)).toBe(true)
      expect(outcome).toBe(code)
    })
  }
})

test('what these scripts hold beside is what the database holds', async () => {
  writeFileSync(join(folder, 'to.sql'), both)
  expect(innocent).toContain(users)
  expect(await plan(join(folder, 'app.db'), join(folder, 'to.sql'))).toMatchObject({ inSync: true })
})
