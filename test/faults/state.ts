import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'

/** Everything that a database holds, but the journal, as one short text to compare. */
export function digestOf(db: Database.Database): string {
  const hash = createHash('sha256')
  const catalog = db
    .prepare<[], { type: string; name: string; tbl_name: string; sql: string | null }>(
      'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, tbl_name, rowid',
    )
    .all()
    .filter(({ tbl_name }) => tbl_name !== '_schema_journal')
  for (const pragma of ['user_version', 'application_id', 'encoding', 'page_size', 'auto_vacuum', 'journal_mode']) {
    hash.update(`${pragma} ${db.pragma(pragma, { simple: true })}\n`)
  }
  hash.update(JSON.stringify(catalog))
  for (const { name } of catalog.filter(({ type, sql }) => type === 'table' && !sql?.startsWith('CREATE VIRTUAL'))) {
    hash.update(`\n${name}\n`)
    for (const line of linesOf(db, name)) hash.update(`${line}\n`)
  }
  return hash.digest('hex')
}

/** Each row of a table: the rowid, where there is one, and every value as a literal, which says its type. */
function linesOf(db: Database.Database, table: string): Iterable<unknown> {
  const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table)
  const wr = db.prepare(`SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?`).pluck().get(table)
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
  // What ANALYZE found comes back in no order of its own.
  const rowid = wr === 0 && !table.startsWith('sqlite_') ? ['rowid'] : []
  const values = [...rowid, ...columns.map((name) => `quote(${quoted(name)})`)]
  const order = rowid.length > 0 ? '"rowid"' : columns.map(quoted).join(', ')
  const sql = `SELECT ${values.join(` || ',' || `)} FROM ${quoted(table)} ORDER BY ${order}`
  return db.prepare(sql).pluck().iterate()
}

export interface State {
  readonly digest: string
  /** What SQLite says of the pages, and of the foreign keys. */
  readonly integrity: unknown
  readonly orphans: number
  /** The kinds of the journal's entries. */
  readonly entries: readonly string[]
}

/** Opens a database as the next process would, whatever the last one has left, and looks at everything. */
export function stateOf(path: string): State {
  const db = new Database(path, { fileMustExist: true, timeout: 60_000 })
  try {
    const hasJournal = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = '_schema_journal'`).get() !== undefined
    return {
      integrity: db.pragma('integrity_check', { simple: true }),
      orphans: (db.pragma('foreign_key_check') as unknown[]).length,
      digest: digestOf(db),
      entries: hasJournal ? db.prepare<[], string>('SELECT kind FROM _schema_journal ORDER BY seq').pluck().all() : [],
    }
  } finally {
    db.close()
  }
}
