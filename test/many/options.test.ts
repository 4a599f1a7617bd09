import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect } from 'vitest'
import { expandPaths } from '../../src/many/expand-paths.ts'
import { projectFolder, test } from '../cli/run-cli.ts'
import { executeOn, makeTenants, read } from './tenants.ts'

const validate = new Ajv({ allErrors: true }).compile(
  JSON.parse(readFileSync(join(projectFolder, 'plan.schema.json'), 'utf8')),
)

const apply = ['apply', 'tenants', '--to', 'to.sql', '--yes']

describe('options of apply do for many files what they do for one', () => {
  test('--dry-run changes nothing, and a second database is seen', async ({ folder, schema }) => {
    const names = makeTenants(folder, 3)
    const { code, stdout } = await schema(...apply, '--dry-run')
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining(' 3  would be applied   nothing was changed'),
    })
    for (const name of names)
      expect(read(join(folder, name), 'SELECT name FROM sqlite_schema')).not.toContainEqual(['_schema_journal'])
  })

  test('--no-journal leaves no entry, and --backup a copy beside each, which is no database of the next run', async ({
    folder,
    schema,
  }) => {
    const names = makeTenants(folder, 3)
    expect((await schema(...apply, '--no-journal', '--backup')).code).toBe(0)
    for (const name of names)
      expect(read(join(folder, name), 'SELECT name FROM sqlite_schema')).not.toContainEqual(['_schema_journal'])
    expect(readdirSync(join(folder, 'tenants')).filter((name) => name.includes('.backup-'))).toHaveLength(3)
    const again = await schema('apply', 'tenants/*', '--to', 'to.sql', '--yes')
    expect(again.stdout).toContain(' 3  in sync\n')
  })

  test('--setup and --exclude reach the workers', async ({ folder, schema }) => {
    mkdirSync(join(folder, 'tenants'))
    for (const name of ['a', 'b']) {
      executeOn(
        join(folder, `tenants/${name}.db`),
        "CREATE TABLE t (a); INSERT INTO t VALUES ('x'); CREATE TABLE own (b)",
      )
    }
    writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (a, s AS (slug(a)) STORED)')
    writeFileSync(
      join(folder, 'setup.mjs'),
      `export default (db) => db.function('slug', { deterministic: true }, (text) => \`\${text}!\`)`,
    )
    const { code, stderr } = await schema(...apply, '--setup', 'setup.mjs', '--exclude', 'own', '--jobs', '2')
    expect({ code, stderr }).toMatchObject({ code: 0 })
    for (const name of ['a', 'b'])
      expect(read(join(folder, `tenants/${name}.db`), 'SELECT count(*) FROM own')).toEqual([[0]])
  })

  test('--keep puts aside in each what goes, and revert brings it back', async ({ folder, schema }) => {
    mkdirSync(join(folder, 'tenants'))
    const paths = ['a', 'b'].map((name) => join(folder, `tenants/${name}.db`))
    for (const path of paths)
      executeOn(path, `CREATE TABLE t (id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, '${path}')`)
    writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (id INTEGER PRIMARY KEY)')
    expect((await schema(...apply)).code).toBe(3)
    expect((await schema(...apply, '--keep', '--fast')).code).toBe(0)
    expect((await schema('revert', 'tenants', '--yes')).code).toBe(0)
    for (const path of paths) expect(read(path, 'SELECT a FROM t')).toEqual([[path]])
  })

  test('--backup-to and --out are refused, as what names one file', async ({ folder, schema }) => {
    makeTenants(folder, 2)
    expect(await schema(...apply, '--backup-to', 'copy.db')).toMatchObject({ code: 2, stdout: '' })
    expect(await schema('plan', 'tenants', '--to', 'to.sql', '--out', 'plan.json')).toMatchObject({
      code: 2,
      stdout: '',
    })
  })
})

test('a script is one of a group, and says for which files it is', async ({ folder, schema }) => {
  const names = makeTenants(folder, 4)
  const { code, stdout } = await schema('plan', 'tenants', '--to', 'to.sql', '--format', 'sql')
  expect(code).toBe(0)
  expect(stdout.match(/^-- for tenants.*$/gm)).toEqual([0, 3, 1, 2].map((n) => `-- for ${names[n]}`))
  expect(stdout.match(/^COMMIT;$/gm)).toHaveLength(3)
})

test('the ways back are shown by group', async ({ folder, schema }) => {
  makeTenants(folder, 4)
  const { code, stdout } = await schema('plan', 'tenants', '--to', 'to.sql', '--reverse')
  expect(code).toBe(0)
  expect(stdout.match(/^to.sql → group \d, \d databases? as tenants.*$/gm)).toHaveLength(3)
})

