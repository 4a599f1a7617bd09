import Database from 'better-sqlite3'
import { converge, inspect, plan, revert } from 'sqlite-converge'
import { expect, test } from 'vitest'
import { scriptPath } from './script-path.ts'

const parent = 'CREATE TABLE p (id INTEGER PRIMARY KEY);'

/** A table before and after, and whether SQLite can copy what is stored, with the entries of the keys. */
const pairs: readonly (readonly [what: string, isRaw: boolean, before: string, after: string])[] = [
  ['a foreign key comes', true, '', 'FOREIGN KEY (b) REFERENCES p (id)'],
  ['a foreign key goes', true, 'FOREIGN KEY (b) REFERENCES p (id)', ''],
  ['a key gets a name', true, 'UNIQUE (a, b)', 'CONSTRAINT u UNIQUE (a, b)'],
  ['one key of several goes', true, 'UNIQUE (a, b), UNIQUE (b)', 'UNIQUE (a, b)'],
  ['keys change places', true, 'UNIQUE (a, b), UNIQUE (b)', 'UNIQUE (b), CONSTRAINT u UNIQUE (a, b)'],
  ['a CHECK goes and another stays', false, 'CHECK (id <> 0), CHECK (a > b)', 'CHECK (a > b), UNIQUE (a)'],
  ['a CHECK stays', true, 'CHECK (id <> 0)', 'CHECK (id <> 0), FOREIGN KEY (b) REFERENCES p (id)'],
  ['a key comes', false, '', 'UNIQUE (a, b)'],
  ['a key gets another collation', false, 'UNIQUE (a)', 'UNIQUE (a COLLATE NOCASE)'],
  ['a key gets another direction', false, 'UNIQUE (a)', 'UNIQUE (a DESC)'],
  ['a key gets a conflict clause', false, 'UNIQUE (a)', 'UNIQUE (a) ON CONFLICT IGNORE'],
  ['a CHECK comes', false, 'UNIQUE (b)', "CHECK (id <> 0), FOREIGN KEY (b) REFERENCES p (id), CHECK (a <> '')"],
]
const columns = 'id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT'
const tables = pairs.map(([what, isRaw, ...both]) => {
  const [before, after] = both.map((constraints) => `CREATE TABLE t (${columns}${constraints && `, ${constraints}`})`)
  return [what, isRaw, before!, after!] as const
})

/** The same, whole. */
const others: typeof tables = [
  [
    'another type of the same affinity',
    true,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR (20) NOT NULL UNIQUE, b INT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b BIGINT)',
  ],
  [
    'AUTOINCREMENT comes',
    true,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL UNIQUE, b INT)',
  ],
  [
    'a foreign key of a table with AUTOINCREMENT',
    true,
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL UNIQUE, b INT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL UNIQUE, b INT REFERENCES p (id))',
  ],
  [
    'a table WITHOUT ROWID',
    false,
    'CREATE TABLE t (id INTEGER, a TEXT NOT NULL, b INT UNIQUE, PRIMARY KEY (a, id)) WITHOUT ROWID',
    'CREATE TABLE t (id INTEGER, a TEXT NOT NULL, b INT UNIQUE REFERENCES p (id), PRIMARY KEY (a, id)) WITHOUT ROWID',
  ],
  [
    'another affinity',
    false,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b NUMERIC)',
  ],
  [
    'another default',
    false,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT DEFAULT 1)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT DEFAULT 2)',
  ],
  [
    'another collation',
    false,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL COLLATE NOCASE, b INT)',
  ],
  [
    'columns change places',
    false,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, b INT REFERENCES p (id), a TEXT NOT NULL UNIQUE)',
  ],
  [
    // The rowids are hidden, and SELECT * leaves them out.
    'a table without a rowid that is a column',
    false,
    'CREATE TABLE t (id INT PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT)',
    'CREATE TABLE t (id INT PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT REFERENCES p (id))',
  ],
  [
    'a generated column',
    false,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT, c AS (b + 1))',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT REFERENCES p (id), c AS (b + 1))',
  ],
  [
    'PRIMARY KEY and UNIQUE change places in a table WITHOUT ROWID',
    false,
    'CREATE TABLE t (id INT NOT NULL, a TEXT NOT NULL, b INT, PRIMARY KEY (a), UNIQUE (id, a), UNIQUE (id)) WITHOUT ROWID',
    'CREATE TABLE t (id INT NOT NULL, a TEXT NOT NULL, b INT, PRIMARY KEY (id, a), UNIQUE (a), UNIQUE (id)) WITHOUT ROWID',
  ],
  [
    'the key of a table WITHOUT ROWID becomes one that has no collation',
    false,
    'CREATE TABLE t (id INT NOT NULL, a TEXT NOT NULL, b INT, PRIMARY KEY (id COLLATE NOCASE), UNIQUE (id COLLATE NOCASE)) WITHOUT ROWID',
    'CREATE TABLE t (id INTEGER NOT NULL, a TEXT NOT NULL, b INT, PRIMARY KEY (id COLLATE NOCASE)) WITHOUT ROWID',
  ],
  [
    'a STRICT table',
    true,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT) STRICT',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT REFERENCES p (id)) STRICT',
  ],
  [
    'a table that becomes STRICT',
    false,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT) STRICT',
  ],
]
const all = [...tables, ...others]

/** Its rows would have to be blobs, which they are not. */
const ofOtherType: typeof tables = [
  [
    'another type of the same affinity in a STRICT table',
    false,
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a ANY NOT NULL, b INT UNIQUE) STRICT',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a BLOB NOT NULL, b INT UNIQUE) STRICT',
  ],
]

