import Database from 'better-sqlite3'
import { convergeSync, plan, revert } from 'sqlite-converge'
import { describe, expect, test } from 'vitest'
import { scriptPath } from './script-path.ts'

/** One table with everything that a rebuild has been seen to lose, and what hangs on it. */
const table = `CREATE TABLE "the ""table""" ( -- keeps its comment
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  code TEXT COLLATE nocase NOT NULL ON CONFLICT REPLACE DEFAULT 'none' /* and this one */,
  amount DECIMAL(9,2) CHECK (amount IS NULL OR amount >= 0),
  payload BLOB,
  parent INTEGER REFERENCES "the ""table""" (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  owner TEXT CONSTRAINT owned REFERENCES owners (name) ON UPDATE CASCADE,
  doubled AS (amount * 2) VIRTUAL,
  tagged TEXT GENERATED ALWAYS AS (code || '!') STORED,
  made TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT no_two UNIQUE (code, owner) ON CONFLICT IGNORE,
  CHECK (length(code) < 100)
)`

const around = `
CREATE TABLE owners (name TEXT PRIMARY KEY, note) WITHOUT ROWID;
CREATE TABLE children (
  id INTEGER PRIMARY KEY,
  t INTEGER NOT NULL REFERENCES "the ""table""" (id) ON DELETE CASCADE,
  label
);
CREATE TABLE log (at INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
CREATE INDEX plain ON "the ""table""" (owner);
CREATE UNIQUE INDEX "unique partial" ON "the ""table""" (payload) WHERE payload IS NOT NULL;
CREATE INDEX expressed ON "the ""table""" (lower(code) DESC, amount COLLATE rtrim);
CREATE INDEX computed ON "the ""table""" (tagged, doubled);
CREATE VIEW seen AS SELECT id, code, doubled FROM "the ""table""" WHERE amount > 0;
CREATE VIEW "seen twice" (x, y) AS WITH s AS (SELECT id, code FROM seen) SELECT * FROM s;
CREATE TRIGGER third AFTER INSERT ON "the ""table""" BEGIN INSERT INTO log (what) VALUES ('third ' || new.id); END;
CREATE TRIGGER first AFTER INSERT ON "the ""table""" BEGIN INSERT INTO log (what) VALUES ('first ' || new.id); END;
CREATE TRIGGER gone BEFORE DELETE ON "the ""table""" BEGIN INSERT INTO log (what) VALUES ('gone ' || old.id); END;
CREATE TRIGGER "on another" AFTER UPDATE OF label ON children
  BEGIN UPDATE "the ""table""" SET amount = amount WHERE id = new.t; END;
CREATE TRIGGER instead INSTEAD OF INSERT ON seen BEGIN INSERT INTO "the ""table""" (code) VALUES (new.code); END;`

const rows = `
INSERT INTO owners VALUES ('ada', 1), ('bob', x'00ff');
INSERT INTO "the ""table""" (id, code, amount, payload, parent, owner, made) VALUES
  (1, 'A', 1.5, x'00', NULL, 'ada', 'then'),
  (7, 'b', 9007199254740993, NULL, 1, 'bob', 'then'),
  (9, 'c', 0, 'text in a blob', 7, NULL, 'then'),
  (40, 'gone later', NULL, NULL, NULL, NULL, 'then');
INSERT INTO children VALUES (1, 1, 'x'), (2, 1, NULL), (3, 9, 2.0);
DELETE FROM "the ""table""" WHERE id = 40;
ANALYZE;`

/** One constraint each, in the text of the table. */
const edits: readonly (readonly [what: string, from: string, to: string])[] = [
  ['a UNIQUE more', 'CHECK (length(code) < 100)', 'CHECK (length(code) < 100),\n  UNIQUE (amount, code)'],
  ['a UNIQUE less', '\n  CONSTRAINT no_two UNIQUE (code, owner) ON CONFLICT IGNORE,', ''],
  ['a UNIQUE that replaces', 'UNIQUE (code, owner) ON CONFLICT IGNORE', 'UNIQUE (code, owner) ON CONFLICT REPLACE'],
  ['a CHECK more', 'payload BLOB', 'payload BLOB CHECK (payload IS NULL OR length(payload) < 99)'],
  ['a CHECK less', ',\n  CHECK (length(code) < 100)', ''],
  ['a NOT NULL more', 'made TEXT', 'made TEXT NOT NULL'],
  ['a NOT NULL that ignores', 'NOT NULL ON CONFLICT REPLACE', 'NOT NULL ON CONFLICT IGNORE'],
  ['another action', 'ON DELETE SET NULL', 'ON DELETE CASCADE'],
  ['another deferral', 'DEFERRABLE INITIALLY DEFERRED', ''],
  ['a name of a constraint', 'CONSTRAINT owned', 'CONSTRAINT is_owned'],
  ['a default', "DEFAULT 'none'", "DEFAULT 'unknown'"],
  ['another length of a type', 'DECIMAL(9,2)', 'DECIMAL(12,2)'],
]

