import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import {
  makeMappingCache,
  makeMetamapper,
  mappingCacheTarget,
  metamapperExcludes,
  metamapperTarget,
  readFixture,
} from './biomapper.ts'
import { contentsOf, pragmasOf } from './contents.ts'
import { test } from './run-cli.ts'

const file = 'mapping_cache.db'
const applyIt = ['apply', file, '--to', mappingCacheTarget, '--yes'] as const
const mappings = 100_000

/** Sums that change when a row, a value or a parent does. */
const sums = `SELECT
  (SELECT json_array(count(*), sum(id), sum(length(source_id)), sum(usage_count)) FROM entity_mappings) AS mappings,
  (SELECT json_array(count(*), sum(mapping_id), sum(length("key")), sum(length(value))) FROM mapping_metadata) AS metadata,
  (SELECT json_array(count(*), sum(id), sum(entity_mapping_id)) FROM entity_mapping_provenance) AS provenance`

test('100,000 mappings keep every child that would go with them, while the application has the file open', async ({
  folder,
  schema,
}) => {
  const path = join(folder, file)
  const db = makeMappingCache(path, mappings)
  const before = db.prepare(sums).get() as Record<string, string>
  for (const sum of Object.values(before)) expect(JSON.parse(sum)[0]).toBe(mappings)

  const done = await schema(...applyIt)

  expect(done).toMatchObject({ code: 0 })
  expect(db.prepare(sums).get()).toEqual(before)
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  expect(db.pragma('foreign_key_check')).toEqual([])
  // The children are still tied to their parents, and the new column to its own.
  db.exec('DELETE FROM entity_mappings WHERE id = 3')
  expect(db.prepare('SELECT count(*) FROM mapping_metadata').pluck().get()).toBe(mappings - 1)
  expect(db.prepare('SELECT count(*) FROM entity_mapping_provenance').pluck().get()).toBe(mappings - 1)
  expect(() => db.exec('UPDATE entity_mappings SET path_execution_log_id = 77 WHERE id = 6')).toThrow('FOREIGN KEY')
  db.close()
})

describe('a rebuild of entity_mappings', () => {
  // The column alone is an ALTER; with another declared type, the table has to be rebuilt, as the project's own migration did.
  const rebuilt = 'rebuilt.sql'

  test('loses no child either, nor does its revert', async ({ folder, schema }) => {
    const path = join(folder, file)
    const db = makeMappingCache(path, mappings)
    const script = readFixture('mapping-cache.after.sql').replace('target_id VARCHAR NOT NULL', 'target_id VARCHAR(64)')
    writeFileSync(join(folder, rebuilt), script)
    const before = db.prepare(sums).get()

    const plan = JSON.parse((await schema('plan', file, '--to', rebuilt, '--format', 'json')).stdout)
    expect(plan.steps.map((step: { kind: string }) => step.kind)).toContain('copy-rows')
    expect(await schema('apply', file, '--to', rebuilt, '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('entity_mappings 100,000 rows = 100,000'),
    })
    expect(db.prepare(sums).get()).toEqual(before)
    expect(await schema('revert', file, '--yes')).toMatchObject({ code: 0 })
    expect(db.prepare(sums).get()).toEqual(before)
    expect(db.pragma('foreign_key_check')).toEqual([])
    db.close()
  })
})

test('a revert gives the former schema and rows', async ({ folder, schema }) => {
  const path = join(folder, file)
  makeMappingCache(path, 50).close()
  const [before, facts] = [contentsOf(path), pragmasOf(path)]
  expect(await schema(...applyIt)).toMatchObject({ code: 0 })
  expect(await schema('revert', file, '--yes')).toMatchObject({ code: 0 })
  expect(contentsOf(path).rows).toEqual(before.rows)
  expect(pragmasOf(path)).toEqual(facts)
})

test('several databases are applied each on its own, with one command and the highest exit code', async ({
  folder,
  schema,
}) => {
  const script = join(folder, 'both.sql')
  writeFileSync(script, 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)')
  for (const [name, sql] of [
    ['empty.db', ''],
    ['full.db', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO t VALUES (1, 2, 3)'],
    ['last.db', 'CREATE TABLE t (id INTEGER PRIMARY KEY)'],
  ] as const) {
    const db = new Database(join(folder, name))
    db.exec(sql)
    db.close()
  }

  const done = await schema('apply', 'empty.db', 'full.db', 'last.db', '--to', 'both.sql', '--yes', '--keep-going')

  expect(done.code).toBe(3)
  expect(done.stderr).toContain('t.b')
  expect(done.stdout).toContain(' 2  applied\n')
  expect(done.stdout).toContain('full.db')
  const columns = (name: string): unknown => Object.values(contentsOf(join(folder, name)).catalog)[0]![3]
  expect(columns('empty.db')).toBe('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)')
  expect(columns('last.db')).toBe('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)')
  expect(contentsOf(join(folder, 'full.db')).rows).toEqual({ t: [[1n, 1n, '2', '3']] })
})

test('the ids that mapping_cache.db has of metamapper.db still mean the same rows', async ({ folder, schema }) => {
  const metamapper = makeMetamapper(join(folder, 'metamapper.db'))
  const cache = makeMappingCache(join(folder, file), 10)
  cache.exec('UPDATE entity_mapping_provenance SET relationship_mapping_path_id = 2 WHERE id > 5')
  cache.exec(`ATTACH '${join(folder, 'metamapper.db')}' AS metamapper`)
  const joined = cache.prepare(`
    SELECT p.id, m.source_ontology, m.target_ontology FROM entity_mapping_provenance AS p
    JOIN metamapper.relationship_mapping_paths AS m ON m.id = p.relationship_mapping_path_id ORDER BY p.id
  `)
  const before = joined.all()
  expect(before).toHaveLength(10)

  expect(
    await schema('apply', 'metamapper.db', '--to', metamapperTarget, ...metamapperExcludes, '--yes'),
  ).toMatchObject({
    code: 0,
  })
  expect(await schema(...applyIt)).toMatchObject({ code: 0 })

  expect(joined.all()).toEqual(before)
  cache.close()
  metamapper.close()
})