/** Gaps, a negative rowid, and what is not of its column's type; as many as fill more than a page of each key. */
function fill(db: Database.Database): void {
  const isStrict = /STRICT$/.test(db.prepare("SELECT sql FROM sqlite_schema WHERE name = 't'").pluck().get() as string)
  db.exec(`INSERT INTO p VALUES (0), (7);
    INSERT INTO t (id, a, b) VALUES (-5, 'last ', NULL), (9007199254740993, 'a'${isStrict ? '' : " || x'00'"}, 0);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 3 FROM n WHERE i < 2000)
    INSERT INTO t (id, a, b) SELECT i, printf('%08x', i * 2654435761 & 4294967295), NULL FROM n; UPDATE t SET b = 7 WHERE id = 4`)
}

function made(before: string): Database.Database {
  const db = new Database(':memory:')
  db.exec(`${parent} ${before}`)
  fill(db)
  db.exec('CREATE INDEX t_b ON t (b) WHERE b IS NOT NULL')
  return db
}

const rowsOf = (db: Database.Database): unknown =>
  db.prepare('SELECT id, a, typeof(a), hex(a), b, typeof(b) FROM t ORDER BY id').safeIntegers().all()

test.each([...all, ...ofOtherType])('%s: the copy takes what is stored: %s', async (_, isRaw, before, after) => {
  const db = made(before)
  const { steps } = await plan(db, scriptPath(`${parent} ${after}; CREATE INDEX t_b ON t (b) WHERE b IS NOT NULL`))
  const at = steps.findIndex(({ kind }) => kind === 'copy-rows')
  const copy = steps[at]
  if (copy === undefined) {
    expect(isRaw).toBe(false)
    return
  }
  db.pragma('foreign_keys = OFF')
  db.pragma('legacy_alter_table = ON')
  for (const { sql } of steps.slice(0, at)) db.exec(sql)
  const opcodes = db.prepare(`EXPLAIN ${copy.sql}`).all() as { opcode: string }[]
  const says = opcodes.some(({ opcode }) => opcode === 'RowCell' || opcode === 'RowData')
  expect({ said: copy.asStored ?? false, done: says }).toEqual({ said: isRaw, done: isRaw })
})

/** With `count_changes` SQLite does not, and inserts row by row: the rows must be the same. */
test.each(all.flatMap((one) => [0, 1].map((counting) => [counting, ...one] as const)))(
  'count_changes = %i, %s: rows, rowids and keys are the same, and come back',
  async (counting, _, __, before, after) => {
    const db = made(before)
    const [rows, schema] = [rowsOf(db), await inspect(db)]
    db.pragma(`count_changes = ${counting}`)
    const target = `${parent} ${after}; CREATE INDEX t_b ON t (b) WHERE b IS NOT NULL`
    await converge(db, scriptPath(target), { verify: 'digest', allow: ['lossy-conversion'] })
    expect(rowsOf(db)).toEqual(rows)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    const fresh = new Database(':memory:')
    fresh.exec(target)
    expect((await inspect(db)).tables.find(({ name }) => name === 't')?.sql).toBe(
      (await inspect(fresh)).tables.find(({ name }) => name === 't')?.sql,
    )
    await revert(db, { verify: 'digest', allow: ['lossy-conversion'] })
    expect(rowsOf(db)).toEqual(rows)
    expect((await inspect(db)).tables.map(({ sql }) => sql)).toEqual(
      expect.arrayContaining(schema.tables.map(({ sql }) => sql)),
    )
  },
)

/** The pages of what is too long for one are copied too, and where pages are moved about, what points at them is. */
test.each(
  [512, 4096, 65_536].flatMap((size) =>
    (['NONE', 'FULL', 'INCREMENTAL'] as const).map((vacuum) => [size, vacuum] as const),
  ),
)('rows and keys that are longer than a page of %i, auto_vacuum = %s', async (size, vacuum) => {
  const db = new Database(':memory:')
  db.pragma(`page_size = ${size}`)
  db.pragma(`auto_vacuum = ${vacuum}`)
  db.exec(`${parent} CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b BLOB);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
    INSERT INTO t SELECT i, printf('%02d', i * 37 % 60) || hex(zeroblob(i * i * 40)), zeroblob(i * 3000) FROM n;
    CREATE TABLE gone (x); INSERT INTO gone SELECT zeroblob(9000) FROM t; DROP TABLE gone`)
  const read = (): unknown => db.prepare('SELECT id, a, hex(b) FROM t ORDER BY a').all()
  const rows = read()
  const target = scriptPath(
    `${parent} CREATE TABLE t (id INTEGER PRIMARY KEY REFERENCES p, a TEXT NOT NULL UNIQUE, b BLOB)`,
  )
  db.exec('INSERT INTO p SELECT id FROM t')
  const { steps } = await plan(db, target)
  expect(steps.find(({ kind }) => kind === 'copy-rows')?.asStored).toBe(true)
  await converge(db, target, { verify: 'digest' })
  expect(read()).toEqual(rows)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  await revert(db, { verify: 'digest' })
  expect(read()).toEqual(rows)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
})

test('a row that is older than a column shows the same value after it was copied as it is stored', async () => {
  const db = new Database(':memory:')
  db.exec(`${parent} CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE); INSERT INTO t VALUES (1, 'x')`)
  db.exec("ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'old'")
  const target = scriptPath(
    `${parent} CREATE TABLE t (id INTEGER PRIMARY KEY REFERENCES p (id), a TEXT NOT NULL UNIQUE, c TEXT DEFAULT 'old')`,
  )
  db.exec('INSERT INTO p VALUES (1)')
  const { steps } = await plan(db, target)
  expect(steps.find(({ kind }) => kind === 'copy-rows')?.asStored).toBe(true)
  await converge(db, target)
  expect(db.prepare('SELECT * FROM t').all()).toEqual([{ id: 1, a: 'x', c: 'old' }])
})
