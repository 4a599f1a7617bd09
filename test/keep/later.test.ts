import Database, { type Database as Db } from 'better-sqlite3'
import { revert, type WriteOptions } from 'sqlite-converge'
import { describe, expect, test } from 'vitest'
import { back, keep, keptNames, notReturned, open, rows } from './keep.ts'

/**
 * What a later migration does to what an earlier one has kept; docs/kept-data.md has the same as a table. The first plan drops
 * `gone`, and has replaced values of `n`.
 */
const first = 'CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, more)'
const content = [
  [1, '007', 'one', null],
  [2, '12', null, null],
  [3, '1e2', 'three', null],
]

interface Later {
  readonly to: string
  readonly options?: WriteOptions
  /** Done while the later plan is in force. */
  readonly write?: string
  /** What the later plan warns of. */
  readonly warns?: readonly RegExp[]
  /** What the first plan's way back says. */
  readonly says?: readonly RegExp[]
  /** What may be lost when the later plan is reverted. */
  readonly allow?: readonly string[]
  /** What `t` holds in the end; as it was, without it. */
  readonly end?: readonly unknown[]
  /** How many tables of kept data are left in the end, where that are more than the way back says. */
  readonly left?: number
}

const noKeep = { keep: false, allow: ['data-loss', 'definition-loss'] }
const convertedBack = [
  [1, '7', null, null],
  [2, '12', null, null],
  [3, '100', null, null],
]
const bothStay = [/_schema_kept_t_gone .*does not come back/, /_schema_kept_t_n .*does not come back/]

const later: Readonly<Record<string, Later>> = {
  'renames the table': { to: first.replace(' t ', ' u '), options: { renames: [{ table: 't', to: 'u' }] } },
  'renames the table, and rows get other keys meanwhile': {
    to: first.replace(' t ', ' u '),
    options: { renames: [{ table: 't', to: 'u' }] },
    write: 'DELETE FROM u WHERE id = 2; UPDATE u SET id = 2 WHERE id = 3; INSERT INTO u (id, n) VALUES (3, 33)',
    end: [
      [1, '007', 'one', null],
      [2, '1e2', 'three', null],
      [3, '33', null, null],
    ],
  },
  'renames the key': {
    to: first.replace('id ', 'key '),
    options: { renames: [{ table: 't', column: 'id', to: 'key' }] },
    write: 'REPLACE INTO t (key, n) VALUES (1, 11)',
    end: [[1, '11', null, null], ...content.slice(1)],
  },
  'renames the column whose values were replaced': {
    to: first.replace('n INTEGER', 'm INTEGER'),
    options: { renames: [{ table: 't', column: 'n', to: 'm' }] },
    write: 'UPDATE t SET m = 8 WHERE id = 1',
    end: [[1, '8', 'one', null], ...content.slice(1)],
  },
  'rebuilds the table': {
    to: first.replace('more', 'more CHECK (more IS NULL)'),
    write: 'REPLACE INTO t (id, n) VALUES (3, 33)',
    end: [...content.slice(0, 2), [3, '33', null, null]],
  },
  'adds a trigger, which fires after the watch': {
    to: `${first}; CREATE TRIGGER mover AFTER INSERT ON t BEGIN UPDATE t SET id = id + 100 WHERE id = NEW.id; END`,
    write: 'DELETE FROM t WHERE id = 3; INSERT INTO t (id, n) VALUES (3, 33)',
    end: [...content.slice(0, 2), [103, '33', null, null]],
  },
  'drops another column, and keeps it too': {
    to: 'CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)',
    write: 'UPDATE t SET id = 4 WHERE id = 3',
    end: [...content.slice(0, 2), [4, '1e2', 'three', null]],
  },
  'adds a column of the dropped name': {
    to: first.replace('more', 'more, gone'),
    write: "UPDATE t SET gone = 'other'",
    allow: ['drop-column'],
  },
  'converts the replaced values once more': { to: first.replace('n INTEGER', 'n REAL') },
  'drops the table': {
    to: 'CREATE TABLE x (y)',
    options: noKeep,
    warns: [/_schema_kept_t_gone holds of t .*t is dropped/, /_schema_kept_t_n holds of t .*t is dropped/],
    says: bothStay,
    end: [],
  },
  'drops the table, and keeps it': { to: 'CREATE TABLE x (y)' },
  'drops the table, keeps it, and is taken back before others write': {
    to: 'CREATE TABLE x (y)',
    write: 'INSERT INTO x VALUES (1)',
    allow: ['drop-table'],
  },
  'makes another key': {
    to: 'CREATE TABLE t (id INT, n INTEGER, more, key INTEGER PRIMARY KEY)',
    warns: [/id is no key with the same values any more/, /id is no key with the same values any more/],
    says: bothStay,
    end: convertedBack,
  },
  'converts the key': {
    to: 'CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, n INTEGER, more)',
    options: { allow: ['data-loss'] },
    warns: [/id is no key with the same values/, /id is no key with the same values/],
    says: bothStay,
    end: convertedBack,
    left: 3,
  },
  'drops the column whose values were replaced': {
    to: 'CREATE TABLE t (id INTEGER PRIMARY KEY, more)',
    warns: [/_schema_kept_t_n holds of t .*column n goes/],
    says: [/_schema_kept_t_n holds of t\.n .*_insert is gone/],
    end: [
      [1, '7', 'one', null],
      [2, '12', null, null],
      [3, '100', 'three', null],
    ],
  },
}

