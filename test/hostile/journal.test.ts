import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { converge, planBack, revert, status } from '../../src/index.ts'
import { statusToText } from '../../src/report/status.ts'
import { planToText } from '../../src/report/text.ts'
import { innocent, loot, makeHostile, outcomeOf, plain, theft } from './attack.ts'

const columns =
  'id, kind, applied_at, tool_version, from_fingerprint, to_fingerprint, reverts, target, sql, reverse, record'
/** A journal that takes anything. */
const loose = `CREATE TABLE _schema_journal (seq INTEGER PRIMARY KEY, ${columns})`
const unreadable = 'journal-unreadable'

const recorded = (sql: unknown, name: unknown = 'users', type: unknown = 'table') => ({
  type,
  name,
  tbl_name: name,
  sql,
})
const users = recorded('CREATE TABLE users (id INTEGER PRIMARY KEY)')
const pets = recorded('CREATE TABLE pets (id INTEGER PRIMARY KEY, owner REFERENCES users (id), name TEXT)', 'pets')
const innocentRecord = {
  version: 1,
  excludes: [] as unknown,
  former: [users, pets] as unknown,
  reached: [users, pets] as unknown,
  origin: { tables: [], definitions: [], columns: [], broken: [] } as unknown,
}
const innocentEntry: Readonly<Record<string, unknown>> = {
  id: 'abc',
  kind: 'apply',
  applied_at: '2026-01-01T00:00:00.000Z',
  tool_version: '1',
  from_fingerprint: 'a',
  to_fingerprint: 'b',
  reverts: null,
  target: 'to.sql',
  sql: JSON.stringify(['DELETE FROM pets']),
  reverse: JSON.stringify({ kind: 'exact', sql: ['DROP TABLE pets', 'DELETE FROM users'], losses: [] }),
  record: JSON.stringify(innocentRecord),
}

const keptIn = (name: string): object => ({
  ...{ kind: 'column', name, table: 'users', column: 'name', keys: ['id'], why: 'dropped' },
})

type Entry = Readonly<Record<string, unknown>>
const record = (change: object): Entry => ({ record: JSON.stringify({ ...innocentRecord, ...change }) })
const former = (...rows: readonly unknown[]): Entry => record({ former: rows })
const origin = (change: object): Entry =>
  record({ origin: { tables: [], definitions: [], columns: [], broken: [], ...change } })
const wayBack = (sql: string): Entry => ({ reverse: JSON.stringify({ kind: 'exact', sql: [sql], losses: [] }) })
const filled = (fill: unknown): Entry =>
  origin({ columns: [{ table: 'users', column: 'name', fill, rows: 2, highestRowid: '2' }] })

/** What an entry is, how it differs from an innocent one, and the codes of status and of revert; and our bug. */
type Case = readonly [what: string, change: Entry, status: string, revert: string, bug?: string]

