import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { inspect, type SetupHandle } from '../../src/index.ts'
import { attack, type Case, edited, innocent, outcomeOf, sql, theft } from './attack.ts'

const corrupt = 'database-corrupt'
const unsupported = 'unsupported-object'
/** A text that SQLite itself takes up to its first semicolon. */
const tail = `; ${theft}`
const table = 'CREATE TABLE evil (a)'
const index = 'CREATE INDEX evil ON users (name)'
const view = 'CREATE VIEW evil AS SELECT name FROM users'
const trigger = 'CREATE TRIGGER evil AFTER INSERT ON users BEGIN SELECT 1; END'
/** Bytes that are no UTF-8, as a text. */
const noText = "CAST(x'6576ff696c' AS TEXT)"

/** Edits the row of the object `evil`. */
const set = (setup: string, assignments: string, ...params: readonly unknown[]) =>
  edited(setup, `UPDATE sqlite_schema SET ${assignments} WHERE name = 'evil'`, ...params)
const setUsers = (assignments: string, ...params: readonly unknown[]) =>
  edited('', `UPDATE sqlite_schema SET ${assignments} WHERE name = 'users'`, ...params)
/** Adds a row to the catalog, on a page that is an empty table's or index's. */
const added = (type: string, name: string, on: string, text: string | null) => (db: Database.Database) => {
  db.exec('CREATE TABLE spare (x); CREATE INDEX spare_index ON spare (x)')
  const spare = type === 'index' ? 'spare_index' : 'spare'
  const page =
    type === 'view' || type === 'trigger' ? '0' : `(SELECT rootpage FROM sqlite_schema WHERE name = '${spare}')`
  edited('', `INSERT INTO sqlite_schema VALUES (?, ?, ?, ${page}, ?)`, type, name, on, text)(db)
}

const injected: readonly Case[] = [
  [
    'an index whose condition goes on with other statements',
    set(index, 'sql = sql || ?', ` WHERE name${tail}`),
    `done ${unsupported} ${unsupported} cannot-recreate`,
  ],
  [
    'an index that goes on with other statements',
    set(index, 'sql = sql || ?', tail),
    `done ${unsupported} ${unsupported} cannot-recreate`,
  ],
  [
    'an index that is left alone by default',
    edited(
      'CREATE INDEX _cf_evil ON users (name)',
      "UPDATE sqlite_schema SET sql = sql || ? WHERE name = '_cf_evil'",
      tail,
    ),
    'done cannot-recreate cannot-recreate cannot-recreate',
  ],
  [
    'a table that goes on with other statements',
    set(table, 'sql = sql || ?', tail),
    `done ${unsupported} ${unsupported} done`,
  ],
  [
    'a child that goes on with other statements',
    set('CREATE TABLE evil (a REFERENCES users)', 'sql = sql || ?', tail),
    `done ${unsupported} ${unsupported} done`,
  ],
  ['the changed table itself', setUsers('sql = sql || ?', tail), `done ${unsupported} ${unsupported} ${unsupported}`],
  [
    'a view that goes on with other statements',
    set(view, 'sql = sql || ?', tail),
    `done ${unsupported} ${unsupported} done`,
  ],
  [
    'a trigger that goes on with other statements',
    set(trigger, 'sql = sql || ?', `${tail}; SELECT CASE 1 WHEN 1 THEN 1 END`),
    `done ${unsupported} ${unsupported} done`,
  ],
  [
    'a virtual table that goes on with other statements',
    set('CREATE VIRTUAL TABLE evil USING fts5 (a)', 'sql = sql || ?', tail),
    `done ${unsupported} ${unsupported} done`,
  ],
  ['a text that is another statement', set(table, 'sql = ?', theft), corrupt],
  ['a text that deletes', set(table, "sql = 'DELETE FROM users'"), corrupt],
  ['a text that runs a query', set(table, "sql = 'CREATE TABLE evil AS SELECT 1 AS a'"), corrupt],
  [
    'a trigger that fires when a row is copied',
    sql(
      'CREATE TRIGGER evil AFTER INSERT ON pets BEGIN DELETE FROM users; END; CREATE TRIGGER evil2 AFTER DELETE ON pets BEGIN DELETE FROM users; END; CREATE TRIGGER evil3 AFTER UPDATE ON pets BEGIN DELETE FROM users; END',
    ),
    'done',
  ],
]

