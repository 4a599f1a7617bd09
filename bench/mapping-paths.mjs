import Database from 'better-sqlite3'

/**
 * A change of a real system at any size: `mapping_paths` gets a column, and its UNIQUE (name) becomes UNIQUE (name, entity_type). As many rows
 * refer to it as it has; a trigger, a view and a partial index go and come back. Neither names nor references are in any order.
 */
const columns = [
  ['id', 'INTEGER NOT NULL'],
  ['source_type', 'VARCHAR NOT NULL'],
  ['target_type', 'VARCHAR NOT NULL'],
  ['name', 'VARCHAR NOT NULL'],
  ['description', 'TEXT'],
  ['priority', 'INTEGER'],
  ['is_active', 'BOOLEAN'],
  ['performance_score', 'FLOAT'],
  ['success_rate', 'FLOAT'],
  ['last_used', 'DATETIME'],
  ['last_discovered', 'DATETIME'],
  ['relationship_id', 'INTEGER'],
]
const names = columns.map(([name]) => name).join(', ')
const paths = (own, unique, action = '', name = 'mapping_paths') => `CREATE TABLE ${name} (
  ${own.map((column) => column.join(' ')).join(',\n  ')},
  PRIMARY KEY (id),
  ${unique},
  FOREIGN KEY (relationship_id) REFERENCES endpoint_relationships (id)${action}
)`
const before = paths(columns, 'UNIQUE (name)')
const entity = ['entity_type', "VARCHAR NOT NULL DEFAULT 'UNKNOWN'"]

/** What the table becomes, under some name. */
const changes = {
  /** Another key, and a column in it. */
  key: (name) =>
    paths(
      [...columns.slice(0, 4), entity, ...columns.slice(4)],
      'CONSTRAINT uq_mapping_path_name_entity_type UNIQUE (name, entity_type)',
      '',
      name,
    ),
  /** The same columns and keys: what is stored stays as it is. */
  action: (name) => paths(columns, 'UNIQUE (name)', ' ON DELETE SET NULL', name),
}
const others = [
  'CREATE TABLE endpoint_relationships (id INTEGER NOT NULL, description TEXT, PRIMARY KEY (id))',
  `CREATE TABLE mapping_path_steps (id INTEGER NOT NULL, mapping_path_id INTEGER NOT NULL, step_order INTEGER NOT NULL, description TEXT,
  PRIMARY KEY (id), FOREIGN KEY (mapping_path_id) REFERENCES mapping_paths (id))`,
  'CREATE TABLE path_log (what TEXT)',
]
const index = 'CREATE INDEX ix_active_paths ON mapping_paths (priority, source_type) WHERE is_active = 1'
const view = 'CREATE VIEW active_paths AS SELECT id, name, source_type FROM mapping_paths WHERE is_active = 1'
const trigger = `CREATE TRIGGER log_rates AFTER UPDATE OF success_rate ON mapping_paths BEGIN
  INSERT INTO path_log VALUES (NEW.name);
END`

/** What is declared for a change. */
export function targetOf(change) {
  return [...others, changes[change](), index, view, trigger].map((sql) => `${sql};\n`).join('')
}

/** Makes a database of so many paths, and as many steps that refer to them. */
export function fill(file, rows) {
  const db = new Database(file)
  for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'cache_size = -262144']) db.pragma(pragma)
  const counting = (n) => `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${n})`
  db.exec(`BEGIN; ${[...others, before].join(';\n')};
    ${counting(1000)} INSERT INTO endpoint_relationships SELECT i, 'relationship ' || i FROM n;
    ${counting(rows)} INSERT INTO mapping_paths SELECT i, 'type ' || i % 17, 'type ' || i % 23,
      printf('%08x', i * 2654435761 & 4294967295) || ' path ' || i, iif(i % 3, 'description of path ' || i, NULL), i % 10, i % 2,
      i / 3.0, i % 1000 / 1000.0, '2026-01-01 00:00:00', '2026-02-01', 1 + i % 1000 FROM n;
    ${counting(rows)} INSERT INTO mapping_path_steps SELECT i, 1 + i * 2654435761 % ${rows}, i % 5, 'step ' || i FROM n;
    ${index}; ${view}; ${trigger}; COMMIT`)
  db.close()
}

/** The procedure of https://www.sqlite.org/lang_altertable.html#otheralter, by somebody who knows what the table has. */
export function changeByHand(file, change) {
  const db = new Database(file)
  db.pragma('foreign_keys = OFF')
  db.exec(`BEGIN IMMEDIATE; DROP VIEW active_paths; ${changes[change]('new_mapping_paths')};
    INSERT INTO new_mapping_paths (${names}) SELECT ${names} FROM mapping_paths;
    DROP TABLE mapping_paths; ALTER TABLE new_mapping_paths RENAME TO mapping_paths; ${index}; ${view}; ${trigger}`)
  if (db.pragma('foreign_key_check').length > 0) throw new Error('rows have lost their parents')
  db.exec('COMMIT')
  db.close()
}
