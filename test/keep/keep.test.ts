import { plan } from 'sqlite-converge'
import { expect, test } from 'vitest'
import { back, keep, keptNames, notReturned, open, rows } from './keep.ts'
import { withScript } from './script-file.ts'

test('the rows of a dropped table come back with their rowids, values and AUTOINCREMENT mark', async () => {
  const db = open(`CREATE TABLE plain (a TEXT, b, c AS (a || b)); CREATE INDEX i ON plain (b);
    CREATE TRIGGER tr AFTER INSERT ON plain BEGIN UPDATE plain SET b = 'fired'; END;
    CREATE TABLE marked (id INTEGER PRIMARY KEY AUTOINCREMENT, s TEXT);
    CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
    INSERT INTO marked VALUES (5, 's'), (9, 't'); DELETE FROM marked WHERE id = 9; INSERT INTO keyed VALUES ('x', 1.5)`)
  db.exec(`DROP TRIGGER tr; INSERT INTO plain (rowid, a, b) VALUES (3, '1', 1), (7, '2', x'00ff'), (9, NULL, 'a' || char(0) || 'b');
    CREATE TRIGGER tr AFTER INSERT ON plain BEGIN UPDATE plain SET b = 'fired'; END;`)
  const all = `SELECT rowid, typeof(a), quote(a), hex(b), c FROM plain`
  const before = [rows(db, all), rows(db, 'SELECT * FROM marked'), rows(db, 'SELECT * FROM sqlite_sequence')]
  const { plan: made } = keep(db, 'CREATE TABLE other (x)', { allow: ['drop-trigger'] })
  expect(made.reverse).toMatchObject({ kind: 'exact', losses: [] })
  expect(made.hazards.filter(({ code }) => code === 'drop-table').map(({ level }) => level)).toEqual([
    'warn',
    'warn',
    'warn',
  ])
  expect(made.hazards[0]?.message).toContain('_schema_kept_')
  expect(keptNames(db)).toEqual([
    ...['_schema_kept_keyed', '_schema_kept_marked', '_schema_kept_marked_mark', '_schema_kept_plain'],
  ])

  expect(await back(db)).toEqual([])
  expect([rows(db, all), rows(db, 'SELECT * FROM marked'), rows(db, 'SELECT * FROM sqlite_sequence')]).toEqual(before)
  expect(rows(db, 'SELECT * FROM keyed')).toEqual([['x', 1.5]])
  expect(keptNames(db)).toEqual([])
})

test('what is kept is compared, fingerprinted and dropped by nobody, declared or not', async () => {
  const db = open('CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); INSERT INTO t VALUES (1, 2, 3)')
  const { plan: made } = keep(db, 'CREATE TABLE t (id INTEGER PRIMARY KEY, a)')
  const to = `CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE TABLE _schema_kept_mine (x);`
  const again = await withScript(to, (path) => plan(db, path))
  expect(again).toMatchObject({ inSync: true, from: made.to })
  expect(keep(db, 'CREATE TABLE t (id INTEGER PRIMARY KEY, a)').plan.inSync).toBe(true)
  expect(keptNames(db)).toHaveLength(3)
})

test.each([
  ['id INTEGER PRIMARY KEY, a', ''],
  ['id INTEGER, a, PRIMARY KEY (id DESC)', ''],
  ['id TEXT NOT NULL PRIMARY KEY, a', ''],
  ['id TEXT COLLATE NOCASE PRIMARY KEY, a', 'WITHOUT ROWID'],
  ['id ANY PRIMARY KEY, a ANY', 'STRICT'],
  ['id NOT NULL UNIQUE, a', ''],
  ['id NUMERIC NOT NULL UNIQUE, a PRIMARY KEY', ''],
  ['a NOT NULL, id REAL NOT NULL, PRIMARY KEY (id, a)', ''],
  ['a, id REAL, PRIMARY KEY (a, id DESC)', 'WITHOUT ROWID'],
  ['a, id REAL, "rowid" NOT NULL DEFAULT 7, UNIQUE (id, "rowid")', ''],
])('a dropped NOT NULL UNIQUE column comes back by the key of (%s) %s', async (key, options) => {
  const value = '"v""x" TEXT NOT NULL UNIQUE'
  const db = open(`CREATE TABLE "a t" (${value}, ${key}) ${options};
    INSERT INTO "a t" (id, a, "v""x") VALUES (1, 'p', 'one'), (2, 'q', 'two'), (3, 'r', 'three')`)
  const content = rows(db, 'SELECT id, a, "v""x" FROM "a t" ORDER BY 1')
  const { plan: made } = keep(db, `CREATE TABLE "a t" (${key}) ${options}`, { allow: ['drop-column'] })
  const isKeyed = !key.includes('rowid')
  expect(made.kept).toMatchObject([{ kind: isKeyed ? 'column' : 'copy' }])
  if (!isKeyed) return
  expect(made.reverse).toMatchObject({ kind: 'exact', losses: [] })
  expect(made.hazards.map(({ level }) => level)).toEqual(['warn'])
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT id, a, "v""x" FROM "a t" ORDER BY 1')).toEqual(content)
  expect(keptNames(db)).toEqual([])
})