const disagreeing: readonly Case[] = [
  ['a text that is no CREATE', set(table, "sql = 'SELECT 1'"), corrupt],
  ['an empty text', set(table, "sql = ''"), corrupt],
  ['a text with a comment before', set(table, "sql = '/**/' || sql"), corrupt],
  ['a text that is cut', set(table, 'sql = substr(sql, 1, 16)'), corrupt],
  ['no text', set(table, 'sql = NULL'), corrupt],
  ['a view without a text', set(view, 'sql = NULL'), corrupt],
  ['a number as text', set(table, 'sql = 42'), corrupt],
  [
    'a text with a NUL and more',
    set(table, "sql = sql || char(0) || '; rubbish'"),
    `done ${unsupported} ${unsupported} done`,
  ],
  [
    "the changed table's text with a NUL",
    setUsers("sql = sql || char(0) || '; rubbish'"),
    `done ${unsupported} ${unsupported} ${unsupported}`,
  ],
  ['a text that ends in an open comment', setUsers("sql = sql || ' /* x'"), 'done'],
  ['a text that ends in a comment', setUsers("sql = sql || ' -- x'"), 'done'],
  ['the text of a view', set(table, `sql = '${view}'`), corrupt],
  ['the text of another table', set(table, "sql = 'CREATE TABLE other (a)'"), corrupt],
  ['the text in another case', set(table, "sql = 'CREATE TABLE EVIL (a)'"), 'done done verification-failed done'],
  ['a temporary table', set(table, "sql = 'CREATE TEMP TABLE evil (a)'"), `done ${unsupported} ${unsupported} done`],
  ['a temporary trigger', set(trigger, "sql = replace(sql, 'CREATE', 'CREATE TEMP')"), 'done'],
  ['a table of another database', set(table, "sql = 'CREATE TABLE temp.evil (a)'"), corrupt],
  ['IF NOT EXISTS', set(table, "sql = 'CREATE TABLE IF NOT EXISTS evil (a)'"), 'done'],
  ['a name in bytes', set(table, 'name = CAST(name AS BLOB)'), 'done'],
  ['a table name in bytes', set(table, 'tbl_name = CAST(tbl_name AS BLOB)'), `done ${unsupported} ${unsupported} done`],
  [
    "an index's names in bytes",
    set(index, 'tbl_name = CAST(tbl_name AS BLOB), name = CAST(name AS BLOB)'),
    `done ${unsupported} ${unsupported} done`,
  ],
  [
    "an autoindex's names in bytes",
    edited(
      'CREATE TABLE evil (a UNIQUE)',
      "UPDATE sqlite_schema SET name = CAST(name AS BLOB), tbl_name = CAST(tbl_name AS BLOB) WHERE type = 'index'",
    ),
    `done ${unsupported} ${unsupported} done`,
  ],
  ['a type in bytes', set(table, 'type = CAST(type AS BLOB)'), 'done'],
  ['no name', set(table, 'name = NULL'), corrupt],
  ['no table name', set(table, 'tbl_name = NULL'), corrupt],
  ['no type', set(table, 'type = NULL'), corrupt],
  ['a type that is none', set(table, "type = 'rubbish'"), corrupt],
  ['a type that a terminal obeys', set(table, 'type = ?', '\u001b[31m'), corrupt],
  ['a type in upper case', set(table, "type = 'TABLE'"), `done ${unsupported} ${unsupported} done`],
  ['a name with a NUL', set(table, "name = name || char(0) || 'x'"), `done ${unsupported} ${unsupported} done`],
  [
    "the changed table's names with a NUL",
    setUsers("name = name || char(0) || 'x', tbl_name = name || char(0) || 'x'"),
    `done ${unsupported} ${unsupported} ${unsupported}`,
  ],
  [
    "an index's names with a NUL",
    set(index, "name = name || char(0) || 'x', tbl_name = tbl_name || char(0) || 'x'"),
    `done ${unsupported} ${unsupported} done`,
  ],
  [
    'a table name that is not UTF-8',
    set(table, `name = ${noText}, tbl_name = ${noText}, sql = 'CREATE TABLE "' || ${noText} || '" (a)'`),
    `done ${unsupported} ${unsupported} ${unsupported}`,
  ],
  [
    'a column name that is not UTF-8',
    set(table, `sql = 'CREATE TABLE evil ("' || ${noText} || '")'`),
    'done cannot-recreate cannot-recreate done',
  ],
  [
    'a column of the changed table that is not UTF-8',
    setUsers(`sql = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, "' || ${noText} || '")'`),
    'done cannot-recreate cannot-recreate cannot-recreate',
  ],
  [
    'a default that is not UTF-8',
    setUsers(`sql = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT DEFAULT ''' || ${noText} || ''')'`),
    'done',
  ],
  ['a view that is not UTF-8', set(view, `sql = 'CREATE VIEW evil AS SELECT ''' || ${noText} || ''''`), 'done'],
  [
    'an index name that is not UTF-8',
    set(index, `name = ${noText}, sql = 'CREATE INDEX "' || ${noText} || '" ON users (name)'`),
    `done ${unsupported} ${unsupported} ${unsupported}`,
  ],
  [
    'a table twice',
    added('table', 'users', 'users', 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)'),
    corrupt,
  ],
  [
    'a table twice, IF NOT EXISTS',
    added('table', 'users', 'users', 'CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT)'),
    `done ${corrupt} ${corrupt} ${corrupt}`,
  ],
  [
    'a table twice, each with a page',
    edited(
      'CREATE TABLE evil (a)',
      "UPDATE sqlite_schema SET name = 'users', tbl_name = 'users', sql = 'CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT)' WHERE name = 'evil'",
    ),
    `done ${unsupported} ${unsupported} ${unsupported}`,
  ],
  [
    'a view with the name of a table',
    added('view', 'users', 'users', 'CREATE VIEW IF NOT EXISTS users AS SELECT 1'),
    `done ${unsupported} ${unsupported} ${unsupported}`,
  ],
  ['an index with the name of a table', added('index', 'users', 'spare', 'CREATE INDEX users ON spare (x)'), corrupt],
  [
    'an index twice, IF NOT EXISTS',
    edited(
      `${index}; CREATE TABLE x (a); CREATE INDEX y ON x (a)`,
      "UPDATE sqlite_schema SET name = 'evil', tbl_name = 'users', sql = 'CREATE INDEX IF NOT EXISTS evil ON users (id)' WHERE name = 'y'",
    ),
    'done',
  ],
  [
    'an index of a table that is not there',
    added('index', 'evil', 'nowhere', 'CREATE INDEX evil ON nowhere (a)'),
    corrupt,
  ],
  ['an autoindex of a table that is not there', added('index', 'sqlite_autoindex_nowhere_1', 'nowhere', null), corrupt],
  ['an autoindex that no constraint has', added('index', 'sqlite_autoindex_users_9', 'users', null), corrupt],
  [
    'an autoindex with a text',
    edited(
      'CREATE TABLE evil (a UNIQUE)',
      "UPDATE sqlite_schema SET sql = 'CREATE INDEX sqlite_autoindex_evil_1 ON evil (a)' WHERE type = 'index'",
    ),
    corrupt,
  ],
  [
    'a constraint without its autoindex',
    edited('CREATE TABLE evil (a UNIQUE)', "DELETE FROM sqlite_schema WHERE type = 'index'"),
    'done',
  ],
  [
    'a trigger on a table that is not there',
    added('trigger', 'evil', 'nowhere', 'CREATE TRIGGER evil AFTER INSERT ON nowhere BEGIN DELETE FROM users; END'),
    corrupt,
  ],
  [
    'a trigger on the catalog',
    added(
      'trigger',
      'evil',
      'sqlite_schema',
      'CREATE TRIGGER evil AFTER INSERT ON sqlite_schema BEGIN DELETE FROM users; END',
    ),
    corrupt,
  ],
  ['a trigger filed under another table', set(trigger, "tbl_name = 'pets'"), corrupt],
  ['a table without a page', setUsers('rootpage = 0'), `done ${corrupt} ${corrupt} ${corrupt}`],
  ['a page before the first', setUsers('rootpage = -1'), corrupt],
  ['a page behind the last', setUsers('rootpage = 9999'), corrupt],
  ['the page of the catalog', setUsers('rootpage = 1'), corrupt],
  ['a page that is a text', setUsers("rootpage = 'x'"), corrupt],
  [
    'the page of another table',
    set(table, "rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'users')"),
    `done ${corrupt} ${corrupt} ${corrupt}`,
  ],
  [
    "a table on an index's page",
    edited(
      index,
      "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'evil') WHERE name = 'users'",
    ),
    `done ${corrupt} ${corrupt} ${corrupt}`,
  ],
  [
    "an index on a table's page",
    set('CREATE INDEX evil ON pets (name)', "rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'users')"),
    `done ${corrupt} ${corrupt} ${corrupt}`,
  ],
]

