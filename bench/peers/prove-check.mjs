import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { changeByHand } from './by-hand.mjs'
import { whatIsOdd, whatWasLost } from './check.mjs'
import { makeDatabase } from './database.mjs'

/** Breaks a database that has lost nothing in each way that the check is about, and asks what it says. `edit` changes the stored text. */
const edit = (from, to) =>
  `UPDATE sqlite_schema SET sql = replace(sql, '${from.replaceAll("'", "''")}', '${to}') WHERE name = 'mapping_paths'`
const trigger = (event, body = event) =>
  `CREATE TRIGGER mapping_paths_${event} AFTER UPDATE OF performance_score ON mapping_paths
   BEGIN INSERT INTO mapping_paths_history (mapping_path_id, event_type) VALUES (NEW.id, '${body}'); END`
const breaks = [
  ['DELETE FROM mapping_path_steps', '100 of 100 rows of mapping_path_steps, by rowid'],
  ['DELETE FROM mapping_paths WHERE id = 3', '1 of 100 rows of mapping_paths, by rowid'],
  ['UPDATE mapping_paths SET id = 1000 WHERE id = 3', '1 rows of mapping_paths that nobody has put there, by rowid'],
  ['UPDATE mapping_paths SET description = 7.0 WHERE id = 3', '1 values of mapping_paths.description'],
  ['UPDATE mapping_paths SET description = NULL WHERE id = 5', '1 values of mapping_paths.description'],
  ['UPDATE mapping_paths SET name = upper(name) WHERE id = 3', '1 values of mapping_paths.name'],
  [
    'UPDATE mapping_paths SET description = CAST(description AS BLOB) WHERE id = 5',
    '1 values of mapping_paths.description',
  ],
  ["UPDATE mapping_paths SET entity_type = 'UNKNOWN' WHERE id = 3", '1 rows of mapping_paths have no entity_type'],
  ['DROP TRIGGER mapping_paths_noted', 'the trigger mapping_paths_noted'],
  [`DROP TRIGGER mapping_paths_noted; ${trigger('noted')}`, 'the order in which the triggers fire'],
  [
    `DROP TRIGGER mapping_paths_scored; ${trigger('scored', 'x')}`,
    'the trigger mapping_paths_scored says something else',
  ],
  ['DROP VIEW active_paths', 'the view active_paths'],
  [
    'DROP VIEW active_paths; CREATE VIEW active_paths AS SELECT id FROM gone',
    "the view active_paths can't be read: no such table: main.gone",
  ],
  ['DROP TABLE mapping_path_steps', 'the table mapping_path_steps'],
  ['DROP INDEX mapping_paths_resting', 'mapping_paths: index mapping_paths_resting (last_used) WHERE is_active=0'],
  [
    'DROP INDEX mapping_paths_resting; CREATE INDEX mapping_paths_resting ON mapping_paths (last_used)',
    'mapping_paths: index mapping_paths_resting (last_used) is there, and should not be',
  ],
  [
    'CREATE UNIQUE INDEX more ON mapping_paths (name)',
    'mapping_paths: UNIQUE (name COLLATE NOCASE) is there, and should not be',
  ],
  [
    "UPDATE sqlite_sequence SET seq = 100 WHERE name = 'mapping_paths'",
    'mapping_paths: the AUTOINCREMENT mark 105 became 100',
  ],
  [edit(' AUTOINCREMENT', ''), 'mapping_paths: AUTOINCREMENT'],
  [
    edit('FOREIGN KEY (relationship_id) REFERENCES endpoint_relationships (id)', 'CHECK (1)'),
    'mapping_paths: FOREIGN KEY (relationship_id) REFERENCES endpoint_relationships (id) ON DELETE NO ACTION ON UPDATE NO ACTION',
  ],
  [edit(' CHECK (priority >= 0)', ''), 'CHECK (priority >= 0) of mapping_paths'],
  [edit(' COLLATE NOCASE', ''), 'COLLATE NOCASE of mapping_paths.name'],
  [edit(' -- an ontology, as UNIPROTKB_AC', ''), 'the comment in the text of mapping_paths'],
  [edit('is_active BOOLEAN NOT NULL', 'is_active BOOLEAN'), 'NOT NULL of mapping_paths.is_active: true became false'],
  [edit("DEFAULT 'unknown'", 'DEFAULT 0'), "DEFAULT of mapping_paths.entity_type: 'unknown' became 0"],
  [edit('priority INTEGER', 'priority TEXT'), 'type of mapping_paths.priority: INTEGER became TEXT'],
  ['ALTER TABLE mapping_paths DROP COLUMN target_type', 'mapping_paths.target_type is missing'],
]

const shape = { view: true, details: true }
const folder = mkdtempSync(join(tmpdir(), 'sqlite-converge-peers-'))
const [original, changed, broken] = ['original.db', 'changed.db', 'broken.db'].map((name) => join(folder, name))
try {
  makeDatabase(original, shape, 100)
  copyFileSync(original, changed)
  change(changed, (db) => changeByHand(db, shape, 'after'))
  expectSaid('by hand', whatWasLost({ file: changed, original, shape, side: 'after' }), [])
  for (const [sql, said] of breaks) {
    copyFileSync(changed, broken)
    change(broken, (db) => {
      db.pragma('foreign_keys = OFF')
      db.unsafeMode(true)
      db.pragma('writable_schema = ON')
      db.exec(sql)
    })
    expectSaid(sql, whatWasLost({ file: broken, original, shape, side: 'after' }), [said])
  }
  copyFileSync(changed, broken)
  change(broken, (db) => db.exec('CREATE TABLE __new_mapping_paths (id)'))
  expectSaid('a table more', whatIsOdd({ file: broken, shape, side: 'after' }), [
    'leaves the table __new_mapping_paths',
  ])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${breaks.length + 1} ways to lose something, and each is seen`)

function change(file, act) {
  const db = new Database(file)
  try {
    act(db)
  } finally {
    db.close()
  }
}

function expectSaid(what, said, wanted) {
  const missing = wanted.filter((line) => !said.includes(line))
  if (missing.length === 0 && (wanted.length > 0 || said.length === 0)) return
  throw new Error(`${what}\nshould say: ${wanted.join('\n') || 'nothing'}\nsays: ${said.join('\n') || 'nothing'}`)
}