describe.each(Object.entries(later))('a later plan that %s', (_, { to, options, write, ...wanted }) => {
  test('leaves what was kept before as it says', async () => {
    const db = start()
    const { plan: made } = keep(db, to, options)
    expect(notReturned(made)).toEqual((wanted.warns ?? []).map((pattern) => expect.stringMatching(pattern)))
    if (write !== undefined) db.exec(write)
    await back(db, wanted.allow)
    const said = await back(db, wanted.allow)
    expect(said).toEqual((wanted.says ?? []).map((pattern) => expect.stringMatching(pattern)))
    expect(rows(db, 'SELECT id, n, gone, more FROM t ORDER BY id')).toEqual(wanted.end ?? content)
    // What did not come back is there to be brought back by hand.
    const left = wanted.left ?? (wanted.says ?? []).length
    expect(keptNames(db).filter((name) => !/_(insert|update)$/.test(name))).toHaveLength(left)
  })

  test('is undone together with the first as one after the other', async () => {
    const db = start()
    keep(db, to, options)
    if (write !== undefined) db.exec(write)
    const once = new Database(db.serialize())
    const { further, ...done } = await revert(once, { steps: 2, allow: wanted.allow ?? [] })
    const said = [done, ...further].map(({ plan }) => notReturned(plan))
    expect(said).toEqual([await back(db, wanted.allow), await back(db, wanted.allow)])
    expect(contentOf(once)).toEqual(contentOf(db))
  })
})