describe.each(['ON', 'OFF'])('with foreign_keys %s, the torture table with', (foreignKeys) => {
  test.each(edits)('%s is otherwise as it was, and comes back', async (_, from, to) => {
    const db = new Database(':memory:')
    db.exec(`${table};${around}${rows}`)
    db.pragma(`foreign_keys = ${foreignKeys}`)
    const changed = table.replace(from, to)
    expect(changed).not.toBe(table)
    const target = scriptPath(`${changed};${around}`)
    const start = lookAt(db)
    const { changes, rebuilds, reverse } = await plan(db, target)
    expect(changes.length).toBeLessThanOrEqual(2)
    expect(rebuilds.length).toBeLessThanOrEqual(1)
    expect(reverse.kind).toBe('exact')

    convergeSync(db, target)
    const reached = lookAt(db)
    expect(reached.rows).toEqual(start.rows)
    expect(reached.catalog.filter(isOther)).toEqual(start.catalog.filter(isOther))
    expect(reached.triggers).toEqual(start.triggers)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(foreignKeys === 'ON' ? 1 : 0)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])

    await revert(db)
    expect(lookAt(db)).toEqual(start)

    convergeSync(db, target)
    expect(lookAt(db)).toEqual(reached)
    // Everything still acts: the next id is above the one that is gone, and the triggers fire in their order.
    db.exec(`INSERT INTO seen (code) VALUES ('new')`)
    expect(db.prepare('SELECT max(id) FROM "the ""table"""').pluck().get()).toBe(41)
    expect(db.prepare('SELECT what FROM log ORDER BY at DESC LIMIT 2').pluck().all()).toEqual(['third 41', 'first 41'])
    db.close()
  })
})

interface Look {
  readonly catalog: readonly {
    readonly type: string
    readonly name: string
    readonly tbl_name: string
    readonly sql: string | null
  }[]
  /** By table, in their firing order, which is that of the catalog. */
  readonly triggers: readonly string[]
  readonly rows: Readonly<Record<string, readonly unknown[]>>
}

/** All but the table itself and the indexes that its keys make. */
function isOther({ name, tbl_name, sql }: Look['catalog'][number]): boolean {
  return name !== 'the "table"' && !(tbl_name === 'the "table"' && sql === null)
}

function lookAt(db: Database.Database): Look {
  const catalog = db
    .prepare<[], Look['catalog'][number]>(
      `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name <> '_schema_journal' ORDER BY type, name`,
    )
    .all()
  const triggers = db
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY tbl_name, rowid`)
    .pluck()
  const tables = catalog.filter(({ type }) => type === 'table').map(({ name }) => name)
  const rows = tables.map((name) => [name, rowsOf(db, name)] as const)
  return { catalog, triggers: triggers.all(), rows: Object.fromEntries(rows) }
}

/** Every value with its type, computed ones too, and the rowid where there is one. */
function rowsOf(db: Database.Database, table: string): readonly unknown[] {
  const quoted = `"${table.replaceAll('"', '""')}"`
  const columns = db.pragma(`table_xinfo(${quoted})`) as readonly { name: string }[]
  const values = columns.map(({ name }) => `quote("${name}")`)
  const rowid = table === 'owners' || table.startsWith('sqlite_') ? [] : ['rowid']
  // What ANALYZE has found out about a key goes with the key.
  const keys = table.startsWith('sqlite_stat') ? " AND idx NOT LIKE 'sqlite_autoindex_the%'" : ''
  const where =
    table === 'sqlite_sequence' || table.startsWith('sqlite_stat')
      ? `WHERE ${columns[0]!.name} <> '_schema_journal'${keys}`
      : ''
  return db
    .prepare(`SELECT ${[...rowid, ...values].join(', ')} FROM ${quoted} ${where} ORDER BY 1, 2`)
    .raw()
    .all()
}
