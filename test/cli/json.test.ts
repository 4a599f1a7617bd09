import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { makeMetamapper, metamapperExcludes, metamapperTarget } from './biomapper.ts'
import { projectFolder, test } from './run-cli.ts'

const validate = new Ajv({ allErrors: true }).compile(
  JSON.parse(readFileSync(join(projectFolder, 'plan.schema.json'), 'utf8')),
)

test('a plan has the fields that scripts depend on', async ({ folder, schema }) => {
  makeMetamapper(join(folder, 'metamapper.db')).close()

  const { code, stdout, stderr } = await schema(
    ...['plan', 'metamapper.db', '--to', metamapperTarget, ...metamapperExcludes, '--format', 'json'],
  )

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const plan = JSON.parse(stdout)
  expect(plan).toMatchObject({ version: 1, inSync: false, preflight: [], reverse: { kind: 'exact', losses: [] } })
  expect(plan.from).toMatch(/^[0-9a-f]{16,}$/)
  expect(plan.to).toMatch(/^[0-9a-f]{16,}$/)
  expect(plan.changes.map((change: { kind: string }) => change.kind).sort()).toEqual([
    'add-column',
    'add-column',
    'add-unique',
    'drop-unique',
  ])
  for (const step of [...plan.steps, ...plan.reverse.steps]) {
    expect(step).toEqual({
      kind: expect.any(String),
      object: expect.any(String),
      sql: expect.any(String),
      why: expect.any(String),
    })
  }
  expect(plan.steps.length).toBeGreaterThan(0)
  expect(plan.reverse.steps.length).toBeGreaterThan(0)
  expect(plan.hazards).toEqual([
    {
      code: 'suspicious-default',
      level: 'warn',
      object: 'mapping_strategy_steps.is_required',
      message: expect.any(String),
    },
  ])
  validate(plan)
  expect(validate.errors).toBeNull()
})

test('rows that do not fit are listed with their number', async ({ folder, schema }) => {
  makeDatabase(folder, 'app.db', "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), ('x'), ('y')")
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (a TEXT UNIQUE)')
  const { code, stdout } = await schema('plan', 'app.db', '--to', 'to.sql', '--format', 'json')
  expect(code).toBe(0)
  const plan = JSON.parse(stdout)
  expect(plan.preflight).toMatchObject([{ code: 'duplicate-key', object: 't', rows: 2 }])
  validate(plan)
  expect(validate.errors).toBeNull()
})

test('a plan that loses something says what can not come back', async ({ folder, schema }) => {
  makeDatabase(
    folder,
    'app.db',
    "CREATE TABLE t (a TEXT, b TEXT); INSERT INTO t VALUES ('x', 'y'); CREATE TABLE gone (z)",
  )
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (a TEXT)')
  const plan = JSON.parse((await schema('plan', 'app.db', '--to', 'to.sql', '--format', 'json')).stdout)
  expect(plan.hazards).toMatchObject([
    { code: 'drop-table', level: 'refuse', object: 'gone' },
    { code: 'drop-column', level: 'refuse', object: 't.b' },
  ])
  expect(plan.reverse).toMatchObject({ kind: 'lossy', losses: [expect.stringContaining('t.b')] })
})

test('several databases are one document, in the order in which they were given', async ({ folder, schema }) => {
  makeDatabase(folder, 'a.db', 'CREATE TABLE t (a)')
  makeDatabase(folder, 'b.db', '')
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (a)')

  const to = ['--to', 'to.sql', '--format', 'json']
  const { code, stdout, stderr } = await schema('plan', 'a.db', 'b.db', 'missing.db', ...to, '--check')

  expect(code).toBe(2)
  expect(stderr).toContain('no such file: missing.db')
  const document = JSON.parse(stdout)
  expect(document).toMatchObject({
    version: 1,
    databases: [
      { database: 'a.db', state: 'in-sync' },
      { database: 'b.db', state: 'differs', group: 1, hazards: [], preflight: [], reverse: { kind: 'exact' } },
      { database: 'missing.db', state: 'failed', error: { code: 'no-such-database', class: 'input' } },
    ],
    groups: [{ group: 1, of: 'b.db', databases: 1, plan: { inSync: false } }],
    summary: { databases: 3, inSync: 1, differ: 1, failed: 1, groups: 1 },
  })
  validate(document)
  expect(validate.errors).toBeNull()

  const applied = await schema('apply', 'a.db', 'b.db', 'missing.db', ...to, '--yes', '--keep-going')
  expect(applied.code).toBe(2)
  const done = JSON.parse(applied.stdout)
  expect(done).toMatchObject({
    databases: [
      { database: 'a.db', state: 'in-sync', applied: false },
      { database: 'b.db', state: 'applied', applied: true, group: 1, id: expect.any(String) },
      { database: 'missing.db', state: 'failed', applied: false, error: { code: 'no-such-database' } },
    ],
    summary: { databases: 3, applied: 1, inSync: 1, refused: 0, failed: 1, interrupted: 0, notBegun: 0 },
  })
  validate(done)
  expect(validate.errors).toBeNull()
})