const cases: readonly Case[] = [
  ['innocent', {}, 'done', 'hazards'],
  ['that keeps what is no list', record({ kept: 5 }), unreadable, unreadable],
  ['that keeps nothing that it names', record({ kept: [null] }), unreadable, unreadable],
  ['that keeps in a table of somebody', record({ kept: [keptIn('users')] }), unreadable, unreadable],
  ['that keeps by no key', record({ kept: [{ ...keptIn('_schema_kept_x'), keys: [] }] }), unreadable, unreadable],
  ['that keeps in a table that is not there', record({ kept: [keptIn('_schema_kept_x')] }), 'done', 'hazards'],
  ['that has pruned what is no name', record({ pruned: [{}] }), unreadable, unreadable],
  ['of a prune', { kind: 'prune', ...record({ pruned: ['users', '\u001b[31m'] }) }, 'done', 'nothing-to-revert'],
  ['of a kind that is none', { kind: 'steal' }, unreadable, unreadable],
  ['of a numeric kind', { kind: 1 }, unreadable, unreadable],
  ['without an id', { id: null }, unreadable, unreadable],
  ['with a numeric id', { id: 5 }, unreadable, unreadable],
  ['with an id in bytes', { id: Buffer.from('x') }, unreadable, unreadable],
  ['with an id that a terminal obeys', { id: '\u001b[31m' }, 'done', 'hazards'],
  ['with a time that a terminal obeys', { applied_at: '\u001b]0;x\u0007' }, 'done', 'hazards'],
  ['with a time in bytes', { applied_at: Buffer.from('\u001b[31m') }, unreadable, unreadable],
  ['without a time', { applied_at: null }, 'done', 'hazards'],
  [
    'with fingerprints that a terminal obeys',
    { from_fingerprint: '\u001b[31m', to_fingerprint: '\u009b31m' },
    'done',
    'hazards',
  ],
  ['with a target that a terminal obeys', { target: '\u001b[31m' }, 'done', 'hazards'],
  ['with a numeric target', { target: 5 }, unreadable, unreadable],
  ['with a target in bytes', { target: Buffer.from('x') }, unreadable, unreadable],
  ['that reverts what a terminal obeys', { kind: 'revert', reverts: '\u001b[31m' }, 'done', 'nothing-to-revert'],
  ['that reverts a number', { kind: 'revert', reverts: 5 }, 'done', 'nothing-to-revert'],
  ['whose record is in bytes', { record: Buffer.from(JSON.stringify(innocentRecord)) }, 'done', 'hazards'],
  ['whose record is null', { record: 'null' }, unreadable, unreadable],
  ['whose record is a list', { record: '[]' }, unreadable, unreadable],
  ['whose record is nested deeply', { record: '['.repeat(100_000) }, unreadable, unreadable],
  [
    'whose record speaks of prototypes',
    { record: '{"__proto__": {"version": 1}, "constructor": 1}' },
    unreadable,
    unreadable,
  ],
  ['whose statements steal', { sql: JSON.stringify([theft]) }, 'done', unreadable],
  ['whose way back steals', wayBack(theft), 'done', unreadable],
  ['whose way back attaches a file', wayBack(`/* x */ aTTacH '${loot}' AS loot`), 'done', unreadable],
  ['whose way back sets a pragma', wayBack('PRAGMA writable_schema = ON'), 'done', unreadable],
  ['whose way back goes on', wayBack(`DROP TABLE pets; ${theft}`), 'done', unreadable],
  ['whose way back is a comment', wayBack('-- nothing'), 'done', unreadable],
  ['whose statements are a text', { sql: '"abc"' }, 'done', unreadable],
  ['whose statements are null', { sql: 'null' }, unreadable, unreadable],
  ['whose way back is null', { reverse: 'null' }, unreadable, unreadable],
  ['whose way back loses a number', { reverse: '{"kind": "exact", "sql": [], "losses": 5}' }, 'done', 'hazards'],
  ['whose former schema is a text', record({ former: 'abc' }), unreadable, unreadable],
  ['whose former schema is null', record({ former: null }), unreadable, unreadable],
  ['whose former schema holds null', former(null), unreadable, unreadable],
  ['whose former schema holds numbers', former(recorded(5)), unreadable, unreadable],
  ['whose former schema steals', former(recorded(theft)), 'done', unreadable],
  ['whose former schema runs a query', former(recorded('CREATE TABLE users AS SELECT 1 AS a')), 'done', unreadable],
  [
    'whose former schema goes on with a statement',
    former(recorded('CREATE TABLE a (b); DROP TABLE users')),
    'done',
    unreadable,
  ],
  [
    'whose former index goes on with a statement',
    former(users, pets, recorded(`CREATE INDEX i ON users (id) WHERE id; ${theft}`, 'i', 'index')),
    'done',
    unreadable,
  ],
  [
    'whose former view goes on with a statement',
    former(users, pets, recorded(`CREATE VIEW v AS SELECT 1; ${theft}`, 'v', 'view')),
    'done',
    unreadable,
  ],
  [
    'whose former index needs a function and goes on',
    former(users, pets, recorded(`CREATE INDEX i ON users (missing(id)) WHERE id; ${theft}`, 'i', 'index')),
    'done',
    unreadable,
  ],
  [
    'whose former schema has a type that is none',
    former(recorded('CREATE TABLE a (b)', 'a', 'steal')),
    'done',
    unreadable,
  ],
  [
    'whose former schema a terminal obeys',
    former(recorded('CREATE TABLE', '\u001b[31m', '\u001b[31m')),
    'done',
    unreadable,
  ],
  ['whose former schema has a table twice', former(users, users, pets), 'done', unreadable],
  [
    'whose former schema has a reserved name',
    former(recorded('CREATE TABLE sqlite_x (a)', 'sqlite_x')),
    'done',
    unreadable,
  ],
  [
    'whose former schema has half a character',
    former(users, pets, recorded('CREATE TABLE "\ud800" (a)', '\ud800')),
    'done',
    'unsupported-object',
  ],
  [
    'whose former schema has a NUL',
    former(recorded('CREATE TABLE users (id)\u0000; DROP TABLE users')),
    'done',
    unreadable,
  ],
  ['whose former schema has a NUL in a name', former(recorded('CREATE TABLE "a\u0000b" (id)')), 'done', unreadable],
  [
    'whose former schema is nested deeply',
    former(recorded(`CREATE TABLE a (b DEFAULT ${'('.repeat(3_000)}1${')'.repeat(3_000)})`)),
    'done',
    unreadable,
  ],
  [
    'whose former schema needs a module',
    former(users, pets, recorded('CREATE VIRTUAL TABLE v USING nothing (a)', 'v')),
    'done',
    unreadable,
  ],
  [
    'whose former schema loads an extension',
    former(recorded("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT CHECK (load_extension('x')))"), pets),
    'done',
    unreadable,
  ],
  [
    'whose former schema has a default that is too big',
    former(recorded('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, c DEFAULT (zeroblob(2000000000)))'), pets),
    'done',
    'rows-do-not-fit',
  ],
  ['whose excludes are empty texts', record({ excludes: [''] }), unreadable, unreadable],
  ['whose excludes are no globs', record({ excludes: ['[', '{', '((((', '!(', '\\', '**/**'] }), 'done', 'done'],
  ['whose excludes are too long', record({ excludes: ['a'.repeat(70_000)] }), unreadable, unreadable],
  ['whose excludes are many', record({ excludes: ['{1..10000000}', '+(+(+(a|a)|a)|a)b'] }), 'done', 'hazards'],
  ['whose excludes are a text', record({ excludes: 'abc' }), unreadable, unreadable],
  ['whose origin is null', record({ origin: null }), unreadable, unreadable],
  ['whose origin holds null', origin({ tables: [null] }), unreadable, unreadable],
  [
    'whose origin counts wrongly',
    origin({
      tables: [
        { table: 'users', rows: 1e300 },
        { table: '"; DROP TABLE users', rows: -1 },
      ],
    }),
    'done',
    'hazards',
  ],
  ['whose fill is two statements', filled(`1); ${theft}; --`), 'done', 'hazards'],
  ['whose fill ends in an open comment', filled('1 /*'), 'done', 'hazards'],
  ['whose fill is a parameter', filled('?'), 'done', 'hazards'],
  ['whose fill is an aggregate', filled('max(id)'), 'done', 'rows-do-not-fit'],
  ['whose fill fails', filled("json_extract('{', '$')"), 'done', 'rows-do-not-fit'],
  ['whose fill is a number', filled(5), unreadable, unreadable],
]

