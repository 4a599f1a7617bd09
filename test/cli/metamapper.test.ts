import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { makeMetamapper, mappingPaths, metamapperExcludes, metamapperTarget, openAsApplication } from './biomapper.ts'
import { type Contents, contentsOf, pragmasOf } from './contents.ts'
import { test } from './run-cli.ts'

const file = 'metamapper.db'
const applyIt = ['apply', file, '--to', metamapperTarget, ...metamapperExcludes, '--yes'] as const

/** What the declaration's CASE says of each path, by its id. */
const entityTypes = [
  [1n, 'protein'],
  [2n, 'protein'],
  [3n, 'metabolite'],
  [7n, 'gene'],
  [999n, 'default_entity_type'],
  [9007199254740993n, 'metabolite'],
]

/** Where `entity_type` and `is_required` come to stand among the values, the rowid first. */
const added: Readonly<Record<string, number>> = { mapping_paths: 5, mapping_strategy_steps: 11 }

describe('apply', () => {
  test('keeps every row, id, child and trigger of a database that has been used', async ({ folder, schema }) => {
    const path = join(folder, file)
    makeMetamapper(path).close()
    const before = contentsOf(path)
    expect(emptyTables(before)).toEqual([])

    const done = await schema(...applyIt)

    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('mapping_paths 6 rows = 6') })
    const after = contentsOf(path)
    expect(withoutAdded(after)).toEqual(before.rows)
    expect(triggersAndHistory(after)).toEqual(triggersAndHistory(before))
    expect(after.catalog.map(([type, name]) => [type, name])).toEqual(
      before.catalog.map(([type, name]) => [type, name]),
    )
  })

  test('gives what the declaration says: the column in its place, the constraint by its name, the foreign key', async ({
    folder,
    schema,
  }) => {
    const path = join(folder, file)
    makeMetamapper(path).close()
    await schema(...applyIt)
    await schema('apply', 'fresh.db', '--to', metamapperTarget, '--yes', '--create')

    const lived = pragmasOf(path)
    const fresh = pragmasOf(join(folder, 'fresh.db'))
    const { mapping_paths_history: _, ...declared } = lived
    expect(declared).toMatchObject(fresh)
    expect(Object.keys(fresh)).toHaveLength(21)
    const text = textOf(path, 'mapping_paths')
    expect(text).toMatch(/name"? VARCHAR NOT NULL,\s+"?entity_type"? VARCHAR NOT NULL DEFAULT 'default_entity_type',/)
    expect(text).toMatch(/CONSTRAINT "?uq_mapping_path_name_entity_type"? UNIQUE \("?name"?, "?entity_type"?\)/)
    expect(text).toMatch(/FOREIGN KEY ?\("?relationship_id"?\) REFERENCES "?endpoint_relationships"? ?\("?id"?\)/)
    expect(text).not.toMatch(/UNIQUE \("?name"?\)/)
  })

  test('fills entity_type from what each path maps, and is_required with its default', async ({ folder, schema }) => {
    makeMetamapper(join(folder, file)).close()
    await schema(...applyIt)

    const db = openAsApplication(join(folder, file))
    const types = db.prepare('SELECT id, entity_type FROM mapping_paths ORDER BY id').raw().safeIntegers().all()
    const required = db.prepare('SELECT DISTINCT is_required, typeof(is_required) FROM mapping_strategy_steps').raw()
    expect(types).toEqual(entityTypes)
    expect(required.all()).toEqual([['true', 'text']])
    db.close()
  })

  test('lets a name be used for another entity type, and refuses the same pair as SQLite does', async ({
    folder,
    schema,
  }) => {
    makeMetamapper(join(folder, file)).close()
    await schema(...applyIt)

    const db = openAsApplication(join(folder, file))
    expect(() => addPath(db, 'PUBCHEM_TO_CHEBI_VIA_UNICHEM', 'protein')).not.toThrow()
    expect(() => addPath(db, 'PUBCHEM_TO_CHEBI_VIA_UNICHEM', 'protein')).toThrow(
      'UNIQUE constraint failed: mapping_paths.name, mapping_paths.entity_type',
    )
    // The application's triggers still fire.
    const history = db.prepare("SELECT count(*) FROM mapping_paths_history WHERE event_type = 'created'").pluck()
    const before = history.get() as number
    addPath(db, 'A_NEW_PATH', 'protein')
    expect(history.get()).toBe(before + 1)
    db.close()
  })

  test('works while the application has the file open, and the application goes on', async ({ folder, schema }) => {
    const path = join(folder, file)
    const db = makeMetamapper(path)
    const before = db.prepare('SELECT * FROM mapping_path_steps ORDER BY id').all()

    const done = await schema(...applyIt)

    expect(done.code).toBe(0)
    expect(db.prepare('SELECT * FROM mapping_path_steps ORDER BY id').all()).toEqual(before)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(() => addPath(db, 'AFTERWARDS', 'gene')).not.toThrow()
    expect(db.pragma('foreign_key_check')).toEqual([])
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
  })

  test('leaves nothing to do for a second apply, and no working table behind', async ({ folder, schema }) => {
    const path = join(folder, file)
    makeMetamapper(path).close()
    await schema(...applyIt)
    const first = contentsOf(path)

    const second = await schema(...applyIt)

    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('in sync') })
    expect(contentsOf(path)).toEqual(first)
    expect(first.catalog.map(([, name]) => name).filter((name) => /new|old|_schema/.test(name))).toEqual([])
  })

  test('points out the text \'true\' as a default, and does not "fix" it', async ({ folder, schema }) => {
    makeMetamapper(join(folder, file)).close()
    const { stdout } = await schema('plan', file, '--to', metamapperTarget, ...metamapperExcludes)
    expect(stdout).toContain('suspicious-default   mapping_strategy_steps.is_required')
  })
})

