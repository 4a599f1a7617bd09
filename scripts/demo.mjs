// npm run demo: what this tool was commissioned for, on databases that have been used. It writes into ./demo only.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
rmSync('demo', { recursive: true, force: true })
mkdirSync('demo')

title('Two databases as an application left them, of the former schema')
makeMetamapper('demo/metamapper.db')
makeMappingCache('demo/mapping_cache.db')

title('schema.config.ts names both, with their targets and what is left alone')
schema('plan')

// Each by its name.
converge('metamapper', (db) => {
  const add = db.prepare(
    "INSERT INTO mapping_paths (source_type, target_type, name, entity_type) VALUES ('CHEBI', 'PUBCHEM', ?, ?)",
  )
  const name = 'ARIVALE_TO_UKBB_VIA_UNIPROT'
  db.exec('BEGIN')
  add.run(name, 'metabolite')
  verified(`the name ${name} can now be used for a second type of entity`)
  const refused = attempt(() => add.run(name, 'metabolite'))
  verified(`and twice for one it is refused: ${refused}`)
  db.exec('ROLLBACK')
})
converge('mapping_cache', () => {})
console.log('\nAll of it held. The databases are in ./demo; try: npx sqlite-converge status\n')

/** Apply, status, revert, and what each has to leave as it was. */
function converge(name, use) {
  const path = `demo/${name}.db`
  const before = look(path)
  schema('apply', name, '--yes')
  const after = look(path)
  for (const [table, { rows, ids }] of before) {
    if (after.get(table)?.rows !== rows || after.get(table)?.ids !== ids) fail(`${table} lost rows or ids`)
  }
  const total = [...before.values()].reduce((sum, { rows }) => sum + rows, 0)
  verified(`${total} rows in ${before.size} tables are there, with their ids and children`)
  open(path, use)
  schema('status', name)
  schema('apply', name, '--yes')
  verified('a second apply finds nothing to do')
  schema('revert', name, '--yes')
  const end = look(path)
  for (const [table, { digest }] of before) {
    if (end.get(table)?.digest !== digest) fail(`${table} is not as it was before`)
  }
  verified('reverted: the former schema, and every value of every row as before')
}

/** The rows of every table, but the journal's. */
function look(path) {
  const tables = new Map()
  open(path, (db) => {
    const names = db
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_schema_*' AND name NOT GLOB 'sqlite_*'",
      )
      .pluck()
      .all()
    for (const name of names) {
      const rows = db.prepare(`SELECT rowid, * FROM "${name}" ORDER BY rowid`).raw().all()
      const text = db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name)
      const ids = rows.map(([rowid]) => rowid).join()
      tables.set(name, {
        rows: rows.length,
        ids,
        digest: createHash('sha256')
          .update(JSON.stringify([text, rows]))
          .digest('hex'),
      })
    }
    if (db.pragma('foreign_key_check').length > 0) fail(`${path} has rows without a parent`)
    if (db.pragma('integrity_check', { simple: true }) !== 'ok') fail(`${path} is damaged`)
  })
  return tables
}