/** Makes an object under another name, and gives it the reserved one. */
const reserved = (setup: string, from: string, to: string) =>
  edited(
    setup,
    `UPDATE sqlite_schema SET ${['name', 'tbl_name', 'sql'].map((one) => `${one} = replace(${one}, '${from}', '${to}')`)}`,
  )

const systematic: readonly Case[] = [
  [
    'a table that is called as SQLite calls its own',
    reserved('CREATE TABLE xqlite_evil (a)', 'xqlite_', 'sqlite_'),
    'done',
  ],
  ['a view that is called so', reserved('CREATE VIEW xqlite_evil AS SELECT 1', 'xqlite_', 'sqlite_'), 'done'],
  [
    'a trigger that is called so',
    reserved('CREATE TRIGGER xqlite_evil AFTER INSERT ON pets BEGIN DELETE FROM users; END', 'xqlite_', 'sqlite_'),
    'done',
  ],
  ['statistics of another shape', reserved('CREATE TABLE xqlite_stat1 (a)', 'xqlite_', 'sqlite_'), 'done'],
  ['statistics that are a view', reserved('CREATE VIEW xqlite_stat1 AS SELECT 1 AS a', 'xqlite_', 'sqlite_'), 'done'],
  ['AUTOINCREMENT marks of another shape', reserved('CREATE TABLE xqlite_sequence (a)', 'xqlite_', 'sqlite_'), 'done'],
  [
    'statistics of no table',
    sql(`${index}; ANALYZE; INSERT INTO sqlite_stat1 VALUES (NULL, NULL, 'x'), (x'00ff', 5, 5), (7, 7.5, NULL)`),
    'done',
  ],
  [
    'AUTOINCREMENT marks of no table',
    sql(
      "CREATE TABLE evil (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO sqlite_sequence VALUES (NULL, 5), (x'00ff', 'a'), (7, 1.5), ('users', x'00'), ('it''s', 9e999)",
    ),
    'done',
  ],
  [
    'tables that are called as ours on the copy',
    sql(
      'CREATE TABLE _schema_page (a); CREATE TABLE _schema_keyed (a); CREATE TABLE _schema_mark (a); CREATE INDEX _schema_index_0 ON _schema_page (a)',
    ),
    'done',
  ],
  ['a child that is called so', sql('CREATE TABLE _schema_page (a REFERENCES users)'), 'done'],
  [
    'an index that is called so',
    sql('CREATE INDEX _schema_index_0 ON users (name); CREATE TABLE evil (a); CREATE INDEX evil_index ON evil (a)'),
    'done',
  ],
  [
    'tables that are called as ours in a rebuild',
    sql(
      'CREATE TABLE _schema_old_pets (a); CREATE TABLE _schema_new_pets (a); CREATE VIEW _schema_old_pets_2 AS SELECT 1',
    ),
    'done',
  ],
]

