import { execFileSync } from 'node:child_process'
import Database from 'better-sqlite3'

/** An object of a database: its kind, name, table, and the text that made it. */
type CatalogLine = readonly [type: string, name: string, table: string, sql: string | null]

/** Everything that a database holds, but the journal. */
export interface Contents {
  readonly catalog: readonly CatalogLine[]
  /** By table, in the order of the rowids: the rowid, then the values; integers as bigints. */
  readonly rows: Readonly<Record<string, readonly (readonly unknown[])[]>>
}

/** Reads everything from a file. */
export function contentsOf(path: string): Contents {
  const db = new Database(path, { fileMustExist: true })
  try {
    const catalog = (
      db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').raw().all() as CatalogLine[]
    ).filter(([, , table]) => table !== '_schema_journal')
    const tables = catalog.filter(([type]) => type === 'table').map(([, name]) => name)
    const rows = Object.fromEntries(
      tables.map((name) => {
        const sql = `SELECT rowid, * FROM "${name.replaceAll('"', '""')}" ORDER BY 1`
        return [name, db.prepare(sql).raw().safeIntegers().all() as unknown[][]]
      }),
    )
    return { catalog, rows }
  } finally {
    db.close()
  }
}

/**
 * What SQLite itself says of every table: its columns by name, keys and indexes, whatever the texts look like. The order
 * of the columns is left out: a column that was added stands last.
 */
export function pragmasOf(path: string): Readonly<Record<string, unknown>> {
  const db = new Database(path, { fileMustExist: true })
  try {
    const all = (sql: string, name: string): unknown[] => db.prepare(sql).all(name)
    const names = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> '_schema_journal' ORDER BY 1")
      .pluck()
      .all() as string[]
    return Object.fromEntries(
      names.map((name) => {
        const indexes = db
          .prepare('SELECT name, "unique", origin, partial FROM pragma_index_list(?) ORDER BY name')
          .all(name) as { name: string }[]
        return [
          name,
          {
            columns: all(
              'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY name',
              name,
            ),
            keys: all(
              'SELECT "table", "from", "to", on_update, on_delete, "match" FROM pragma_foreign_key_list(?) ORDER BY 1, 2',
              name,
            ),
            indexes: indexes.map((index) => [
              index,
              all('SELECT seqno, name, "desc", coll, key FROM pragma_index_xinfo(?)', index.name),
            ]),
          },
        ]
      }),
    )
  } finally {
    db.close()
  }
}

/**
 * A hash over every byte of every file in a folder, by name; a folder in it stands for itself. Another process reads them:
 * a file that is closed here loses the locks that a connection of this process holds on it, as SQLite warns in
 * https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
 */
export function bytesOf(folder: string): Readonly<Record<string, string>> {
  const script = `
    const { createHash } = require('node:crypto'), { readdirSync, readFileSync } = require('node:fs')
    const hash = (name) => createHash('sha256').update(readFileSync(name)).digest('hex')
    const entries = readdirSync('.', { withFileTypes: true })
    console.log(JSON.stringify(entries.map((one) => [one.name, one.isDirectory() ? 'a folder' : hash(one.name)])))`
  return Object.fromEntries(JSON.parse(execFileSync(process.execPath, ['--eval', script], { cwd: folder }).toString()))
}
