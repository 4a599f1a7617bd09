import type Database from 'better-sqlite3'

/**
 * A schema as SQLite's own pragmas report it, without the order of columns, constraints and objects: the judge that
 * knows nothing of our reader and our normal form.
 */
export function readBySqlite(db: Database.Database): unknown {
  const tables = db
    .prepare(
      `SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '_schema_journal' AND name NOT LIKE '\\_schema\\_kept\\_%' ESCAPE '\\'`,
    )
    .all() as { name: string; type: string; wr: number; strict: number }[]
  return sorted(
    tables.map((table) => ({
      name: table.name.toLowerCase(),
      type: table.type,
      withoutRowid: Number(table.wr),
      strict: Number(table.strict),
      ...(table.type === 'table'
        ? {
            columns: readColumns(db, table.name),
            indexes: readIndexes(db, table.name),
            foreignKeys: readForeignKeys(db, table.name),
          }
        : {}),
    })),
  )
}

function readColumns(db: Database.Database, table: string): unknown {
  const columns = db
    .prepare('SELECT name, type, "notnull" AS required, dflt_value AS value, pk, hidden FROM pragma_table_xinfo(?)')
    .all(table) as {
    name: string
    type: string
    required: number
    value: string | null
    pk: number
    hidden: number
  }[]
  return sorted(
    columns.map((column) => ({
      name: column.name.toLowerCase(),
      type: column.type.toUpperCase(),
      required: Number(column.required),
      value: defaultValue(db, column.value),
      pk: Number(column.pk),
      hidden: Number(column.hidden),
    })),
  )
}

/** What a default comes to; `CURRENT_TIMESTAMP` is its own. */
function defaultValue(db: Database.Database, text: string | null): string {
  if (text === null) return 'NULL'
  if (/current/i.test(text)) return text.toUpperCase()
  // `DEFAULT foo` means 'foo'.
  return /^[a-z]+$/i.test(text) && !/^(true|false|null)$/i.test(text)
    ? `'${text}'`
    : (db.prepare(`SELECT quote(${text})`).pluck().get() as string)
}

function readIndexes(db: Database.Database, table: string): unknown {
  const indexes = db.prepare('SELECT name, "unique" AS one, origin, partial FROM pragma_index_list(?)').all(table) as {
    name: string
    one: number
    origin: string
    partial: number
  }[]
  return sorted(
    indexes.map((index) => ({
      name: index.origin === 'c' ? index.name.toLowerCase() : '',
      unique: Number(index.one),
      origin: index.origin,
      partial: Number(index.partial),
      parts: (
        db
          .prepare('SELECT name, "desc" AS down, coll FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno')
          .all(index.name) as { name: string | null; down: number; coll: string }[]
      ).map((part) => [part.name?.toLowerCase() ?? null, Number(part.down), part.coll.toUpperCase()]),
    })),
  )
}

function readForeignKeys(db: Database.Database, table: string): unknown {
  const rows = db
    .prepare(
      'SELECT id, "table" AS parent, "from" AS child, "to" AS referenced, on_update, on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq',
    )
    .all(table) as {
    id: number
    parent: string
    child: string
    referenced: string | null
    on_update: string
    on_delete: string
  }[]
  const keys = new Map<number, unknown[]>()
  for (const row of rows) {
    const id = Number(row.id)
    const parts = keys.get(id) ?? []
    const key = db.prepare('SELECT name FROM pragma_table_info(?) WHERE pk = ?').pluck()
    const referenced = row.referenced ?? (key.get(row.parent, parts.length + 1) as string | undefined)
    parts.push(
      [row.parent, row.child, referenced ?? '', row.on_update, row.on_delete].map((text) => text.toLowerCase()),
    )
    keys.set(id, parts)
  }
  return sorted([...keys.values()])
}

function sorted(list: readonly unknown[]): readonly unknown[] {
  return list.map((item) => JSON.stringify(item)).sort()
}