const nested = (count: number, text: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => text(n + 1)).join(';')

const excessive: readonly Case[] = [
  [
    'views that are cyclic',
    sql(
      'CREATE VIEW evil AS SELECT * FROM evil2; CREATE VIEW evil2 AS SELECT * FROM evil; CREATE TRIGGER evil3 INSTEAD OF UPDATE ON evil BEGIN SELECT 1; END',
    ),
    'done',
  ],
  ['a view of itself', sql('CREATE VIEW evil AS SELECT * FROM evil'), 'done'],
  [
    'cyclic views over what changes',
    sql('CREATE VIEW evil AS SELECT * FROM evil2, users; CREATE VIEW evil2 AS SELECT * FROM evil, pets'),
    'done',
  ],
  [
    'views over what is not there',
    sql(
      'CREATE VIEW evil AS SELECT * FROM nowhere; CREATE VIEW evil2 AS SELECT missing(1), name COLLATE nobody FROM users',
    ),
    'done',
  ],
  [
    'views in views in views',
    sql(
      `CREATE VIEW evil0 AS SELECT * FROM users;${nested(60, (n) => `CREATE VIEW evil${n} AS SELECT * FROM evil${n - 1}`)}`,
    ),
    'done',
  ],
  [
    'a view that never ends',
    sql(
      'CREATE VIEW evil AS WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c; CREATE TRIGGER evil2 INSTEAD OF DELETE ON evil BEGIN SELECT 1; END',
    ),
    'done',
  ],
  [
    'a trigger that never ends',
    sql(
      'CREATE TRIGGER evil AFTER INSERT ON pets BEGIN INSERT INTO users (name) WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c; END',
    ),
    'done',
  ],
  [
    'a foreign key to itself, to nothing and in a circle',
    sql(
      'CREATE TABLE evil (a REFERENCES evil (a) REFERENCES nowhere (b) REFERENCES evil2 (c)); CREATE TABLE evil2 (c REFERENCES evil (a), d REFERENCES users (missing))',
    ),
    'done',
  ],
  ['a text of 1 MB', sql(`CREATE TABLE evil (a DEFAULT '${'x'.repeat(1_000_000)}')`), 'done'],
  ['a number of a million digits', sql(`CREATE TABLE evil (a DEFAULT ${'1'.repeat(1_000_000)})`), 'done'],
  ['a hundred parentheses', sql(`CREATE TABLE evil (a DEFAULT ${'('.repeat(90)}1${')'.repeat(90)})`), 'done'],
  ['2,000 columns', sql(`CREATE TABLE evil (${nested(2_000, (n) => `c${n}`).replaceAll(';', ',')})`), 'done'],
  [
    '1,900 columns in the changed table',
    sql(
      `DROP TABLE users; CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, ${nested(1_900, (n) => `c${n}`).replaceAll(';', ',')}); INSERT INTO users (name) VALUES ('Ada')`,
    ),
    'done',
  ],
  ['150 indexes', sql(nested(150, (n) => `CREATE INDEX evil${n} ON users (name)`)), 'done'],
  [
    'a default that is too big to be made',
    sql(
      'CREATE TABLE evil (a DEFAULT (zeroblob(2000000000))); CREATE TABLE evil2 (b CHECK (length(zeroblob(2000000000)) > b))',
    ),
    'done',
  ],
  [
    'a generated column that fails on its rows',
    edited(
      '',
      "UPDATE sqlite_schema SET sql = 'CREATE TABLE pets (id INTEGER PRIMARY KEY, owner REFERENCES users (id), name TEXT, g AS (json_extract(name, ''$'')))' WHERE name = 'pets'",
    ),
    'done rows-do-not-fit rows-do-not-fit rows-do-not-fit',
  ],
  [
    'indexes over what is not the same twice',
    edited(
      'CREATE INDEX evil ON users (name)',
      "UPDATE sqlite_schema SET sql = 'CREATE INDEX evil ON users (random())' WHERE name = 'evil'",
    ),
    corrupt,
  ],
  [
    'a check that loads an extension',
    edited(
      '',
      "UPDATE sqlite_schema SET sql = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT CHECK (load_extension(name)))' WHERE name = 'users'",
    ),
    corrupt,
  ],
]