describe('revert', () => {
  test('right after an apply gives the former schema and rows, without anything allowed', async ({
    folder,
    schema,
  }) => {
    const path = join(folder, file)
    makeMetamapper(path).close()
    const before = contentsOf(path)
    const facts = pragmasOf(path)
    await schema(...applyIt)

    const done = await schema('revert', file, '--yes')

    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('reverted metamapper.db') })
    expect(contentsOf(path).rows).toEqual(before.rows)
    expect(pragmasOf(path)).toEqual(facts)
    expect(spaced(contentsOf(path))).toEqual(spaced(before))
  })

  test('is refused where a name is used for two entity types: it shows the names and changes nothing', async ({
    folder,
    schema,
  }) => {
    const path = join(folder, file)
    makeMetamapper(path).close()
    await schema(...applyIt)
    use(path, (db) => {
      addPath(db, 'ARIVALE_TO_UKBB_VIA_UNIPROT', 'metabolite')
      addPath(db, 'CHEBI_TO_PUBCHEM', 'protein')
    })
    const before = contentsOf(path)

    for (const allowed of [[], ['--allow', 'data-loss']]) {
      const done = await schema('revert', file, '--yes', ...allowed)
      expect(done).toMatchObject({ code: 3, stdout: '' })
      expect(done.stderr).toContain('duplicate-key')
      expect(done.stderr).toContain('ARIVALE_TO_UKBB_VIA_UNIPROT')
      expect(done.stderr).toContain('CHEBI_TO_PUBCHEM')
      expect(done.stderr).toContain('Nothing was changed')
    }
    expect(contentsOf(path)).toEqual(before)
  })

  test('shows the repeated names also as data', async ({ folder, schema }) => {
    const path = join(folder, file)
    makeMetamapper(path).close()
    await schema(...applyIt)
    use(path, (db) => addPath(db, 'ARIVALE_TO_UKBB_VIA_UNIPROT', 'metabolite'))

    const { code, stdout } = await schema('revert', file, '--yes', '--format', 'json')

    expect(code).toBe(3)
    const { error } = JSON.parse(stdout)
    expect(error).toMatchObject({ code: 'rows-do-not-fit', class: 'refused' })
    expect(error.preflight).toMatchObject([{ code: 'duplicate-key', object: 'mapping_paths', rows: 2 }])
    expect(JSON.stringify(error.preflight[0].sample)).toContain('ARIVALE_TO_UKBB_VIA_UNIPROT')
  })

  const uses: readonly (readonly [what: string, use: (db: Database.Database) => void])[] = [
    ['a value was changed', (db) => db.exec("UPDATE mapping_paths SET entity_type = 'lipid' WHERE id = 3")],
    ['a row came', (db) => addPath(db, 'A_NEW_PATH', 'default_entity_type')],
    [
      'a row was replaced by another with the same fill',
      (db) => {
        db.exec('DELETE FROM mapping_path_steps WHERE mapping_path_id = 7; DELETE FROM mapping_paths_history')
        db.exec(
          'DELETE FROM relationship_mapping_paths WHERE ontology_path_id = 7; DELETE FROM mapping_paths WHERE id = 7',
        )
        db.exec(
          "INSERT INTO mapping_paths (id, source_type, target_type, name, entity_type) VALUES (8, 'KEGG', 'X', 'NEW', 'lipid')",
        )
      },
    ],
  ]
  test.for(uses)('needs --allow where %s since', async ([, change], { folder, schema }) => {
    const path = join(folder, file)
    makeMetamapper(path).close()
    const former = contentsOf(path)
    await schema(...applyIt)
    use(path, change)
    const before = contentsOf(path)

    const refused = await schema('revert', file, '--yes')
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    expect(refused.stderr).toMatch(/refused: .*mapping_paths\.entity_type.*\[drop-column\]/)
    expect(contentsOf(path)).toEqual(before)

    expect(await schema('revert', file, '--yes', '--allow', 'data-loss')).toMatchObject({ code: 0 })
    const reverted = contentsOf(path)
    expect(spaced(reverted)).toEqual(spaced(former))
    expect(reverted.rows.mapping_paths).toEqual(withoutAdded(before).mapping_paths)
  })
})

