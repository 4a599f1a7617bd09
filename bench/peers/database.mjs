import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'

/**
 * The databases that are tried: the job; the same without the view, which no rebuild by renaming into place survives, so that one sees what
 * else is lost; with what few tools can say besides. Then the job's database as each tool makes it itself, and that without the view.
 */
export const shapes = {
  job: { view: true, details: false, own: false },
  'no-view': { view: false, details: false, own: false },
  details: { view: false, details: true, own: false },
  own: { view: true, details: false, own: true },
  'own-no-view': { view: false, details: false, own: true },
}

/** The name of the unique rule afterwards. */
export const uniqueName = 'uq_mapping_path_name_entity_type'
export const formerUniqueName = 'mapping_paths_name_unique'

/** The texts of the schema, in order: before the change, and after. */
export function schemaOf({ view, details }, side) {
  const after = side === 'after'
  const rule = after ? `CONSTRAINT ${uniqueName} UNIQUE (name, entity_type)` : 'UNIQUE (name)'
  return [
    `CREATE TABLE endpoint_relationships (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  description TEXT
)`,
    `CREATE TABLE mapping_paths (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name VARCHAR NOT NULL${details ? ' COLLATE NOCASE' : ''},${after ? "\n  entity_type VARCHAR NOT NULL DEFAULT 'unknown'," : ''}
  source_type VARCHAR NOT NULL,
  target_type VARCHAR NOT NULL,${details ? ' -- an ontology, as UNIPROTKB_AC' : ''}
  description TEXT,
  priority INTEGER${details ? ' CHECK (priority >= 0)' : ''},
  is_active BOOLEAN NOT NULL DEFAULT 1,
  performance_score FLOAT,
  last_used DATETIME DEFAULT CURRENT_TIMESTAMP,
  relationship_id INTEGER,
  ${rule},
  FOREIGN KEY (relationship_id) REFERENCES endpoint_relationships (id)
)`,
    `CREATE TABLE mapping_path_steps (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  mapping_path_id INTEGER NOT NULL,
  step_order INTEGER NOT NULL,
  config TEXT,
  FOREIGN KEY (mapping_path_id) REFERENCES mapping_paths (id) ON DELETE CASCADE
)`,
    `CREATE TABLE mapping_paths_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  mapping_path_id INTEGER NOT NULL,
  event_type TEXT NOT NULL
)`,
    'CREATE INDEX mapping_paths_resting ON mapping_paths (last_used) WHERE is_active = 0',
    'CREATE INDEX mapping_path_steps_path ON mapping_path_steps (mapping_path_id)',
    ...['noted', 'scored'].map(
      (event) => `CREATE TRIGGER mapping_paths_${event} AFTER UPDATE OF performance_score ON mapping_paths
BEGIN
  INSERT INTO mapping_paths_history (mapping_path_id, event_type) VALUES (NEW.id, '${event}');
END`,
    ),
    ...(view ? ['CREATE VIEW active_paths AS SELECT id, name, priority FROM mapping_paths WHERE is_active = 1'] : []),
  ]
}

/** The schema as a script, as `sqlite-converge` takes it. */
export function scriptOf(shape, side) {
  return schemaOf(shape, side)
    .map((sql) => `${sql}\n;\n`)
    .join('')
}

/** The tables whose rows and values are held against each other. */
export const tables = ['endpoint_relationships', 'mapping_paths', 'mapping_path_steps', 'mapping_paths_history']

/**
 * A database with that many parents and as many children. The parent's AUTOINCREMENT mark is above all its ids. What `create` has made
 * of the schema is left as it is.
 */
export function makeDatabase(file, shape, rows, create = () => {}) {
  rmSync(file, { force: true })
  create(file)
  const db = new Database(file)
  try {
    db.pragma('foreign_keys = OFF')
    db.pragma('synchronous = OFF')
    db.exec('BEGIN')
    for (const sql of schemaOf(shape, 'before')) if (!has(db, nameOf(sql))) db.exec(sql)
    db.exec(`INSERT INTO endpoint_relationships (description) VALUES ('UKBB to HPA'), ('Arivale to UKBB'), (NULL)`)
    db.exec(`${counting(rows + 5)} INSERT INTO mapping_paths
      (id, name, source_type, target_type, description, priority, is_active, performance_score, last_used, relationship_id)
      SELECT i, 'path ' || (i * 7919 % ${rows * 10 + 1}) || '-' || i, 'UNIPROTKB_AC', 'PUBCHEM', iif(i % 3, 'Zürich ' || i, NULL), i % 5,
        i % 4 > 0, i / 3.0, '2026-01-0' || (i % 9 + 1), i % 3 + 1 FROM n`)
    db.exec(`DELETE FROM mapping_paths WHERE id > ${rows}`)
    db.exec(`${counting(rows)} INSERT INTO mapping_path_steps (mapping_path_id, step_order, config)
      SELECT i * 31 % ${rows} + 1, i % 7, iif(i % 2, '{"step":' || i || '}', NULL) FROM n`)
    db.exec(`UPDATE mapping_paths SET performance_score = 0.5 WHERE id <= 10`)
    db.exec('COMMIT')
  } finally {
    db.close()
  }
}

function nameOf(sql) {
  return sql.match(/^CREATE (?:UNIQUE )?\w+ (\w+)/)[1]
}

function has(db, name) {
  return db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined
}

function counting(to) {
  return `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${to})`
}
