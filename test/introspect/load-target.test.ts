import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadTarget } from '../../src/introspect/load-target.ts'
import { readTarget } from '../../src/introspect/target.ts'
import { ConvergeError } from '../../src/model/error.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'load-target-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

let count = 0

/** A file of this name with this content, in a folder of its own. */
function write(name: string, content: string | Uint8Array): string {
  const own = join(folder, String(count++))
  mkdirSync(own)
  writeFileSync(join(own, name), content)
  return join(own, name)
}

/** The error that loading ends in. */
async function failure(path: string): Promise<ConvergeError> {
  const error = await loadTarget(path)
    .then((target) => readTarget(target))
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  expect(error).toBeInstanceOf(ConvergeError)
  return error as ConvergeError
}

describe('a module', () => {
  const body = `import { defineSchema, integer, sql, table, text } from 'sqlite-converge'
    export default defineSchema({
      users: table({ id: integer().notNull(), name: text().backfill(sql\`'nobody'\`) }).primaryKey(['id']),
    }, { exclude: ['legacy_*'] })`

  test.each(['schema.ts', 'schema.mts', 'schema.js', 'schema.mjs'])('%s is loaded', async (name) => {
    const target = await loadTarget(write(name, body))
    expect(
      readTarget(target).tables.map((table) => [table.name, ...table.columns.map((column) => column.name)]),
    ).toEqual([['users', 'id', 'name']])
    expect(target.backfills).toEqual([{ table: 'users', column: 'name', expression: "'nobody'" }])
    expect(target.excludes).toEqual(['legacy_*'])
  })

  test('may import its neighbours', async () => {
    const path = write(
      'schema.ts',
      "import { users } from './users.ts'\nimport { defineSchema } from 'sqlite-converge'\nexport default defineSchema({ users })",
    )
    writeFileSync(
      join(path, '../users.ts'),
      "import { integer, table } from 'sqlite-converge'\nexport const users = table({ id: integer() })",
    )
    expect(readTarget(await loadTarget(path)).tables).toHaveLength(1)
  })

  test('that has been edited, or whose neighbour has, is loaded anew', async () => {
    const path = write(
      'schema.ts',
      "import { name } from './name.ts'\nimport { defineSchema, table } from 'sqlite-converge'\nexport default defineSchema({ [name]: table({}) } as never)",
    )
    const names: (string | undefined)[] = []
    for (const name of ['one', 'two']) {
      writeFileSync(join(path, '../name.ts'), `export const name = '${name}'`)
      names.push(...(await loadTarget(path)).statements.map((statement) => statement.label))
    }
    expect(names).toEqual(['one', 'two'])
  })

  test('may hold TypeScript that has to be stripped', async () => {
    const path = write(
      'schema.ts',
      `import { type DeclaredSchema, defineSchema, integer, table } from 'sqlite-converge'
      const name: string = 't' satisfies string
      export default defineSchema({ [name]: table({ id: integer() }) } as never) as DeclaredSchema`,
    )
    expect(readTarget(await loadTarget(path)).tables.map((table) => table.name)).toEqual(['t'])
  })
})