test('replaced values come back: by another type, by a fill over NULL, and by both', async () => {
  const db = open(`CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT);
    INSERT INTO t VALUES (1, '007', NULL, NULL), (2, '12', 'x', '1e2'), (3, NULL, 'y', '5')`)
  const content = rows(db, 'SELECT * FROM t')
  const { plan: made } = keep(
    db,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT NOT NULL, c INTEGER NOT NULL)',
    {
      backfills: [
        { table: 't', column: 'b', expression: "'none'" },
        { table: 't', column: 'c', expression: '0' },
      ],
    },
  )
  expect(made.reverse).toMatchObject({ kind: 'exact', losses: [] })
  expect(rows(db, 'SELECT * FROM _schema_kept_t_a')).toEqual([[1, '007']])
  expect(rows(db, 'SELECT * FROM _schema_kept_t_b')).toEqual([[1, null]])
  expect(rows(db, 'SELECT * FROM _schema_kept_t_c')).toEqual([
    [1, null],
    [2, '1e2'],
  ])
  // The user's new value wins, also where it is the former one again; a value that is written as it is stays.
  db.exec(
    `UPDATE t SET c = c, b = b; UPDATE t SET a = 8 WHERE id = 1; UPDATE t SET a = 7 WHERE id = 1; UPDATE t SET c = 3 WHERE id = 2`,
  )
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM t')).toEqual([
    [1, '7', null, null],
    [2, '12', 'x', '3'],
    [3, null, 'y', '5'],
  ])
  expect(content).not.toEqual([])
})

test('a plain column that becomes generated gets its own values again', async () => {
  const db = open(`CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); INSERT INTO t VALUES (1, 2, 'own'), (2, 3, NULL)`)
  const { plan: made } = keep(db, 'CREATE TABLE t (id INTEGER PRIMARY KEY, a, b AS (a + 1))')
  expect(made.reverse.kind).toBe('exact')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM t')).toEqual([
    [1, 2, 'own'],
    [2, 3, null],
  ])
})

test('a column with a default comes back with its NULLs, and new rows get the default', async () => {
  const db = open(`CREATE TABLE t (id INTEGER PRIMARY KEY, a INT DEFAULT 5); INSERT INTO t VALUES (1, 1), (2, NULL)`)
  keep(db, 'CREATE TABLE t (id INTEGER PRIMARY KEY)')
  db.exec('INSERT INTO t VALUES (3)')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM t')).toEqual([
    [1, 1],
    [2, null],
    [3, 5],
  ])
})

test('a new row without a value is found before the way back is taken', async () => {
  const db = open(`CREATE TABLE t (id INTEGER PRIMARY KEY, a INT NOT NULL); INSERT INTO t VALUES (1, 1)`)
  expect(keep(db, 'CREATE TABLE t (id INTEGER PRIMARY KEY)').plan.reverse.until).toEqual(['t gets new rows'])
  db.exec('INSERT INTO t VALUES (3)')
  await expect(back(db)).rejects.toMatchObject({ code: 'rows-do-not-fit' })
  db.exec('DELETE FROM t WHERE id = 3')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM t')).toEqual([[1, 1]])
})

test('a table without a key is copied for recovery by hand, and its column is refused without consent', async () => {
  const db = open(
    `CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, 'y'); CREATE TABLE u (id INTEGER PRIMARY KEY)`,
  )
  const to = 'CREATE TABLE t (a); CREATE TABLE u (id INTEGER PRIMARY KEY)'
  expect(() => keep(db, to)).toThrow(
    expect.objectContaining({ code: 'hazards', message: expect.stringContaining('by hand') }),
  )
  const { plan: made } = keep(db, to, { allow: ['drop-column'] })
  expect(made.reverse.kind).toBe('lossy')
  expect(made.reverse.losses).toEqual([expect.stringMatching(/^the values of t\.b .*_schema_kept_t,.*no key/)])
  expect(rows(db, 'SELECT * FROM _schema_kept_t')).toEqual([
    [1, 1, 'x'],
    [2, 2, 'y'],
  ])
  expect(await back(db)).toEqual([expect.stringMatching(/_schema_kept_t holds of t\.b .*by hand/)])
  expect(rows(db, 'SELECT * FROM t')).toEqual([
    [1, null],
    [2, null],
  ])
  expect(keptNames(db)).toEqual(['_schema_kept_t'])
})