function makeMetamapper(path) {
  schema('apply', path, '--to', 'schema/former/metamapper.ts', '--create', '--yes', '--no-journal')
  open(path, (db) => {
    // The application keeps a history of its own, which is declared nowhere.
    db.exec(`
      CREATE TABLE mapping_paths_history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        mapping_path_id INTEGER NOT NULL REFERENCES mapping_paths (id),
        source_type TEXT NOT NULL,
        event_type TEXT NOT NULL,
        timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP
      );
      CREATE TRIGGER trg_mapping_paths_after_insert AFTER INSERT ON mapping_paths
      BEGIN
        INSERT INTO mapping_paths_history (mapping_path_id, source_type, event_type) VALUES (NEW.id, NEW.source_type, 'created');
      END;
      INSERT INTO endpoints (name) VALUES ('ARIVALE'), ('UKBB'), ('HPA');
      INSERT INTO endpoint_relationships (source_endpoint_id, target_endpoint_id) VALUES (1, 2), (2, 3);
      INSERT INTO endpoint_relationship_members VALUES (1, 1, 'source'), (1, 2, 'target');
      INSERT INTO mapping_resources (name) VALUES ('uniprot_history'), ('pubchem'), ('local_csv');
      INSERT INTO mapping_strategies (name, entity_type) VALUES ('UKBB_TO_HPA_PROTEIN', 'protein');
      INSERT INTO mapping_strategy_steps (strategy_id, step_id, step_order, action_type) VALUES (1, 's1', 1, 'CONVERT'), (1, 's2', 2, 'FILTER');
    `)
    const path_ = db.prepare(
      'INSERT INTO mapping_paths (source_type, target_type, name, priority, relationship_id) VALUES (?, ?, ?, ?, ?)',
    )
    const step = db.prepare(
      'INSERT INTO mapping_path_steps (mapping_path_id, mapping_resource_id, step_order) VALUES (?, ?, ?)',
    )
    const paths = [
      ['ARIVALE_PROTEIN_ID', 'UNIPROTKB_AC', 'ARIVALE_TO_UKBB_VIA_UNIPROT'],
      ['UNIPROTKB_AC', 'UNIPROTKB_AC', 'RESOLVE_UNIPROT_HISTORY_VIA_API'],
      ['PUBCHEM', 'CHEBI', 'PUBCHEM_TO_CHEBI_VIA_UNICHEM'],
      ['GENE_NAME', 'UNIPROTKB_AC', 'GENE_TO_UNIPROT_DIRECT'],
      ...Array.from({ length: 16 }, (_, n) => ['UNIPROTKB_AC', 'ENSEMBL_GENE', `PATH_${n + 5}`]),
    ]
    paths.forEach(([source, target, name], index) => {
      const { lastInsertRowid } = path_.run(source, target, name, index, (index % 2) + 1)
      step.run(lastInsertRowid, (index % 3) + 1, 1)
      step.run(lastInsertRowid, ((index + 1) % 3) + 1, 2)
    })
    db.exec(
      'DELETE FROM mapping_path_steps WHERE mapping_path_id = 7; DELETE FROM mapping_paths_history WHERE mapping_path_id = 7; DELETE FROM mapping_paths WHERE id = 7',
    )
  })
}

function makeMappingCache(path) {
  schema('apply', path, '--to', 'schema/former/mapping-cache.ts', '--create', '--yes', '--no-journal')
  open(path, (db) => {
    const mapping = db.prepare(
      "INSERT INTO entity_mappings (source_id, source_type, target_id, target_type, confidence) VALUES (?, 'UNIPROTKB_AC', ?, 'ENSEMBL', 0.9)",
    )
    const metadata = db.prepare("INSERT INTO mapping_metadata (mapping_id, \"key\", value) VALUES (?, 'tool', 'api')")
    const provenance = db.prepare(
      'INSERT INTO entity_mapping_provenance (entity_mapping_id, relationship_mapping_path_id) VALUES (?, 1)',
    )
    db.transaction(() => {
      for (let n = 1; n <= 2000; n++) {
        const { lastInsertRowid } = mapping.run(`P${10000 + n}`, `ENSG${n}`)
        metadata.run(lastInsertRowid)
        provenance.run(lastInsertRowid)
      }
    })()
  })
}

/** Opens a database as the application does. */
function open(path, use) {
  const db = new Database(path)
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    use(db)
  } finally {
    db.close()
  }
}

function schema(...args) {
  console.log(`\n$ schema ${args.join(' ')}`)
  const { status } = spawnSync(process.execPath, ['dist/cli.js', ...args], { stdio: 'inherit' })
  if (status !== 0) fail(`schema ${args[0]} ended with ${status}`)
}

function attempt(action) {
  try {
    action()
  } catch (error) {
    return error.message
  }
  return fail('a pair was accepted twice')
}

function title(text) {
  console.log(`\n${text}`)
}

function verified(text) {
  console.log(`  ✓ ${text}`)
}

function fail(text) {
  console.error(`  ✗ ${text}`)
  process.exit(1)
}