test('an entry of a config may be many files, among others that are one', async ({ folder, schema }) => {
  makeTenants(folder, 4)
  executeOn(join(folder, 'app.db'), 'CREATE TABLE t (a)')
  writeFileSync(join(folder, 'app.sql'), 'CREATE TABLE t (a, b)')
  writeFileSync(
    join(folder, 'schema.config.ts'),
    `import { defineConfig } from 'sqlite-converge'
     export default defineConfig({ databases: {
       app: { path: 'app.db', to: 'app.sql' },
       tenants: { path: 'tenants/*.db', to: 'to.sql', pragmas: { cache_size: -4000 } },
     } })`,
  )
  const planned = await schema('plan', '--format', 'json', '--check')
  expect(planned.code).toBe(1)
  const document = JSON.parse(planned.stdout)
  expect(document).toMatchObject({
    databases: [
      { name: 'app', database: 'app.db', inSync: false },
      { name: 'tenants', database: 'tenants/*.db', summary: { databases: 4, differ: 4, groups: 3 } },
    ],
  })
  validate(document)
  expect(validate.errors).toBeNull()
  const shown = await schema('plan', 'tenants')
  expect(shown.stdout).toContain('next      schema apply tenants\n')
  const applied = await schema('apply', '--yes', '--format', 'json')
  expect(applied.code).toBe(0)
  expect(JSON.parse(applied.stdout)).toMatchObject({
    databases: [
      { name: 'app', applied: true },
      { name: 'tenants', summary: { applied: 4 } },
    ],
  })
})

test('status takes patterns too', async ({ folder, schema }) => {
  makeTenants(folder, 3)
  const { code, stdout } = await schema('status', 'tenants/000[12].db', '--format', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    databases: [{ database: 'tenants/0001.db' }, { database: 'tenants/0002.db' }],
  })
})

test('of a pattern that one file matches, the output is that of one file', async ({ folder, schema }) => {
  makeTenants(folder, 3)
  const { code, stdout } = await schema('plan', 'tenants/*1.db', '--to', 'to.sql', '--format', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ database: 'tenants/0001.db', inSync: false })
})

test('paths are files, patterns or directories; each file is taken once, and none that is no database of its own', ({
  folder,
}) => {
  const files = [
    'b.db',
    'a.db',
    'a.db-wal',
    'a.db-journal',
    'a.db.backup-20260101T000000Z',
    'C.SQLITE',
    'd.sqlite3',
    'notes.txt',
  ]
  mkdirSync(join(folder, 'below/deep'), { recursive: true })
  for (const name of [...files, 'below/e.db', 'below/deep/f.db', 'of[fer].db']) writeFileSync(join(folder, name), '')
  symlinkSync('a.db', join(folder, 'z.db'))
  const found = (...args: readonly string[]): readonly string[] =>
    expandPaths(args.map((arg) => join(folder, arg))).map((path) => path.slice(folder.length + 1))

  expect(found('')).toEqual(['C.SQLITE', 'a.db', 'b.db', 'd.sqlite3', 'of[fer].db'])
  expect(found('*.db')).toEqual(['a.db', 'b.db', 'of[fer].db'])
  expect(found('{a,b}.d?')).toEqual(['a.db', 'b.db'])
  expect(found('[!a].db')).toEqual(['b.db', 'z.db'])
  expect(found('[^a].db')).toEqual(['b.db', 'z.db'])
  expect(found('[[:upper:]]*')).toEqual(['C.SQLITE'])
  expect(found('**/*.db')).toEqual(['a.db', 'b.db', 'below/deep/f.db', 'below/e.db', 'of[fer].db'])
  expect(found('*/*.db')).toEqual(['below/e.db'])
  expect(found('a*')).toEqual(['a.db'])
  // A file that is called as a pattern is that file.
  expect(found('of[fer].db')).toEqual(['of[fer].db'])
  expect(found('b.db', 'missing.db', 'z.db', '*.db')).toEqual(['b.db', 'missing.db', 'z.db', 'of[fer].db'])
  // As a shell gives them for a*; by itself, a backup is what is asked for.
  expect(found('a.db', 'a.db-journal', 'a.db-wal', 'a.db.backup-20260101T000000Z')).toEqual(['a.db'])
  expect(found('b.db', 'a.db.backup-20260101T000000Z')).toEqual(['b.db', 'a.db.backup-20260101T000000Z'])
  expect(() => found('no*.db')).toThrow(/no file matches/)
  expect(() => found('nowhere/*.db')).toThrow(/no file matches/)
  expect(() => found('below/deep/none*')).toThrow(/no file matches/)
})
