import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { bytesOf, contentsOf } from './contents.ts'
import { test } from './run-cli.ts'

const declared = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT 'x'); CREATE TABLE u (b)"
const save = ['plan', 'app.db', '--to', 'to.sql', '--out', 'plan.json'] as const
const applySaved = ['apply', 'app.db', '--plan', 'plan.json', '--yes'] as const

test('a saved plan is applied as it was shown, without the target', async ({ folder, schema }) => {
  makeFiles(folder)
  const next = expect.stringContaining('schema apply app.db --plan plan.json\n')
  expect(await schema(...save)).toMatchObject({ code: 0, stdout: next })
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE another (z)')

  expect(await schema(...applySaved)).toMatchObject({ code: 0, stdout: expect.stringContaining('applied app.db') })

  expect(contentsOf(join(folder, 'app.db')).rows).toEqual({
    t: [
      [1n, 1n, 'x'],
      [2n, 2n, 'x'],
    ],
    u: [],
  })
  expect(await schema('revert', 'app.db', '--yes')).toMatchObject({ code: 0 })
  expect(contentsOf(join(folder, 'app.db')).rows).toEqual({
    t: [
      [1n, 1n],
      [2n, 2n],
    ],
  })
})

test('a saved plan keeps the excludes of its plan', async ({ folder, schema }) => {
  makeFiles(folder)
  run(folder, 'CREATE TABLE mine (x); INSERT INTO mine VALUES (1)')
  expect(await schema(...save, '--exclude', 'mine')).toMatchObject({ code: 0 })
  expect(await schema(...applySaved)).toMatchObject({ code: 0 })
  expect(contentsOf(join(folder, 'app.db')).rows.mine).toEqual([[1n, 1n]])
})

test('a saved plan is refused where the schema has been changed since', async ({ folder, schema }) => {
  makeFiles(folder)
  await schema(...save)
  run(folder, 'CREATE INDEX i ON t (id)')
  const before = contentsOf(join(folder, 'app.db'))
  expect(await schema(...applySaved)).toMatchObject({
    code: 3,
    stdout: '',
    stderr: `refused: the schema is not the one that the plan was made for   [schema-drifted]

 + index i
     + CREATE INDEX i ON t (id)

   plan again
   Nothing was changed.
`,
  })
  expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
})

test('what has changed since is shown, and all of it in the JSON', async ({ folder, schema }) => {
  makeFiles(folder)
  run(folder, 'CREATE TABLE other (a,\n  b,\n  c); CREATE VIEW v AS SELECT a FROM other')
  await schema(...save, '--exclude', 'other', '--exclude', 'v')
  run(folder, 'DROP VIEW v; DROP TABLE other; CREATE TABLE other (a,\n  "b\u001b[2J",\n  c)')
  const { stderr } = await schema(...applySaved)
  expect(stderr).toContain(`
 ~ table other
     -   b,
     +   "b\\u001b[2J",
 - view v
     - CREATE VIEW v AS SELECT a FROM other
`)
  const { stdout } = await schema(...applySaved, '--format', 'json')
  expect(JSON.parse(stdout)).toMatchObject({
    error: {
      code: 'schema-drifted',
      objects: ['other', 'v'],
      drift: [
        { type: 'table', name: 'other', was: 'CREATE TABLE other (a,\n  b,\n  c)' },
        { type: 'view', name: 'v', was: 'CREATE VIEW v AS SELECT a FROM other' },
      ],
    },
  })
})

test('a saved plan is refused for another database', async ({ folder, schema }) => {
  makeFiles(folder)
  await schema(...save)
  const db = new Database(join(folder, 'other.db'))
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, z)')
  db.close()
  expect(await schema('apply', 'other.db', '--plan', 'plan.json', '--yes')).toMatchObject({ code: 3, stdout: '' })
})

const tampers: readonly (readonly [what: string, change: (plan: Saved) => void])[] = [
  ['a statement was changed', (plan) => void Object.assign(plan.steps[0]!, { sql: 'DROP TABLE "t"' })],
  ['a statement was added', (plan) => void plan.steps.push({ ...plan.steps[0]!, sql: 'DELETE FROM t' })],
  ['the steps were emptied', (plan) => void plan.steps.splice(0)],
  ['the target was changed', (plan) => void plan.target.catalog.splice(0)],
]

test.for(tampers)('a saved plan in which %s is refused', async ([, change], { folder, schema }) => {
  makeFiles(folder)
  await schema(...save)
  const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'))
  change(plan)
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan))
  const before = bytesOf(folder)

  const done = await schema(...applySaved)

  expect(done).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('[plan-differs]') })
  expect(bytesOf(folder)).toEqual(before)
})

const malformed: readonly (readonly [what: string, text: string])[] = [
  ['nothing', ''],
  ['no JSON', '{'],
  ['null', 'null'],
  ['a list', '[]'],
  ['another object', '{"name": "package"}'],
  ['another version', '{"version": 2}'],
  [
    'a backfill of two statements',
    JSON.stringify({
      version: 1,
      binding: 'x',
      steps: [],
      target: {
        name: 'x',
        catalog: [],
        backfills: [{ table: 't', column: 'a', expression: '1); DROP TABLE t; --' }],
        excludes: [],
      },
    }),
  ],
]

test.for(malformed)('a plan file that holds %s is not read', async ([, text], { folder, schema }) => {
  makeFiles(folder)
  writeFileSync(join(folder, 'plan.json'), text)
  const before = bytesOf(folder)
  expect(await schema(...applySaved)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('plan.json is not a plan file'),
  })
  expect(bytesOf(folder)).toEqual(before)
})

describe('--out and --plan', () => {
  test('do not write over a file', async ({ folder, schema }) => {
    makeFiles(folder)
    writeFileSync(join(folder, 'plan.json'), 'something else')
    expect(await schema(...save)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('it exists') })
    expect(readFileSync(join(folder, 'plan.json'), 'utf8')).toBe('something else')
  })

  test('need a folder that exists, and a file that exists', async ({ folder, schema }) => {
    makeFiles(folder)
    expect(await schema('plan', 'app.db', '--to', 'to.sql', '--out', 'no/plan.json')).toMatchObject({
      code: 2,
      stdout: '',
    })
    expect(await schema(...applySaved)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('plan.json'),
    })
  })

  test('take exactly one database', async ({ folder, schema }) => {
    makeFiles(folder)
    const plan = await schema('plan', 'app.db', 'other.db', '--to', 'to.sql', '--out', 'plan.json')
    expect(plan).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--out takes exactly one') })
    const apply = await schema('apply', 'app.db', 'other.db', '--plan', 'plan.json', '--yes')
    expect(apply).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--plan takes exactly one') })
  })

  test('do not go with --to', async ({ folder, schema }) => {
    makeFiles(folder)
    expect(await schema(...applySaved, '--to', 'to.sql')).toMatchObject({ code: 2, stdout: '' })
  })
})

interface Saved {
  readonly steps: { readonly sql: string }[]
  readonly target: { readonly catalog: unknown[] }
}

function makeFiles(folder: string): void {
  run(folder, 'CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)')
  writeFileSync(join(folder, 'to.sql'), declared)
}

function run(folder: string, sql: string): void {
  const db = new Database(join(folder, 'app.db'))
  db.exec(sql)
  db.close()
}
