import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect } from 'vitest'
import { bytesOf } from './contents.ts'
import { isInstalled, projectFolder, test } from './run-cli.ts'

const built = mkdtempSync(join(tmpdir(), 'schema-extension-'))
afterAll(() => rmSync(built, { recursive: true, force: true }))

/** The extension of an application, compiled; undefined where there is no compiler. */
const extension = compile()

function compile(): string | undefined {
  if (!isInstalled('cc', '--version')) return undefined
  const file = join(built, 'application.so')
  const headers = join(projectFolder, 'node_modules/better-sqlite3/deps/sqlite3')
  const source = join(projectFolder, 'test/fixtures/extension/application.c')
  execFileSync('cc', ['-shared', '-fPIC', '-I', headers, '-o', file, source])
  return file
}

const words = `CREATE TABLE words (
  id INTEGER PRIMARY KEY,
  word TEXT COLLATE unicase UNIQUE,
  slug TEXT GENERATED ALWAYS AS (slugify(word)) STORED
)`

function makeWords(folder: string): void {
  const db = new Database(join(folder, 'app.db'))
  db.loadExtension(extension!)
  db.exec(`${words}; INSERT INTO words (word) VALUES ('Ein Wort'), ('zwei')`)
  db.close()
  writeFileSync(join(folder, 'same.sql'), `${words};`)
  writeFileSync(join(folder, 'strict.sql'), `${words.replace('word TEXT', 'word TEXT NOT NULL')};`)
}

describe.skipIf(extension === undefined)('a database whose collation and function an extension brings', () => {
  test('is compared, and written down, without it', async ({ folder, schema, expect }) => {
    makeWords(folder)
    expect(await schema('plan', 'app.db', '--to', 'same.sql', '--check')).toMatchObject({ code: 0 })
    const { stdout } = await schema('inspect', 'app.db')
    expect(stdout).toContain(".collate('unicase')")
    writeFileSync(join(folder, 'schema.ts'), stdout)
    expect(await schema('plan', 'app.db', '--to', 'schema.ts', '--check')).toMatchObject({ code: 0 })
    expect(await schema('diff', 'app.db', 'schema.ts', '--check')).toMatchObject({ code: 0 })
  })

  test('is asked for its extension where a table has to be created anew', async ({ folder, schema, expect }) => {
    makeWords(folder)
    const before = bytesOf(folder)
    const { code, stderr } = await schema('apply', 'app.db', '--to', 'strict.sql', '--yes')
    expect(code).toBe(3)
    expect(stderr).toContain('function slugify')
    expect(stderr).toContain('--load-extension PATH')
    expect(stderr).toContain('[needs-setup]')
    expect(bytesOf(folder)).toEqual(before)
  })

  test('is planned, applied and reverted with it', async ({ folder, schema, expect }) => {
    makeWords(folder)
    const given = ['--load-extension', extension!]
    const planned = await schema('plan', 'app.db', '--to', 'strict.sql', ...given)
    expect(planned).toMatchObject({ code: 0 })
    expect(planned.stdout).toContain('with 2 sample rows')
    // The commands that a plan proposes are complete.
    expect(planned.stdout).toMatch(/schema apply app\.db --to strict\.sql --load-extension \S+/)
    expect(await schema('apply', 'app.db', '--to', 'strict.sql', '--yes', ...given)).toMatchObject({ code: 0 })
    const db = new Database(join(folder, 'app.db'))
    db.loadExtension(extension!)
    expect(db.prepare('SELECT id, word, slug FROM words ORDER BY word').raw().all()).toEqual([
      [1, 'Ein Wort', 'ein-wort'],
      [2, 'zwei', 'zwei'],
    ])
    expect(() => db.exec("INSERT INTO words (word) VALUES ('ZWEI')")).toThrow('UNIQUE')
    db.close()
    expect(await schema('status', 'app.db', '--to', 'strict.sql', ...given)).toMatchObject({ code: 0 })
    expect(await schema('revert', 'app.db', '--yes', ...given)).toMatchObject({ code: 0 })
    expect(await schema('plan', 'app.db', '--to', 'same.sql', '--check')).toMatchObject({ code: 0 })
  })
})

