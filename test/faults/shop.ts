import Database from 'better-sqlite3'

/** Everything that hangs on a table, so that a rebuild has something to lose. */
const around = `
CREATE TABLE parts (
  id INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
  instead INTEGER REFERENCES items (id) ON DELETE SET NULL,
  label TEXT
);
CREATE TABLE log (at INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
CREATE INDEX items_by_note ON items (note COLLATE nocase) WHERE note IS NOT NULL;
CREATE INDEX items_by_amount ON items (amount DESC, code);
CREATE VIEW dear AS SELECT id, code, amount FROM items WHERE amount > 100;`

const triggers = `
CREATE TRIGGER second AFTER INSERT ON items BEGIN INSERT INTO log (what) VALUES ('second ' || new.id); END;
CREATE TRIGGER first AFTER INSERT ON items BEGIN INSERT INTO log (what) VALUES ('first ' || new.id); END;
CREATE TRIGGER gone BEFORE DELETE ON items BEGIN INSERT INTO log (what) VALUES ('gone ' || old.id); END;
CREATE TRIGGER elsewhere AFTER UPDATE OF label ON parts BEGIN UPDATE items SET amount = amount WHERE id = new.item; END;`

/** Hidden rowids with gaps, and a table that ALTER TABLE is enough for. */
const tags = 'CREATE TABLE tags (name TEXT, weight REAL)'

const formerTables = `
CREATE TABLE items (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  code TEXT COLLATE nocase NOT NULL,
  amount NUMERIC,
  note TEXT,
  payload BLOB
);
${tags};${around}`

export const former = formerTables + triggers

/** One table rebuilt, one altered, one index and one view more. */
export const target = `
CREATE TABLE items (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  code TEXT COLLATE nocase NOT NULL,
  amount NUMERIC CHECK (amount IS NULL OR amount >= 0),
  note TEXT,
  payload BLOB,
  state TEXT NOT NULL DEFAULT 'new',
  UNIQUE (code)
);
${tags.replace(')', ", kind TEXT NOT NULL DEFAULT 'plain')")};${around}${triggers}
CREATE INDEX parts_by_item ON parts (item);
CREATE VIEW cheap AS SELECT id, state FROM items WHERE amount < 10;`

/** The same with another default, which rows may show without storing it: they are copied, also where the catalog may be edited. */
export const copied: string = target.replace('note TEXT,', "note TEXT DEFAULT 'none',")

export type JournalMode = 'delete' | 'wal'

/** A database of the former schema with so many items, a tenth as many parts, and some orphans from before. */
export function makeShop(path: string, items: number, mode: JournalMode = 'delete'): void {
  const db = new Database(path)
  db.pragma('page_size = 4096')
  db.pragma(`journal_mode = ${mode}`)
  db.pragma('user_version = 41')
  db.exec(formerTables)
  const upTo = (n: number): string =>
    `(WITH RECURSIVE s (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s WHERE value < ${n}) SELECT value FROM s)`
  db.exec(`BEGIN;
    INSERT INTO items (code, amount, note, payload)
      SELECT 'code ' || value, value % 997 / 4.0, iif(value % 3, 'note ' || value % 1000, NULL), zeroblob(value % 40)
      FROM ${upTo(items)};
    INSERT INTO items (id, code) VALUES (${items * 2}, 'gone');
    DELETE FROM items WHERE id = ${items * 2};
    INSERT INTO parts (item, instead, label)
      SELECT value * 10, iif(value % 2, value, NULL), 'part ' || value FROM ${upTo(items / 10)};
    INSERT INTO tags (rowid, name, weight) SELECT value * 3, 'tag ' || value, value / 7.0 FROM ${upTo(1000)};
    COMMIT;
    PRAGMA foreign_keys = OFF;
    INSERT INTO parts (item, label) VALUES (${items * 3}, 'an orphan from before');`)
  db.exec(triggers)
  db.exec('ANALYZE')
  db.close()
}
