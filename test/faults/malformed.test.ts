import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe } from 'vitest'
import { bytesOf } from '../cli/contents.ts'
import { isInstalled, runCli, test } from '../cli/run-cli.ts'
import { randomNumbers } from '../sql/mutate.ts'

/**
 * Malformed plan files, journals, targets and databases, one a row: what it is, how it is made in a folder of files that are good, and
 * how the command ends. All go through the built command line, which says what is wrong and runs nothing of it.
 */
type Row = readonly [what: string, make: (folder: string) => void, exit: 2 | 3, code: string]

/** What an injected text would do: a file more, and a table less. */
const theft = "ATTACH DATABASE 'stolen.db' AS stolen; CREATE TABLE stolen.t (a); DROP TABLE users"
const attach = "ATTACH DATABASE 'stolen.db' AS stolen"
const start = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE pets (id INTEGER PRIMARY KEY, owner REFERENCES users (id), name TEXT);
  INSERT INTO users (name) VALUES ('Ada'), ('Bob');
  INSERT INTO pets (owner, name) VALUES (1, 'Cat'), (2, 'Dog');`
const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)'
const pets = 'CREATE TABLE pets (id INTEGER PRIMARY KEY, owner REFERENCES users (id), name TEXT)'
const target = `${users};\n${pets};\nCREATE INDEX by_name ON users (name);\n`

type Json = Record<string, unknown>
const planUnreadable = 'plan-file-unreadable'
const plans: readonly Row[] = [
  ['is not there', (folder) => rmSync(join(folder, 'plan.json')), 2, planUnreadable],
  ['is a folder', inPlaceOf('plan.json', (path) => mkdirSync(path)), 2, planUnreadable],
  ['is a pipe', inPlaceOf('plan.json', makePipe), 2, planUnreadable],
  ['is empty', planText(() => ''), 2, planUnreadable],
  ['is words', planText(() => 'DROP TABLE users'), 2, planUnreadable],
  ['is cut off', planText((text) => text.slice(0, -40)), 2, planUnreadable],
  ['goes on after its end', planText((text) => `${text}{}`), 2, planUnreadable],
  ['is UTF-16', planText((text) => Buffer.from(`\ufeff${text}`, 'utf16le')), 2, planUnreadable],
  ['has a byte order mark', planText((text) => `\ufeff${text}`), 2, planUnreadable],
  ['is a database', (folder) => copyFileSync(join(folder, 'app.db'), join(folder, 'plan.json')), 2, planUnreadable],
  ['is null', planText(() => 'null'), 2, planUnreadable],
  ['is a list', planText((text) => `[${text}]`), 2, planUnreadable],
  ['is a hundred thousand brackets', planText(() => '['.repeat(100_000)), 2, planUnreadable],
  ['has the version NaN', planText((text) => text.replace('"version":1', '"version":NaN')), 2, planUnreadable],
  ['has an endless version', planText((text) => text.replace('"version":1', '"version":1e999')), 2, planUnreadable],
  ['has a version in quotes', plan((file) => set(file, { version: '1' })), 2, planUnreadable],
  ['is of another version', plan((file) => set(file, { version: 2 })), 2, planUnreadable],
  ['has its version twice', planText((text) => `${text.slice(0, -1)},"version":2}`), 2, planUnreadable],
  [
    'has its statements twice',
    planText((text) => `${text.slice(0, -1)},"steps":[{"sql":${JSON.stringify(theft)}}]}`),
    3,
    'plan-differs',
  ],
  ['has all of it in its prototype', planText((text) => `{"__proto__":${text}}`), 2, planUnreadable],
  ['has its target in a prototype', plan((file) => set(file, { target: null, ['__proto__']: {} })), 2, planUnreadable],
  ['has no target', plan((file) => set(file, { target: undefined })), 2, planUnreadable],
  ['has a number as a statement', plan((file) => set(first(file.steps), { sql: 1e300 })), 2, planUnreadable],
  ['has a statement that steals', plan((file) => set(first(file.steps), { sql: theft })), 3, 'plan-differs'],
  ['has a statement more', plan((file) => list(file.steps).push({ sql: attach })), 3, 'plan-differs'],
  ['has a statement less', plan((file) => list(file.steps).pop()), 3, 'plan-differs'],
  ['has its statements turned round', plan((file) => list(file.steps).reverse()), 3, 'plan-differs'],
  ['has a target that steals', plan((file) => catalog(file).push(row(attach))), 2, planUnreadable],
  ['has a target that asks', plan((file) => catalog(file).push(row('CREATE TABLE x AS SELECT 1'))), 2, planUnreadable],
  ['has a target that goes on', plan((file) => catalog(file).push(row(`${pets}; ${theft}`))), 2, planUnreadable],
  ['is for another database', plan((file) => set(file, { binding: 'f'.repeat(64) })), 3, 'schema-drifted'],
  [
    'fills by two statements',
    plan((file) =>
      set(file.target, { backfills: [{ table: 'users', column: 'email', expression: `1); ${theft} --` }] }),
    ),
    2,
    planUnreadable,
  ],
  ['leaves alone a number', plan((file) => set(file.target, { excludes: [5] })), 2, planUnreadable],
  ['leaves alone everything', plan((file) => set(file.target, { excludes: ['*'] })), 3, 'plan-differs'],
  ['keeps by a word', plan((file) => set(file.target, { keep: 'yes' })), 2, planUnreadable],
  ['is for no version of SQLite', plan((file) => set(file.target, { for: 'latest' })), 2, planUnreadable],
]

const unreadable = 'journal-unreadable'
const journals: readonly Row[] = [
  ['whose way back attaches a file', journal(setIn('reverse', '$.sql', [attach])), 2, unreadable],
  ['whose way back goes on', journal(setIn('reverse', '$.sql', [`DROP INDEX by_name; ${theft}`])), 2, unreadable],
  [
    'whose statements steal',
    journal(`UPDATE _schema_journal SET sql = ${text(JSON.stringify([theft]))}`),
    2,
    unreadable,
  ],
  ['whose former schema attaches a file', journal(setIn('record', '$.former', [row(attach)])), 2, unreadable],
  ['whose former schema goes on', journal(setIn('record', '$.former', [row(`${pets}; ${theft}`)])), 2, unreadable],
  ['whose former schema is null', journal(setIn('record', '$.former', null)), 2, unreadable],
  ['that leaves alone the empty name', journal(setIn('record', '$.excludes', [''])), 2, unreadable],
  ['that keeps in a table of somebody', journal(setIn('record', '$.kept', [keptIn('users')])), 2, unreadable],
  ['of another version', journal(setIn('record', '$.version', 2)), 2, unreadable],
  [
    'of an endless version',
    journal(`UPDATE _schema_journal SET record = replace(record, '"version":1', '"version":1e999')`),
    2,
    unreadable,
  ],
  [
    'of the version NaN',
    journal(`UPDATE _schema_journal SET record = replace(record, '"version":1', '"version":NaN')`),
    2,
    unreadable,
  ],
  ['whose record is cut off', journal('UPDATE _schema_journal SET record = substr(record, 1, 99)'), 2, unreadable],
  ['whose record is empty', journal("UPDATE _schema_journal SET record = ''"), 2, unreadable],
  [
    'whose record is in its prototype',
    journal(`UPDATE _schema_journal SET record = '{"__proto__":' || record || '}'`),
    2,
    unreadable,
  ],
  ['whose record is brackets', journal(`UPDATE _schema_journal SET record = '${'['.repeat(50_000)}'`), 2, unreadable],
  ['of a kind that is none', journal("UPDATE _schema_journal SET kind = 'steal'"), 2, unreadable],
  ['with a number in the place of an id', journal("UPDATE _schema_journal SET id = x'00'"), 2, unreadable],
  [
    'of another tool',
    journal('DROP TABLE _schema_journal; CREATE TABLE _schema_journal (version INTEGER)'),
    2,
    unreadable,
  ],
  [
    'that is a view',
    journal('DROP TABLE _schema_journal; CREATE VIEW _schema_journal AS SELECT 1'),
    3,
    'nothing-to-revert',
  ],
  [
    'with a trigger that deletes',
    journal('CREATE TRIGGER evil AFTER INSERT ON _schema_journal BEGIN DELETE FROM users; END'),
    2,
    unreadable,
  ],
  ['that undoes its only plan', journal("UPDATE _schema_journal SET kind = 'revert'"), 3, 'nothing-to-revert'],
]

const [targetUnreadable, notASchema, invalid] = ['target-unreadable', 'target-not-a-schema', 'target-invalid']
const modules: readonly Row[] = [
  ['throws', module("throw new Error('in a bad mood')"), 2, targetUnreadable],
  ['throws what is no error', module('throw undefined'), 2, targetUnreadable],
  ['exports nothing', module(''), 2, notASchema],
  ['exports nothing by default', module('export const schema = 1'), 2, notASchema],
  [
    'exports a promise',
    module("import { defineSchema } from 'sqlite-converge'\nexport default Promise.resolve(defineSchema({}))"),
    2,
    notASchema,
  ],
  ['exports a promise that fails', module("export default Promise.reject(new Error('too late'))"), 2, notASchema],
  [
    'exports a function',
    module("import { defineSchema } from 'sqlite-converge'\nexport default () => defineSchema({})"),
    2,
    notASchema,
  ],
  [
    'exports what throws when it is looked at',
    module("export default new Proxy({}, { get() { throw new Error('hands off') } })"),
    2,
    notASchema,
  ],
  [
    'exports a schema of another version',
    module("export default { [Symbol.for('sqlite-converge.schema')]: 99, objects: [], exclude: [] }"),
    2,
    notASchema,
  ],
  ['never ends to load', module('await new Promise(() => {})\nexport default 1'), 2, targetUnreadable],
  ['ends the process', module('process.exit(0)'), 2, targetUnreadable],
  ['is no TypeScript', module('export default {'), 2, targetUnreadable],
  ['imports what is not there', module("import './not-here.ts'\nexport default 1"), 2, targetUnreadable],
  ['is UTF-16', module(Buffer.from('\ufeffexport default 1', 'utf16le')), 2, targetUnreadable],
  ['is bytes', module(Buffer.from(bytes(3_000))), 2, targetUnreadable],
  ['is a folder', inPlaceOf('to.ts', (path) => mkdirSync(path)), 2, targetUnreadable],
  ['is a pipe', inPlaceOf('to.ts', makePipe), 2, targetUnreadable],
  ['is not there', () => {}, 2, 'no-such-target'],
]
const scripts: readonly Row[] = [
  ['attaches a file', script(`${target}${theft};`), 2, invalid],
  ['writes the catalog', script(`PRAGMA writable_schema = ON; ${target} DELETE FROM sqlite_schema;`), 2, invalid],
  ['commands the shell', script(`${target}\n.shell touch stolen.db\n`), 2, invalid],
  ['loads an extension', script(`${target}SELECT load_extension('./stolen');`), 2, invalid],
  [
    'loads an extension in a query',
    script(`${target}CREATE TABLE x AS SELECT load_extension('./stolen') AS a;`),
    2,
    invalid,
  ],
  ['writes a file', script(`${target}VACUUM INTO 'stolen.db';`), 2, invalid],
  ['puts rows in', script(`${target}INSERT INTO users VALUES (9, 'Eve', NULL);`), 2, invalid],
  ['makes a temporary table', script(`${target}CREATE TEMP TABLE x (a);`), 2, invalid],
  ['makes a table twice', script(`${target}${pets};`), 2, invalid],
  ['ends in a text', script(`${target}CREATE TABLE x (a DEFAULT 'x);`), 2, invalid],
  ['has a NUL in a name', script(target.replace('email', 'em\u0000ail')), 2, invalid],
  ['has a number that is too big', script(`${target}CREATE TABLE x (a DEFAULT 1e999e9);`), 2, invalid],
  ['has 3,000 parentheses', script(`CREATE TABLE x (a DEFAULT ${'('.repeat(3_000)}1${')'.repeat(3_000)})`), 2, invalid],
  ['is UTF-16', script(Buffer.from(`\ufeff${target}`, 'utf16le')), 2, targetUnreadable],
  ['is no UTF-8', script(Buffer.from(`${target} -- \u00ff`, 'latin1')), 2, targetUnreadable],
  ['is empty, and so would drop everything', script(''), 3, 'drop-table'],
]

const [notADatabase, corrupt] = ['not-a-database', 'database-corrupt']
const databases: readonly Row[] = [
  ['is not there', (folder) => rmSync(join(folder, 'app.db')), 2, 'no-such-database'],
  // In a folder, databases are looked for.
  ['is a folder without one', inPlaceOf('app.db', (path) => mkdirSync(path)), 2, 'usage'],
  ['is a pipe', inPlaceOf('app.db', makePipe), 2, 'database-unreadable'],
  ['is words', database(() => Buffer.from('CREATE TABLE users (id);\n'.repeat(99))), 2, notADatabase],
  ['is zeros', database((file) => Buffer.alloc(file.length)), 2, notADatabase],
  ['is bytes, as if encrypted', database((file) => Buffer.from(bytes(file.length))), 2, notADatabase],
  [
    'is encrypted behind its header',
    database((file) => Buffer.concat([file.subarray(0, 16), bytes(file.length - 16)])),
    2,
    notADatabase,
  ],
  ['is compressed', database((file) => gzipSync(file)), 2, notADatabase],
  [
    'is of SQLite 2',
    database((file) =>
      Buffer.concat([Buffer.from('** This file contains an SQLite 2.1 database **\0'), file.subarray(48)]),
    ),
    2,
    notADatabase,
  ],
  ['is the start of a header', database((file) => file.subarray(0, 16)), 2, notADatabase],
  ['is a header', database((file) => file.subarray(0, 100)), 2, corrupt],
  ['is cut off', database((file) => file.subarray(0, 5_000)), 2, corrupt],
  ['has pages of a size that is none', database(byte(16, 3)), 2, notADatabase],
  ['has pages of another size', database(byte(16, 2)), 2, corrupt],
  ['is of a newer format', database(byte(19, 9)), 2, notADatabase],
  ['has a schema of a newer format', database(byte(47, 9)), 2, notADatabase],
  ['is in another encoding than it says', database(byte(59, 2)), 2, corrupt],
  ['has a first page that is none', database(byte(100, 77)), 2, corrupt],
  ['has a table without its page', edited("UPDATE sqlite_schema SET rootpage = 999 WHERE name = 'users'"), 2, corrupt],
  [
    'has two tables on a page',
    edited("UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'pets')"),
    2,
    corrupt,
  ],
  [
    'has a catalog that is no SQL',
    edited("UPDATE sqlite_schema SET sql = 'CREATE TABLE users (' WHERE name = 'users'"),
    2,
    corrupt,
  ],
  [
    'has a catalog that steals',
    edited(`UPDATE sqlite_schema SET sql = sql || '; ${theft.replaceAll("'", "''")}' WHERE name = 'users'`),
    3,
    'unsupported-object',
  ],
  ['has free pages in a circle', freeCircle, 2, corrupt],
]

const kinds: readonly (readonly [kind: string, rows: readonly Row[], args: readonly string[]])[] = [
  ['a plan file that', plans, ['apply', 'app.db', '--plan', 'plan.json', '--yes']],
  ['a journal', journals, ['revert', 'applied.db', '--yes']],
  ['a module as a target that', modules, ['apply', 'app.db', '--to', 'to.ts', '--yes']],
  ['a script as a target that', scripts, ['apply', 'app.db', '--to', 'to.sql', '--yes']],
  ['a database that', databases, ['apply', 'app.db', '--to', 'to.sql', '--yes']],
]
console.log('malformed inputs:', Object.fromEntries(kinds.map(([kind, rows]) => [kind, rows.length])))

/** Files that are all good: a database, one with a plan in force, a target and a plan. */
let good: string
beforeAll(async () => {
  good = realpathSync(mkdtempSync(join(tmpdir(), 'schema-malformed-')))
  for (const name of ['app.db', 'applied.db']) change(good, name, start)
  writeFileSync(join(good, 'to.sql'), target)
  for (const args of [
    ['plan', 'app.db', '--to', 'to.sql', '--out', 'plan.json'],
    ['apply', 'applied.db', '--to', 'to.sql', '--yes'],
  ]) {
    const { code, stderr } = await runCli(good, args)
    if (code !== 0) throw new Error(stderr)
  }
})
afterAll(() => rmSync(good, { recursive: true, force: true }))

const hasPipes = isInstalled('mkfifo', '--version')

for (const [kind, rows, args] of kinds) {
  describe(kind, () => {
    for (const [what, make, exit, code] of rows) {
      const isPipe = what.includes('pipe')
      // Without mkfifo, which isInstalled says then, there are no pipes to make.
      if (isPipe && !hasPipes) continue
      test(`${what} is met with ${code}`, async ({ folder, expect }) => {
        for (const name of ['app.db', 'applied.db', 'to.sql', 'plan.json'])
          copyFileSync(join(good, name), join(folder, name))
        make(folder)
        const before = isPipe ? undefined : bytesOf(folder)

        const done = await runCli(folder, args)

        expect(done).toEqual({ code: exit, stdout: '', stderr: expect.stringContaining(`[${code}]`) })
        expect(done.stderr).toMatch(exit === 2 ? /(^|\n)error: / : /(^|\n)refused: /)
        expect(done.stderr).not.toMatch(/undefined|\[object|is not a function|Cannot read|^ {4}at /m)
        if (before !== undefined) expect(bytesOf(folder)).toEqual(before)
        expect(existsSync(join(folder, 'stolen.db'))).toBe(false)
      })
    }
  })
}

test('and the files that all these are made of are good', async ({ folder, expect }) => {
  for (const name of ['app.db', 'applied.db', 'to.sql', 'plan.json']) copyFileSync(join(good, name), join(folder, name))
  for (const args of [
    ['apply', 'app.db', '--plan', 'plan.json', '--yes'],
    ['revert', 'applied.db', '--yes'],
  ]) {
    expect(await runCli(folder, args)).toMatchObject({ code: 0 })
  }
})

function inPlaceOf(name: string, make: (path: string) => void): (folder: string) => void {
  return (folder) => {
    rmSync(join(folder, name), { force: true })
    make(join(folder, name))
  }
}

function makePipe(path: string): void {
  execFileSync('mkfifo', [path])
}

function planText(edit: (text: string) => string | Buffer): (folder: string) => void {
  return (folder) => {
    const path = join(folder, 'plan.json')
    writeFileSync(path, edit(JSON.stringify(JSON.parse(readFileSync(path, 'utf8')))))
  }
}

function plan(edit: (file: Json) => unknown): (folder: string) => void {
  return planText((text) => {
    const file = JSON.parse(text) as Json
    edit(file)
    return JSON.stringify(file)
  })
}

function set(object: unknown, values: Json): void {
  Object.assign(object as Json, values)
}

function list(value: unknown): unknown[] {
  return value as unknown[]
}

function first(value: unknown): unknown {
  return list(value)[0]
}

function catalog(file: Json): unknown[] {
  return list((file.target as Json).catalog)
}

function row(sql: string): Json {
  return { type: 'table', name: 'x', tbl_name: 'x', sql }
}

function keptIn(name: string): Json {
  return { kind: 'column', name, table: 'users', column: 'name', keys: ['id'], why: 'dropped' }
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

function setIn(column: string, path: string, value: unknown): string {
  return `UPDATE _schema_journal SET ${column} = json_set(${column}, '${path}', json(${text(JSON.stringify(value))}))`
}

function journal(sql: string): (folder: string) => void {
  return (folder) => change(folder, 'applied.db', sql)
}

function module(code: string | Buffer): (folder: string) => void {
  return (folder) => writeFileSync(join(folder, 'to.ts'), code)
}

function script(sql: string | Buffer): (folder: string) => void {
  return (folder) => writeFileSync(join(folder, 'to.sql'), sql)
}

function database(edit: (file: Buffer) => Buffer): (folder: string) => void {
  return (folder) => {
    const path = join(folder, 'app.db')
    writeFileSync(path, edit(readFileSync(path)))
  }
}

function byte(at: number, value: number): (file: Buffer) => Buffer {
  return (file) => {
    file[at] = value
    return file
  }
}

function edited(sql: string): (folder: string) => void {
  return (folder) => change(folder, 'app.db', `PRAGMA writable_schema = ON; ${sql}`)
}

/** A page of the list of free pages that says that it is the next itself: https://www.sqlite.org/fileformat2.html#the_freelist */
function freeCircle(folder: string): void {
  change(folder, 'app.db', `CREATE TABLE gone (a); INSERT INTO gone VALUES (zeroblob(90000)); DROP TABLE gone`)
  database((file) => {
    const trunk = file.readUInt32BE(32)
    file.writeUInt32BE(trunk, (trunk - 1) * 4096)
    file.writeUInt32BE(0, (trunk - 1) * 4096 + 4)
    return file
  })(folder)
}

function change(folder: string, name: string, sql: string): void {
  const db = new Database(join(folder, name))
  db.unsafeMode(true)
  db.exec(sql)
  db.close()
}

/** Bytes by chance, the same each time. */
function bytes(length: number): Uint8Array {
  const next = randomNumbers(20261128)
  return Uint8Array.from({ length }, () => Math.floor(next() * 256))
}