const slugs = 'CREATE TABLE pages (title TEXT, CHECK (slugify(title) <> char(0)))'
const module = `export default (db) => {
  db.function('slugify', { deterministic: true }, (text) => String(text).toLowerCase())
}`

describe('a setup module', () => {
  test('makes functions known to every command', async ({ folder, schema, expect }) => {
    writeFileSync(join(folder, 'functions.mjs'), module)
    writeFileSync(join(folder, 'one.sql'), `${slugs};`)
    writeFileSync(join(folder, 'two.sql'), `${slugs.replace('title TEXT', 'title TEXT UNIQUE')};`)
    const given = ['--setup', 'functions.mjs']
    const apply = ['apply', 'app.db', '--yes', '--to']
    expect(await schema(...apply, 'one.sql', '--create')).toMatchObject({ code: 3 })
    expect(await schema(...apply, 'one.sql', '--create', ...given)).toMatchObject({ code: 0 })
    const planned = await schema('plan', 'app.db', '--to', 'two.sql', '--out', 'plan.json', ...given)
    expect(planned).toMatchObject({ code: 0 })
    expect(planned.stdout).toContain('--setup functions.mjs')
    expect(await schema('apply', 'app.db', '--plan', 'plan.json', '--yes')).toMatchObject({ code: 3 })
    expect(await schema('apply', 'app.db', '--plan', 'plan.json', '--yes', ...given)).toMatchObject({ code: 0 })
    expect(await schema('revert', 'app.db', '--yes', ...given)).toMatchObject({ code: 0 })
    expect(await schema('inspect', 'app.db', '--format', 'sql', ...given)).toMatchObject({ stdout: `${slugs};\n` })
    expect(await schema('diff', 'app.db', 'one.sql', '--check', ...given)).toMatchObject({ code: 0 })
  })

  test('may print, and what is printed is no result', async ({ folder, schema, expect }) => {
    const chatty = module
      .replace('(db) => {', "(db) => {\n  console.log('a connection')")
      .replace('(text) =>', "(text) => console.log('a text') ??")
    writeFileSync(join(folder, 'functions.mjs'), chatty)
    writeFileSync(join(folder, 'one.sql'), `${slugs};`)
    const db = new Database(join(folder, 'app.db'))
    db.exec("CREATE TABLE pages (title TEXT); INSERT INTO pages VALUES ('A')")
    db.close()
    const given = ['--to', 'one.sql', '--setup', 'functions.mjs', '--format', 'json']
    const { code, stdout, stderr } = await schema('apply', 'app.db', '--yes', ...given)
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ applied: true })
    expect(stderr).toContain('a connection')
    expect(stderr).toContain('a text')
  })

  test.for([
    ['missing.mjs', undefined, 'no such file: missing.mjs'],
    ['broken.mjs', 'export default (db => {', "broken.mjs can't be loaded"],
    ['object.mjs', 'export default { slugify: 1 }', 'the default export of object.mjs is not a function'],
    ['throws.mjs', "export default () => { throw new Error('no licence') }", 'no licence'],
    ['late.mjs', 'export default async () => {}', 'asynchronous'],
  ] as const)('%s is an error that says so', async ([name, text, says], { folder, schema, expect }) => {
    writeFileSync(join(folder, 'one.sql'), `${slugs};`)
    if (text !== undefined) writeFileSync(join(folder, name), text)
    const { code, stdout, stderr } = await schema(
      'apply',
      'a.db',
      '--create',
      '--yes',
      '--to',
      'one.sql',
      '--setup',
      name,
    )
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
    expect(stderr).toContain('[setup-failed]')
  })
})

test('an extension that can not be loaded is an error that says so', async ({ folder, schema }) => {
  writeFileSync(join(folder, 'one.sql'), 'CREATE TABLE t (a);')
  const options = ['--to', 'one.sql', '--load-extension', 'one.sql']
  const { code, stderr } = await schema('apply', 'a.db', '--create', '--yes', ...options)
  expect(code).toBe(2)
  expect(stderr).toContain('one.sql')
  expect(stderr).toContain('[setup-failed]')
  expect(readFileSync(join(folder, 'one.sql'), 'utf8')).toBe('CREATE TABLE t (a);')
})
