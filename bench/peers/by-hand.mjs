import { schemaOf } from './database.mjs'

/**
 * The change by somebody who knows SQLite and what the table has: the procedure of https://www.sqlite.org/lang_altertable.html#otheralter,
 * and what that does not say: the AUTOINCREMENT mark. `side` is what the schema becomes.
 */
export function changeByHand(db, shape, side) {
  const columns =
    'id, name, source_type, target_type, description, priority, is_active, performance_score, last_used, relationship_id'
  const [table, ...dependents] = schemaOf(shape, side).filter((sql) =>
    /^CREATE TABLE mapping_paths |( ON|FROM) mapping_paths\b/.test(sql),
  )
  db.pragma('foreign_keys = OFF')
  db.exec('BEGIN')
  if (shape.view) db.exec('DROP VIEW active_paths')
  db.exec(`${table.replace('mapping_paths', 'new_paths')};
    INSERT INTO new_paths (${columns}) SELECT ${columns} FROM mapping_paths;
    UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'mapping_paths') WHERE name = 'new_paths';
    DROP TABLE mapping_paths;
    ALTER TABLE new_paths RENAME TO mapping_paths`)
  for (const sql of dependents) db.exec(sql)
  if (db.pragma('foreign_key_check').length > 0) throw new Error('orphans')
  db.exec('COMMIT')
}
