import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { projectFolder } from './run-cli.ts'

/** The two targets of this project, as a user names them. */
export const metamapperTarget: string = join(projectFolder, 'schema', 'metamapper.ts')
export const mappingCacheTarget: string = join(projectFolder, 'schema', 'mapping-cache.ts')

/** What the application keeps for itself in metamapper.db, declared nowhere. */
export const metamapperExcludes = ['--exclude', 'mapping_paths_history', '--exclude', 'trg_*'] as const

/** The paths by which identifiers are mapped: id, from, to, name. There are gaps, and an id that no double holds. */
export const mappingPaths = [
  [1n, 'ARIVALE_PROTEIN_ID', 'UNIPROTKB_AC', 'ARIVALE_TO_UKBB_VIA_UNIPROT'],
  [2n, 'UNIPROTKB_AC', 'UNIPROTKB_AC', 'RESOLVE_UNIPROT_HISTORY_VIA_API'],
  [3n, 'PUBCHEM', 'CHEBI', 'PUBCHEM_TO_CHEBI_VIA_UNICHEM'],
  [7n, 'GENE_NAME', 'UNIPROTKB_AC', "GENE_TO_UNIPROT's\nsecond line — 😀"],
  [999n, 'KEGG', 'CHEBI', ''],
  [9007199254740993n, 'CHEBI', 'PUBCHEM', 'CHEBI_TO_PUBCHEM'],
] as const

/** Opens a file as the application does. The caller closes it. */
export function openAsApplication(path: string): Database.Database {
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma('foreign_keys = ON')
  return db
}

/** A metamapper.db that has been used: history, triggers, and rows in all tables. The caller closes it. */
export function makeMetamapper(path: string): Database.Database {
  const db = openAsApplication(path)
  db.exec(readFixture('metamapper.before.sql'))
  fillEveryTable(db, ['mapping_paths', 'mapping_path_steps', 'relationship_mapping_paths'])
  db.exec(readFixture('metamapper.lived-in.sql'))
  const path_ = db.prepare(
    `INSERT INTO mapping_paths (id, source_type, target_type, name, performance_score, is_active, relationship_id)
     VALUES (?, ?, ?, ?, 0.1, 1, ?)`,
  )
  mappingPaths.forEach((row, index) => {
    path_.run(...row, (index % 3) + 1)
  })
  db.exec(`
    INSERT INTO mapping_path_steps (mapping_path_id, mapping_resource_id, step_order, config_override)
      SELECT id, 1, 1, '{"n": 1}' FROM mapping_paths UNION ALL SELECT id, 2, 2, NULL FROM mapping_paths;
    INSERT INTO relationship_mapping_paths (relationship_id, source_ontology, target_ontology, ontology_path_id)
      SELECT relationship_id, source_type, name, id FROM mapping_paths;
    UPDATE mapping_paths SET success_rate = 0.5 WHERE id IN (1, 999);
    DELETE FROM mapping_paths_history WHERE id = (SELECT max(id) FROM mapping_paths_history);
  `)
  return db
}

/** A mapping_cache.db with mappings, and two children of each that go when it goes. The caller closes it. */
export function makeMappingCache(path: string, mappings: number): Database.Database {
  const db = openAsApplication(path)
  db.exec(readFixture('mapping-cache.before.sql'))
  fillEveryTable(db, ['entity_mappings', 'mapping_metadata', 'entity_mapping_provenance'])
  db.prepare(`
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
    INSERT INTO entity_mappings (id, source_id, source_type, target_id, target_type, confidence, usage_count)
      SELECT n * 3, 'P' || (10000 + n), 'UNIPROTKB_AC', 'ENSG' || n, 'ENSEMBL', 0.9, n % 7 FROM n
  `).run(mappings)
  db.exec(`
    INSERT INTO mapping_metadata (mapping_id, "key", value) SELECT id, 'tool', 'api' FROM entity_mappings;
    INSERT INTO entity_mapping_provenance (entity_mapping_id, relationship_mapping_path_id) SELECT id, 1 FROM entity_mappings;
  `)
  return db
}

/** The text of one of the project's own schema scripts. */
export function readFixture(name: string): string {
  return readFileSync(join(projectFolder, 'test', 'fixtures', 'biomapper', name), 'utf8')
}

/** Three rows in each table, every column with a value; row n refers to rows n of its parents. */
function fillEveryTable(db: Database.Database, butFor: readonly string[]): void {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[]
  db.pragma('foreign_keys = OFF')
  for (const table of tables.filter((name) => !butFor.includes(name))) {
    const parents = new Set(db.prepare('SELECT "from" FROM pragma_foreign_key_list(?)').pluck().all(table))
    const columns = db.prepare('SELECT name, type FROM pragma_table_info(?)').all(table) as Column[]
    const names = columns.map(({ name }) => `"${name}"`).join(', ')
    const places = columns.map(() => '?').join(', ')
    const insert = db.prepare(`INSERT INTO "${table}" (${names}) VALUES (${places})`)
    for (const n of [1, 2, 3]) {
      insert.run(...columns.map((column) => (parents.has(column.name) ? n : valueFor(column, n))))
    }
  }
  db.pragma('foreign_keys = ON')
}

interface Column {
  readonly name: string
  readonly type: string
}

function valueFor({ name, type }: Column, n: number): string | number {
  if (type === 'INTEGER') return n
  if (type === 'FLOAT') return n + 0.1
  if (type === 'BOOLEAN') return n % 2
  if (type === 'DATETIME') return `2024-05-0${n} 12:00:00.000000`
  if (type === 'JSON') return `{"${name}": ${n}}`
  return `${name} ${n}`
}