test('a key that is new, nullable, converted or dropped is none', () => {
  const targets: readonly (readonly [string, string])[] = [
    ['id INTEGER PRIMARY KEY, a, b', 'uuid INTEGER PRIMARY KEY, a'],
    ['id TEXT PRIMARY KEY, a, b', 'id TEXT PRIMARY KEY, a'],
    ['id TEXT NOT NULL PRIMARY KEY, a, b', 'id INTEGER NOT NULL PRIMARY KEY, a'],
    ['id TEXT NOT NULL UNIQUE, a, b', 'id TEXT NOT NULL, a'],
    ['id TEXT NOT NULL, a, b', 'id TEXT NOT NULL UNIQUE, a'],
  ]
  for (const [from, to] of targets) {
    const db = open(`CREATE TABLE t (${from}); INSERT INTO t VALUES ('1', 'x', 'y')`)
    const { plan: made } = keep(db, `CREATE TABLE t (${to})`, { allow: ['data-loss'] })
    expect(made.kept, to).toMatchObject([{ kind: 'copy' }])
  }
})

test('names of any kind are quoted, and taken names are passed by', async () => {
  const db =
    open(`CREATE TABLE "a ""b'; DROP TABLE x; --" ("k ]\`" INTEGER PRIMARY KEY, "select" TEXT, "_schema_kept_" TEXT);
    CREATE TABLE "_schema_kept_t_a" (x); CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 2);
    INSERT INTO "a ""b'; DROP TABLE x; --" VALUES (1, 'v', 'w'); CREATE VIEW _schema_kept_t_a_2_insert AS SELECT 1`)
  const content = rows(db, `SELECT * FROM "a ""b'; DROP TABLE x; --"`)
  const { plan: made } = keep(
    db,
    `CREATE TABLE "a ""b'; DROP TABLE x; --" ("k ]\`" INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY)`,
  )
  expect(made.kept.map(({ name }) => name)).toEqual([
    `_schema_kept_a "b'; DROP TABLE x; --_select`,
    `_schema_kept_a "b'; DROP TABLE x; --__schema_kept_`,
    '_schema_kept_t_a_3',
  ])
  db.exec(
    `INSERT INTO "a ""b'; DROP TABLE x; --" DEFAULT VALUES; UPDATE "a ""b'; DROP TABLE x; --" SET "k ]\`" = 9 WHERE "k ]\`" = 2`,
  )
  expect(await back(db)).toEqual([])
  expect(rows(db, `SELECT * FROM "a ""b'; DROP TABLE x; --" WHERE "k ]\`" = 1`)).toEqual(content)
  expect(rows(db, 'SELECT * FROM t')).toEqual([[1, 2]])
})

test('what is kept needs the journal', () => {
  const db = open('CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 2)')
  expect(() => keep(db, 'CREATE TABLE t (id INTEGER PRIMARY KEY)', { journal: false })).toThrow(
    expect.objectContaining({ code: 'usage' }),
  )
  expect(keptNames(db)).toEqual([])
})

