import type { Database } from 'better-sqlite3'
import { expect, test } from 'vitest'
import { back, keep, keptNames, open, rows } from './keep.ts'

const pk = 'id INTEGER PRIMARY KEY, e UNIQUE'
const [one, two, three] = [
  [1, 'v1'],
  [2, 'v2'],
  [3, 'v3'],
]

/**
 * Each is a table with a column `v` that is dropped, what others write while it is gone, and what the column must hold when it is
 * back: a row never gets another row's value.
 */
const writes: readonly (readonly [name: string, key: string, write: string, expected: readonly unknown[]])[] = [
  [
    'a deleted id that is given again',
    pk,
    'DELETE FROM t WHERE id = 3; INSERT INTO t (e) VALUES (9)',
    [one, two, [3, null]],
  ],
  [
    'a deleted id given explicitly under AUTOINCREMENT',
    'id INTEGER PRIMARY KEY AUTOINCREMENT, e UNIQUE',
    'DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (2, 9)',
    [one, [2, null], three],
  ],
  ['REPLACE of a row by its key', pk, 'INSERT OR REPLACE INTO t VALUES (2, 22)', [one, [2, null], three]],
  [
    'REPLACE of another row through a UNIQUE, and its id given again',
    pk,
    'REPLACE INTO t VALUES (9, 13); INSERT INTO t VALUES (3, 33)',
    [one, two, [3, null], [9, null]],
  ],
  ['UPSERT that updates', pk, 'INSERT INTO t VALUES (2, 22) ON CONFLICT (id) DO UPDATE SET e = 22', [one, two, three]],
  ['UPSERT that does nothing', pk, 'INSERT INTO t VALUES (2, 22) ON CONFLICT DO NOTHING', [one, two, three]],
  ['INSERT OR IGNORE', pk, 'INSERT OR IGNORE INTO t VALUES (2, 22)', [one, two, three]],
  ['a changed id', pk, 'UPDATE t SET id = 20 WHERE id = 2', [one, three, [20, 'v2']]],
  ['a changed id by another name of it', pk, 'UPDATE t SET rowid = 20 WHERE id = 2', [one, three, [20, 'v2']]],
  [
    'all ids changed at once',
    pk,
    'UPDATE t SET id = -id',
    [
      [-3, 'v3'],
      [-2, 'v2'],
      [-1, 'v1'],
    ],
  ],
  [
    'a changed id whose former value is taken by a new row',
    pk,
    'UPDATE t SET id = 20 WHERE id = 2; INSERT INTO t VALUES (2, 22)',
    [one, [2, null], three, [20, 'v2']],
  ],
  ['UPDATE OR REPLACE onto another row', pk, 'UPDATE OR REPLACE t SET id = 3 WHERE id = 2', [one, [3, 'v2']]],
  ['UPDATE OR REPLACE through a UNIQUE', pk, 'UPDATE OR REPLACE t SET e = 13 WHERE id = 2', [one, two]],
  ['UPDATE OR IGNORE onto another row', pk, 'UPDATE OR IGNORE t SET id = 3 WHERE id = 2', [one, two, three]],
  [
    'a failed statement that is rolled back',
    pk,
    'BEGIN; INSERT OR REPLACE INTO t VALUES (2, 22); UPDATE t SET id = 30 WHERE id = 3; ROLLBACK',
    [one, two, three],
  ],
  [
    'the same key of another type',
    'id NOT NULL UNIQUE, e UNIQUE',
    "DELETE FROM t WHERE id = 2; INSERT INTO t VALUES ('2', 22)",
    [one, three, ['2', null]],
  ],
  [
    'the same key in other letters',
    'id TEXT COLLATE NOCASE NOT NULL PRIMARY KEY, e UNIQUE',
    "UPDATE t SET id = 'k' WHERE id = 1; UPDATE t SET id = 'K' WHERE id = 'k'; REPLACE INTO t VALUES ('k', 0)",
    [
      ['2', 'v2'],
      ['3', 'v3'],
      ['k', null],
    ],
  ],
  [
    'all rows deleted, and a text key given again',
    'id TEXT NOT NULL PRIMARY KEY, e UNIQUE',
    'DELETE FROM t; INSERT INTO t VALUES (1, 0), (4, 1)',
    [
      ['1', null],
      ['4', null],
    ],
  ],
]

for (const options of ['', 'WITHOUT ROWID']) {
  test.each(writes)(`after %s, no row has another's value ${options}`, async (_, key, write, expected) => {
    if (options !== '' && /AUTOINCREMENT|UNIQUE,|rowid = |t \(e\)/.test(key + write)) return
    const text = key.startsWith('id TEXT')
    const db = start(`${key}, v TEXT`, options)
    const { plan: made } = keep(db, `CREATE TABLE t (${key}) ${options}`)
    expect(made.reverse.kind).toBe('exact')
    db.exec(write)
    expect(await back(db)).toEqual([])
    const wanted = text ? expected.map((row) => [String((row as unknown[])[0]), (row as unknown[])[1]]) : expected
    expect(rows(db, 'SELECT id, v FROM t ORDER BY id')).toEqual(wanted)
  })
}

test('writes of the application fire the watch whatever recursive_triggers is', async () => {
  const db = start(`${pk}, v TEXT`, '')
  keep(db, `CREATE TABLE t (${pk})`)
  db.pragma('recursive_triggers = ON')
  db.exec('REPLACE INTO t VALUES (2, 13)')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT id, v FROM t')).toEqual([one, [2, null]])
})