test('an error is a document too', async ({ folder, schema }) => {
  makeDatabase(folder, 'app.db', 'CREATE TABLE t (a); CREATE TABLE u (b)')
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (a)')
  const { code, stdout } = await schema('apply', 'app.db', '--to', 'to.sql', '--yes', '--format', 'json')
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    database: 'app.db',
    error: {
      code: 'hazards',
      class: 'refused',
      message: expect.stringContaining('u'),
      objects: ['u'],
      advice: [
        expect.stringContaining('declare'),
        expect.stringContaining('--exclude'),
        expect.stringContaining('--keep'),
        expect.stringContaining('--allow'),
      ],
      hazards: [{ code: 'drop-table', level: 'refuse', object: 'u', message: expect.any(String) }],
    },
  })
})

test('apply, status and revert answer as data', async ({ folder, schema }) => {
  makeDatabase(folder, 'app.db', '')
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (a)')
  const json = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await schema(...args, '--format', 'json')).stdout)

  const applied = await json('apply', 'app.db', '--to', 'to.sql', '--yes')
  expect(applied).toMatchObject({ version: 1, applied: true, plan: { inSync: false } })
  expect(await json('status', 'app.db', '--to', 'to.sql')).toMatchObject({
    at: applied.id,
    inSync: true,
    unchanged: true,
    journal: [{ id: applied.id, kind: 'apply' }],
  })
  expect(await json('apply', 'app.db', '--to', 'to.sql', '--yes')).toMatchObject({
    applied: false,
    plan: { inSync: true },
  })
  expect(await json('revert', 'app.db', '--yes')).toMatchObject({ reverted: applied.id, drifted: false })
  expect(await json('status', 'app.db')).toMatchObject({ at: null, unchanged: true })
})

describe('--check', () => {
  test('exits 1 when there is a difference, and 0 when there is none', async ({ folder, schema }) => {
    makeDatabase(folder, 'a.db', 'CREATE TABLE t (a)')
    makeDatabase(folder, 'b.db', 'CREATE TABLE t (b)')
    writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (a)')
    expect(await schema('plan', 'a.db', '--to', 'to.sql', '--check')).toMatchObject({ code: 0 })
    expect(await schema('plan', 'b.db', '--to', 'to.sql', '--check')).toMatchObject({ code: 1 })
    expect(await schema('plan', 'a.db', 'b.db', '--to', 'to.sql', '--check')).toMatchObject({ code: 1 })
    expect(await schema('plan', 'b.db', '--to', 'to.sql')).toMatchObject({ code: 0 })
  })
})

test('what a target prints is talk, and no part of the document', async ({ folder, schema }) => {
  makeDatabase(folder, 'app.db', '')
  writeFileSync(
    join(folder, 'to.ts'),
    `import { defineSchema, integer, table } from 'sqlite-converge'
     console.log('loading')
     process.stdout.write('still loading')
     export default defineSchema({ t: table({ id: integer() }) })`,
  )
  const { code, stdout, stderr } = await schema('plan', 'app.db', '--to', 'to.ts', '--format', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ inSync: false })
  expect(stderr).toContain('loading')
})

function makeDatabase(folder: string, name: string, sql: string): void {
  const db = new Database(join(folder, name))
  db.exec(sql === '' ? 'VACUUM' : sql)
  db.close()
}