function use(path: string, action: (db: Database.Database) => void): void {
  const db = openAsApplication(path)
  try {
    action(db)
  } finally {
    db.close()
  }
}

function addPath(db: Database.Database, name: string, entityType: string): void {
  db.prepare(
    "INSERT INTO mapping_paths (source_type, target_type, name, entity_type) VALUES ('PUBCHEM', 'CHEBI', ?, ?)",
  ).run(name, entityType)
}

function emptyTables({ rows }: Contents): readonly string[] {
  return Object.keys(rows).filter((table) => rows[table]!.length === 0)
}

function withoutAdded({ rows }: Contents): Contents['rows'] {
  return Object.fromEntries(
    Object.entries(rows).map(([table, values]) => [
      table,
      values.map((row) => row.filter((_, index) => index !== (added[table] ?? -1))),
    ]),
  )
}

function triggersAndHistory({ catalog }: Contents): unknown {
  return catalog.filter(([type, name, table]) => type === 'trigger' || [name, table].includes('mapping_paths_history'))
}

/** The catalog with every run of spaces as one: DROP COLUMN leaves other line breaks than there were. */
function spaced({ catalog }: Contents): unknown {
  return catalog.map(([type, name, table, sql]) => [type, name, table, sql?.replace(/\s+/g, ' ')])
}

function textOf(path: string, table: string): string {
  return contentsOf(path).catalog.find(([, name]) => name === table)![3]!
}

test('the paths of these tests have gaps and an id beyond 2^53', () => {
  expect(mappingPaths.map(([id]) => id)).toEqual(entityTypes.map(([id]) => id))
})