test('a renamed table with a renamed key gets its column back, and a displaced column its own name', async () => {
  const db = open(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO t VALUES (1, 'a1', 'b1'), (2, 'a2', 'b2')`,
  )
  const content = rows(db, 'SELECT * FROM t')
  const { plan: made } = keep(db, 'CREATE TABLE t2 (key INTEGER PRIMARY KEY, b TEXT)', {
    renames: [
      { table: 't', to: 't2' },
      { table: 't', column: 'id', to: 'key' },
      { table: 't', column: 'a', to: 'b' },
    ],
  })
  expect(made.reverse).toMatchObject({ kind: 'exact', losses: [] })
  expect(made.kept).toEqual([
    { kind: 'column', name: '_schema_kept_t_b', table: 't', column: 'b', keys: ['id'], why: 'dropped' },
  ])
  db.exec(`UPDATE t2 SET key = 10 WHERE key = 1; INSERT INTO t2 VALUES (1, 'new')`)
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM t')).toEqual([
    [1, 'new', null],
    [2, 'a2', 'b2'],
    [10, 'a1', 'b1'],
  ])
  expect(content).toHaveLength(2)
})

test('rows whose parents went since do not come back as orphans, and old orphans may come back', async () => {
  const db =
    open(`PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (id));
    INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1, 1), (2, 2), (3, 99)`)
  const { plan: made } = keep(db, 'CREATE TABLE p (id INTEGER PRIMARY KEY)')
  expect(made.reverse.kind).toBe('exact')
  db.exec('DELETE FROM p WHERE id = 2')
  await expect(back(db)).rejects.toMatchObject({ code: 'rows-do-not-fit', objects: ['c'] })
  db.exec('INSERT INTO p VALUES (2)')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM c')).toEqual([
    [1, 1],
    [2, 2],
    [3, 99],
  ])
})

test('a parent and its children that are dropped together come back together', async () => {
  const db =
    open(`PRAGMA foreign_keys = ON; CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (id) ON DELETE CASCADE);
    CREATE TABLE p (id INTEGER PRIMARY KEY, up REFERENCES p (id)); INSERT INTO p VALUES (1, NULL), (2, 1); INSERT INTO c VALUES (1, 1), (2, 2)`)
  const { plan: made } = keep(db, 'CREATE TABLE other (x)')
  expect(made.reverse.kind).toBe('exact')
  db.exec('BEGIN')
  await expect(back(db)).rejects.toMatchObject({ code: 'in-transaction' })
  db.exec('ROLLBACK')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM c')).toEqual([
    [1, 1],
    [2, 2],
  ])
})

test('children of a generated key come back beside their parents', async () => {
  const db =
    open(`CREATE TABLE p (a INTEGER PRIMARY KEY, f INTEGER AS (a * 2) UNIQUE); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (f));
    INSERT INTO p (a) VALUES (1), (2); INSERT INTO c VALUES (1, 2), (2, 4)`)
  expect(keep(db, 'CREATE TABLE other (x)').plan.reverse.kind).toBe('exact')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT c.id, f FROM c JOIN p ON c.p = f')).toEqual([
    [1, 2],
    [2, 4],
  ])
})

test('values that an expression converts are kept where converting back would not return them', async () => {
  const db = open(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'yes'), (2, 'no'), (3, '1'), (4, NULL)`,
  )
  const conversions = [{ table: 't', column: 'a', expression: "CASE a WHEN 'yes' THEN 1 WHEN 'no' THEN 0 ELSE a END" }]
  const { plan: made } = keep(db, 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)', { conversions })
  expect(made.reverse).toMatchObject({ kind: 'exact', losses: [] })
  expect(made.hazards.filter(({ level }) => level === 'refuse')).toEqual([])
  expect(rows(db, 'SELECT * FROM t')).toEqual([
    [1, 1],
    [2, 0],
    [3, 1],
    [4, null],
  ])
  db.exec('UPDATE t SET a = 5 WHERE id = 2')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM t')).toEqual([
    [1, 'yes'],
    [2, '5'],
    [3, '1'],
    [4, null],
  ])
})

test('a table of very many columns is kept and comes back', async () => {
  const columns = Array.from({ length: 1500 }, (_, n) => `c${n}`)
  const db = open(
    `CREATE TABLE wide (${columns.join(', ')}); INSERT INTO wide VALUES (${columns.map((_, n) => n).join(', ')})`,
  )
  const content = rows(db, 'SELECT rowid, * FROM wide')
  expect(keep(db, 'CREATE TABLE other (x)').plan.reverse.kind).toBe('exact')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT rowid, * FROM wide')).toEqual(content)
})

test('a table whose CHECK says its name gets its column back', async () => {
  const db = open(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a CHECK (t.a > 0), b TEXT NOT NULL); INSERT INTO t VALUES (1, 2, 'x'), (2, 3, 'y')`,
  )
  const { plan: made } = keep(db, 'CREATE TABLE t (id INTEGER PRIMARY KEY, a CHECK (t.a > 0))')
  expect(made.reverse.kind).toBe('exact')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT * FROM t')).toEqual([
    [1, 2, 'x'],
    [2, 3, 'y'],
  ])
})

test('a column that others have added again is left alone', async () => {
  const db = open("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'old')")
  keep(db, 'CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE u (x)')
  db.exec("ALTER TABLE t ADD COLUMN a TEXT DEFAULT 'new'")
  expect(await back(db)).toEqual([expect.stringMatching(/t\.a does not come back: .*not what this plan changes/)])
  expect(rows(db, 'SELECT * FROM t')).toEqual([[1, 'new']])
  expect(rows(db, 'SELECT * FROM _schema_kept_t_a')).toEqual([[1, 'old']])
})

test('more rows than a sample has come back, in the order of no key', async () => {
  const db = open(`CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, v TEXT NOT NULL, n INT)`)
  const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?)')
  for (let n = 0; n < 1000; n++) insert.run(`${(n * 7919) % 1000}`, 'v'.repeat(n === 500 ? 2_000_000 : 3) + n, n)
  const content = rows(db, 'SELECT k, v FROM t ORDER BY k')
  const { plan: made } = keep(db, 'CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, n INT)')
  expect(made.reverse.kind).toBe('exact')
  expect(await back(db)).toEqual([])
  expect(rows(db, 'SELECT k, v FROM t ORDER BY k')).toEqual(content)
})

test('a plan without keep says that nothing comes back', async () => {
  const db = open('CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 2)')
  const made = await withScript('CREATE TABLE t (id INTEGER PRIMARY KEY)', (path) => plan(db, path))
  expect(made).toMatchObject({ kept: [], reverse: { kind: 'lossy' } })
  expect(notReturned(made)).toEqual([])
})