describe('a script', () => {
  test('is what SQLite makes of it', async () => {
    const path = write(
      'schema.sql',
      `\ufeff-- a dump
      PRAGMA foreign_keys = OFF;
      BEGIN TRANSACTION;
      CREATE TABLE "t" (a INT, b TEXT);
      CREATE TABLE gone (x);
      CREATE INDEX i ON t (a);
      CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END;
      CREATE VIEW v AS SELECT a FROM t;
      ALTER TABLE t ADD COLUMN c DEFAULT 'x;y';
      DROP TABLE gone;
      COMMIT;`,
    )
    const target = await loadTarget(path)
    const schema = readTarget(target)
    expect(schema.tables.map((table) => [table.name, ...table.columns.map((column) => column.name)])).toEqual([
      ['t', 'a', 'b', 'c'],
    ])
    expect([schema.indexes, schema.triggers, schema.views].map((list) => list.length)).toEqual([1, 1, 1])
    expect([target.backfills, target.excludes]).toEqual([[], []])
  })

  test('without a statement is the empty schema', async () => {
    expect(readTarget(await loadTarget(write('empty.sql', '-- nothing yet\n'))).tables).toEqual([])
  })

  test('is refused where it holds rows, with the line', async () => {
    const error = await failure(write('schema.sql', 'CREATE TABLE t (a);\n\nINSERT INTO t VALUES (1);\n'))
    expect(error).toMatchObject({
      code: 'target-invalid',
      message: 'schema.sql:3: INSERT is not a statement of a schema',
      objects: ['schema.sql:3'],
    })
  })

  test.each([
    ['SELECT 1', 'SELECT'],
    ['VACUUM', 'VACUUM'],
    ["ATTACH 'x.db' AS x", 'ATTACH'],
    ['WITH x AS (SELECT 1) DELETE FROM t', 'WITH'],
    ['CREATE TEMP TABLE t (a)', 'CREATE TEMP'],
    ['create temporary view v as select 1', 'CREATE TEMPORARY'],
    ['REINDEX', 'REINDEX'],
  ])('is refused where it says %s', async (statement, what) => {
    const error = await failure(write('schema.sql', `${statement};`))
    expect(error.code).toBe('target-invalid')
    expect(error.message).toBe(`schema.sql:1: ${what} is not a statement of a schema`)
  })

  test('that SQLite refuses is an error with the line and the reason', async () => {
    const error = await failure(write('schema.sql', '-- one\nCREATE TABLE t (a);\nCREATE TABLE t (b);\n'))
    expect(error).toMatchObject({
      code: 'target-invalid',
      message: 'schema.sql:3: table t already exists',
      objects: ['schema.sql:3'],
      advice: ['CREATE TABLE t (b)'],
    })
    expect(error.cause).toBeInstanceOf(Error)
  })

  test('with a syntax error is an error with the line', async () => {
    const error = await failure(write('schema.sql', 'CREATE TABLE a (x);\nCREATE TABLE t (\n  a INT,\n);'))
    expect(error).toMatchObject({ code: 'target-invalid', message: 'schema.sql:2: near ")": syntax error' })
  })

  test.each([
    ['Latin-1', new Uint8Array([...Buffer.from('CREATE TABLE t (gr'), 0xf6, ...Buffer.from('sse);')])],
    ['UTF-16', Buffer.from('\ufeffCREATE TABLE t (a);', 'utf16le')],
    ['a database', Buffer.from('SQLite format 3\0\xff\xfe', 'latin1')],
  ])('that is no UTF-8 but %s is an error', async (_, content) => {
    const path = write('schema.sql', content)
    expect(await failure(path)).toMatchObject({
      code: 'target-unreadable',
      message: `${path} can't be read as UTF-8 text`,
      objects: [path],
    })
  })
})

describe('what is no target is an error', () => {
  test.each(['schema.ts', 'schema.sql'])('%s that does not exist', async (name) => {
    const path = join(folder, 'nowhere', name)
    expect(await failure(path)).toMatchObject({
      code: 'no-such-target',
      message: `no such file: ${path}`,
      objects: [path],
    })
  })

  test.each(['folder', 'folder.ts', 'folder.sql'])('a directory called %s', async (name) => {
    const path = join(folder, name)
    mkdirSync(path)
    expect(await failure(path)).toMatchObject({ code: 'target-unreadable', message: `${path} is a directory` })
  })

  test.each(['schema.json', 'schema.db', 'schema', 'schema.tsx'])('a file called %s', async (name) => {
    const path = write(name, '')
    expect(await failure(path)).toMatchObject({
      code: 'target-unreadable',
      message: `${path} is neither a module (.ts, .js, .mjs, …) nor a .sql script`,
    })
  })

  test('a module with a syntax error', async () => {
    const path = write('schema.ts', 'export default defineSchema({')
    const error = await failure(path)
    expect(error.code).toBe('target-unreadable')
    expect(error.message.startsWith(`${path} can't be loaded: `)).toBe(true)
    expect(error.cause).toBeDefined()
  })

  test('a module that throws', async () => {
    const path = write('schema.ts', "throw new Error('out of cheese\\nplease redo')")
    expect(await failure(path)).toMatchObject({
      code: 'target-unreadable',
      message: `${path} can't be loaded: out of cheese`,
      advice: ['please redo'],
    })
  })

  test('a module that imports what is not there', async () => {
    const path = write('schema.ts', "import './nope.ts'\nexport default 1")
    const error = await failure(path)
    expect(error.code).toBe('target-unreadable')
    expect(error.message).toContain('nope.ts')
  })

  test.each([
    ['exports nothing by default', 'export const schema = 1'],
    ['exports a number', 'export default 1'],
    ['exports null', 'export default null'],
    ['exports a table', "import { integer, table } from 'sqlite-converge'\nexport default table({ a: integer() })"],
    [
      'exports the schema of another version',
      "export default { [Symbol.for('sqlite-converge.schema')]: 999, objects: {}, exclude: [] }",
    ],
  ])('a module that %s', async (_, body) => {
    const path = write('schema.ts', body)
    expect(await failure(path)).toMatchObject({
      code: 'target-not-a-schema',
      message: `the default export of ${path} is not a declared schema`,
      advice: ['export default defineSchema({ … })'],
    })
  })

  test('a declaration that SQLite refuses', async () => {
    const path = write(
      'schema.ts',
      "import { defineSchema, integer, sql, table } from 'sqlite-converge'\nexport default defineSchema({ t: table({ a: integer() }).check(sql`nope > 1`) })",
    )
    expect(await failure(path)).toMatchObject({
      code: 'target-invalid',
      message: 't: no such column: nope',
      objects: ['t'],
    })
  })
})