test('a key that a foreign key cascades to is followed', async () => {
  const db = open(`PRAGMA foreign_keys = ON; CREATE TABLE p (id INTEGER PRIMARY KEY);
    CREATE TABLE t (id INTEGER PRIMARY KEY REFERENCES p (id) ON UPDATE CASCADE ON DELETE CASCADE, v TEXT NOT NULL);
    INSERT INTO p VALUES (1), (2), (3); INSERT INTO t VALUES (1, 'v1'), (2, 'v2'), (3, 'v3')`)
  keep(
    db,
    `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY REFERENCES p (id) ON UPDATE CASCADE ON DELETE CASCADE)`,
  )
  db.exec('UPDATE p SET id = 9 WHERE id = 1; DELETE FROM p WHERE id = 2; UPDATE p SET id = 1 WHERE id = 3')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM t')).toEqual([
    [1, 'v3'],
    [9, 'v1'],
  ])
})

test('a trigger of the application that gives new rows another key fires after the watch', async () => {
  const trigger = 'CREATE TRIGGER mover AFTER INSERT ON t BEGIN UPDATE t SET id = id + 100 WHERE id = NEW.id; END'
  const db = start(`${pk}, v TEXT`, '')
  keep(db, `CREATE TABLE t (${pk}); ${trigger}`)
  db.exec('REPLACE INTO t VALUES (9, 13); INSERT INTO t VALUES (3, 33)')
  // One that comes with a later plan is put before the watch again.
  keep(
    db,
    `CREATE TABLE t (${pk}); ${trigger}; CREATE TRIGGER later AFTER INSERT ON t BEGIN UPDATE t SET id = id + 1000 WHERE id = NEW.id; END`,
  )
  db.exec('REPLACE INTO t VALUES (8, 12); INSERT INTO t VALUES (2, 22)')
  expect(await back(db)).toEqual([])
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT id, v FROM t ORDER BY id')).toEqual([
    one,
    [103, null],
    [109, null],
    [1002, null],
    [1008, null],
  ])
})

test('what a plan itself does to the rows is nothing that the watch sees', async () => {
  const db = start(`${pk}, v TEXT`, '')
  keep(db, `CREATE TABLE t (${pk})`)
  keep(db, `CREATE TABLE t (${pk}, w TEXT NOT NULL)`, { backfills: [{ table: 't', column: 'w', expression: 'id' }] })
  expect(rows(db, 'SELECT * FROM _schema_kept_t_v')).toEqual([one, two, three])
  expect(keptNames(db)).toHaveLength(3)
  expect(await back(db)).toEqual([])
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT id, v FROM t')).toEqual([one, two, three])
})

const tampered: readonly (readonly [what: string, by: string, reason: RegExp])[] = [
  ['a watch that was dropped', 'DROP TRIGGER _schema_kept_t_v_insert', /_insert is gone/],
  ['a watch over updates that was dropped', 'DROP TRIGGER _schema_kept_t_v_update', /_update is gone/],
  [
    'a watch that was replaced',
    `DROP TRIGGER _schema_kept_t_v_insert; CREATE TRIGGER _schema_kept_t_v_insert AFTER INSERT ON t BEGIN SELECT 1; END`,
    /_insert is not as it was made/,
  ],
  [
    'a table that was dropped and made again',
    `CREATE TABLE aside AS SELECT * FROM t; DROP TABLE t; CREATE TABLE t (${pk}); INSERT INTO t SELECT * FROM aside; DROP TABLE aside`,
    /is gone/,
  ],
  [
    'a later trigger that may give another key',
    'CREATE TRIGGER mover AFTER INSERT ON t BEGIN UPDATE t SET id = id + 100 WHERE id = NEW.id; END',
    /mover fires before/,
  ],
  ['a kept table that was dropped', 'DROP TABLE _schema_kept_t_v', /_schema_kept_t_v is gone/],
  [
    'a kept table with other columns',
    'ALTER TABLE _schema_kept_t_v ADD COLUMN more',
    /its columns are not those that were kept/,
  ],
  [
    'a key that is none any more',
    'DROP INDEX IF EXISTS x; ALTER TABLE _schema_kept_t_v RENAME COLUMN id TO key',
    /its columns are not those/,
  ],
]

test.each(tampered)('after %s the values stay where they are, and that is said', async (_, by, reason) => {
  const db = start(`${pk}, v TEXT`, '')
  keep(db, `CREATE TABLE t (${pk})`)
  db.exec(by)
  const said = await back(db, ['definition-loss'])
  expect(said).toEqual([expect.stringMatching(/^what _schema_kept_t_v holds of t\.v does not come back: /)])
  expect(said[0]).toMatch(reason)
  expect(rows(db, 'SELECT v FROM t')).toEqual([[null], [null], [null]])
  if (!by.includes('DROP TABLE _schema'))
    expect(rows(db, 'SELECT v FROM _schema_kept_t_v')).toEqual([['v1'], ['v2'], ['v3']])
})

function start(columns: string, options: string): Database {
  return open(`CREATE TABLE t (${columns}) ${options};
    INSERT INTO t (id, e, v) VALUES (1, 11, 'v1'), (2, 12, 'v2'), (3, 13, 'v3')`)
}