async function inFolder(use: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-hostile-')))
  try {
    await use(join(folder, 'app.db'), folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
    rmSync(loot, { force: true })
  }
}

function insert(db: Database.Database, entry: Entry): void {
  const all = { ...innocentEntry, ...entry }
  const names = Object.keys(all)
  db.prepare(`INSERT INTO _schema_journal (${names}) VALUES (${names.map(() => '?')})`).run(...Object.values(all))
}

function contentOf(path: string): unknown {
  const db = new Database(path)
  const content = ['SELECT name, sql FROM sqlite_schema', 'SELECT * FROM users', 'SELECT * FROM pets'].map((sql) =>
    db.prepare(sql).raw().all(),
  )
  db.close()
  return content
}

describe('an entry of the journal', () => {
  for (const [what, change, ofStatus, ofRevert, bug] of cases) {
    const run = bug === undefined ? test : test.fails
    run(`${what} does nothing${bug === undefined ? '' : ` (${bug})`}`, () =>
      inFolder(async (path, folder) => {
        makeHostile(path, (db) => {
          db.exec(loose)
          insert(db, change)
        })
        const before = contentOf(path)
        const said = await outcomeOf(async () => [statusToText(await status(path), path, undefined, plain)])
        const shown = await outcomeOf(async () => {
          const { plan } = await planBack(path)
          return [planToText(plan, { database: 'app.db', target: 'before', colors: plain, next: [], isRevert: true })]
        })
        const reverted = await outcomeOf(() => revert(path))
        expect(readdirSync(folder)).toEqual(['app.db'])
        expect(readdirSync(tmpdir())).not.toContain(loot.split('/').at(-1))
        if (reverted !== 'done') expect(contentOf(path)).toEqual(before)
        expect([said, shown === 'done' ? reverted : shown]).toEqual([ofStatus, ofRevert])
      }),
    )
  }
})

/** What is called `_schema_journal`, and the code of applying a plan beside it. */
const journals: readonly (readonly [what: string, make: string, apply: string, bug?: string])[] = [
  ['of another shape', 'CREATE TABLE _schema_journal (x)', unreadable],
  ['that is a view', 'CREATE VIEW _schema_journal AS SELECT 1', unreadable],
  ['that is an index', 'CREATE INDEX _schema_journal ON users (name)', unreadable],
  ['that takes no entry', `${loose.slice(0, -1)}, CHECK (kind = 'nothing'))`, unreadable],
  ['that takes one entry of a kind', loose.replace('kind', 'kind UNIQUE'), unreadable],
  ['that computes its entries', loose.replace('sql,', "sql AS ('x'),"), unreadable],
  ['that is virtual', `CREATE VIRTUAL TABLE _schema_journal USING fts5 (seq, ${columns})`, 'done'],
  [
    'with a trigger that deletes',
    `${loose}; CREATE TRIGGER evil AFTER INSERT ON _schema_journal BEGIN DELETE FROM users; END`,
    unreadable,
  ],
  [
    'that is a view with a trigger that deletes',
    `CREATE VIEW _schema_journal AS SELECT 1 AS seq, ${columns.replace(/\w+/g, (name) => `'' AS ${name}`)};
    CREATE TRIGGER evil INSTEAD OF INSERT ON _schema_journal BEGIN DELETE FROM users; END`,
    unreadable,
  ],
]

describe('a journal', () => {
  for (const [what, make, code, bug] of journals) {
    const run = bug === undefined ? test : test.fails
    run(`${what} changes nothing else${bug === undefined ? '' : ` (${bug})`}`, () =>
      inFolder(async (path, folder) => {
        makeHostile(path, (db) => {
          db.exec(make)
          if (what.includes('of a kind')) insert(db, {})
        })
        const before = contentOf(path)
        const to = join(folder, 'to.sql')
        writeFileSync(to, `${innocent.split('INSERT')[0]}; CREATE TABLE more (a)`)
        const code_ = await outcomeOf(() => converge(path, to, { allow: ['definition-loss'] }))
        const db = new Database(path)
        expect(db.prepare('SELECT count(*) FROM users').pluck().get()).toBe(2)
        db.close()
        if (code_ !== 'done') expect(contentOf(path)).toEqual(before)
        expect(code_).toBe(code)
      }),
    )
  }

  test('of ten thousand entries is read', () =>
    inFolder(async (path) => {
      makeHostile(path, (db) => {
        db.exec(`${loose}; BEGIN`)
        for (let n = 0; n < 10_000; n++)
          insert(db, { id: `e${n}`, kind: n % 3 === 0 ? 'revert' : 'apply', reverts: `e${n + 1}` })
        db.exec('COMMIT')
      })
      expect(await outcomeOf(async () => [statusToText(await status(path), path, undefined, plain)])).toBe('done')
    }))
})