describe.for([
  ['another statement in the catalog', injected],
  ['a row of the catalog that does not say what it should', disagreeing],
  ["SQLite's own tables and ours", systematic],
  ['too much of something', excessive],
] as const)('%s', ([, cases]) => {
  for (const [what, make, outcomes, bug] of cases) {
    const name = bug === undefined ? what : `${what} (${bug})`
    ;(bug === undefined ? test : test.fails)(name, async () => {
      expect(await attack(make)).toBe(outcomes)
    })
  }
})

test('what is not hostile is done', async () => {
  expect(await attack(sql(''))).toBe('done')
  expect(await attack(sql(''), `PRAGMA encoding = 'UTF-16be'; ${innocent}`)).toBe('done')
})

test('views that join themselves are refused where a setup attaches them, and where they are temporary', async () => {
  for (const schema of ['other', 'temp']) {
    const setup = (db: SetupHandle): void => {
      if (schema === 'other') db.exec("ATTACH ':memory:' AS other")
      db.exec(`CREATE VIEW ${schema}.v0 AS SELECT 1 AS x`)
      for (let n = 0; n < 40; n++) db.exec(`CREATE VIEW ${schema}.v${n + 1} AS SELECT a.x FROM v${n} AS a, v${n} AS b`)
    }
    expect(await outcomeOf(async () => [JSON.stringify(await inspect(':memory:', { setup }))])).toBe(unsupported)
  }
})
