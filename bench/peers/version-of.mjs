import Database from 'better-sqlite3'

/** A change of the schema raises its version: where it is the same, a tool has done nothing. */
export function versionOf(file) {
  const db = new Database(file, { readonly: true })
  try {
    return db.pragma('schema_version', { simple: true })
  } finally {
    db.close()
  }
}