/** Everything but the times and ids of the journal. */
function contentOf(db: Db): unknown {
  const catalog = rows(db, 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid') as string[][]
  const tables = catalog.flatMap(([type, name]) => (type === 'table' && name !== '_schema_journal' ? [name!] : []))
  const journal = rows(db, 'SELECT kind, from_fingerprint, to_fingerprint, sql FROM _schema_journal')
  return [catalog, journal, tables.map((name) => rows(db, `SELECT * FROM "${name}"`))]
}

test('a column that is kept twice comes back twice, in order', async () => {
  const db = start()
  keep(db, first.replace('more', 'more, gone'))
  db.exec("UPDATE t SET gone = 'second' || id")
  keep(db, first)
  expect(keptNames(db).filter((name) => !/_(insert|update)$/.test(name))).toEqual([
    ...['_schema_kept_t_gone', '_schema_kept_t_gone_2', '_schema_kept_t_n'],
  ])
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT gone FROM t')).toEqual([['second1'], ['second2'], ['second3']])
  expect(await back(db, ['drop-column'])).toEqual([])
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT id, n, gone, more FROM t')).toEqual(content)
})

test('a table that is kept twice comes back twice, in order', async () => {
  const db = open('CREATE TABLE a (x); INSERT INTO a VALUES (1); CREATE TABLE b (y)')
  keep(db, 'CREATE TABLE b (y)')
  keep(db, 'CREATE TABLE b (y); CREATE TABLE a (z)')
  db.exec('INSERT INTO a VALUES (2)')
  keep(db, 'CREATE TABLE b (y)')
  expect(keptNames(db)).toEqual(['_schema_kept_a', '_schema_kept_a_2'])
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM a')).toEqual([[2]])
  await back(db, ['drop-table'])
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM a')).toEqual([[1]])
})

test('VACUUM changes nothing for what has a key', async () => {
  const db = start()
  db.exec('DELETE FROM t WHERE id = 1; VACUUM')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT id, n, gone, more FROM t')).toEqual(content.slice(1))
})

test('what a lossy way back left under a name is not taken for what another plan kept', async () => {
  const db = start()
  db.exec(
    'DROP TABLE _schema_kept_t_gone; DROP TRIGGER _schema_kept_t_gone_insert; DROP TRIGGER _schema_kept_t_gone_update',
  )
  keep(db, first.replace('more', 'more, gone'))
  db.exec("UPDATE t SET gone = 'later'")
  keep(db, first)
  expect(keptNames(db)).toContain('_schema_kept_t_gone')
  db.exec('DROP TRIGGER _schema_kept_t_gone_insert')
  expect(await back(db)).toHaveLength(1)
  expect(await back(db, ['drop-column'])).toEqual([])
  expect(await back(db)).toEqual([expect.stringMatching(/_schema_kept_t_gone held .*the name is used by plan/)])
  expect(rows(db, 'SELECT id, n, gone, more FROM t')).toEqual(content.map(([id, n]) => [id, n, null, null]))
})

test('a watch whose table was dropped by hand is taken away by the next plan for its table', () => {
  const db = start()
  db.exec('DROP TABLE _schema_kept_t_gone')
  expect(() => db.exec('INSERT INTO t (n) VALUES (1)')).toThrow('no such table: main._schema_kept_t_gone')
  keep(db, first.replace('more', 'more CHECK (more IS NULL)'))
  db.exec('INSERT INTO t (n) VALUES (1)')
  expect(keptNames(db)).toEqual(['_schema_kept_t_n', '_schema_kept_t_n_insert', '_schema_kept_t_n_update'])
})

test('a record that was changed by hand is refused, or brings nothing back', async () => {
  const edits: readonly (readonly [string, string])[] = [
    ['_schema_kept_t_gone', 't'],
    ['"column"', '"table"'],
    ['"keys":["id"]', '"keys":[]'],
    ['"why":"dropped"', '"why":"because"'],
  ]
  for (const [from, to] of edits) {
    const db = start()
    db.prepare('UPDATE _schema_journal SET record = replace(record, ?, ?)').run(from, to)
    await expect(revert(db), to).rejects.toMatchObject({ code: 'journal-unreadable' })
  }
  const db = start()
  db.prepare('UPDATE _schema_journal SET record = replace(record, ?, ?)').run('"keys":["id"]', '"keys":["more"]')
  expect(await back(db)).toEqual([expect.stringContaining('does not come back'), expect.stringContaining('does not')])
})

function start(): Db {
  const db = open(`CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT, gone TEXT, more);
    INSERT INTO t VALUES (1, '007', 'one', NULL), (2, '12', NULL, NULL), (3, '1e2', 'three', NULL)`)
  expect(keep(db, first).plan.reverse.kind).toBe('exact')
  return db
}
