import { join } from 'node:path'
import { expect } from 'vitest'
import { makeMetamapper, metamapperExcludes, metamapperTarget } from './biomapper.ts'
import { contentsOf } from './contents.ts'
import { test } from './run-cli.ts'

const file = 'metamapper.db'
const to = ['--to', metamapperTarget, ...metamapperExcludes] as const

/** What a run of the hand-written migration leaves behind when it crashes. */
const leftover = `CREATE TABLE mapping_paths_new (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR);
  INSERT INTO mapping_paths_new VALUES (5, 'half a migration')`

test('a leftover mapping_paths_new is reported as undeclared, with the three ways out, and not dropped', async ({
  folder,
  schema,
}) => {
  const path = join(folder, file)
  const db = makeMetamapper(path)
  db.exec(leftover)
  db.close()
  const before = contentsOf(path)

  expect(await schema('plan', file, ...to)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/drop-table +mapping_paths_new/),
  })
  const done = await schema('apply', file, ...to, '--yes')

  expect(done).toMatchObject({ code: 3, stdout: '' })
  expect(done.stderr).toContain('mapping_paths_new')
  expect(done.stderr).toContain('declare it')
  expect(done.stderr).toContain("--exclude 'mapping_paths_new'")
  expect(done.stderr).toContain('--allow drop-table')
  expect(contentsOf(path)).toEqual(before)
})

test('a leftover mapping_paths_new is not in the way, and can be left alone', async ({ folder, schema }) => {
  const path = join(folder, file)
  const db = makeMetamapper(path)
  db.exec(leftover)
  db.close()
  const before = contentsOf(path)

  const done = await schema('apply', file, ...to, '--exclude', 'mapping_paths_new', '--yes')

  expect(done).toMatchObject({ code: 0 })
  const after = contentsOf(path)
  expect(after.catalog.find(([, name]) => name === 'mapping_paths_new')).toEqual(
    before.catalog.find(([, name]) => name === 'mapping_paths_new'),
  )
  expect(after.rows.mapping_paths_new).toEqual([[5n, 5n, 'half a migration']])
  expect(after.rows.mapping_paths).toHaveLength(before.rows.mapping_paths!.length)
})

test('a leftover mapping_paths_new goes where that is allowed', async ({ folder, schema }) => {
  const path = join(folder, file)
  const db = makeMetamapper(path)
  db.exec(leftover)
  db.close()

  const done = await schema('apply', file, ...to, '--allow', 'drop-table', '--yes')

  expect(done).toMatchObject({ code: 0 })
  expect(contentsOf(path).catalog.map(([, name]) => name)).not.toContain('mapping_paths_new')
})
