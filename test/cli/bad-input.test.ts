import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { bytesOf } from './contents.ts'
import { cliCommand, run, test } from './run-cli.ts'

/** A folder with a good database, a good target, and one of each kind that is not. */
function makeFiles(folder: string): void {
  const db = new Database(join(folder, 'app.db'))
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t (a) VALUES ('x')")
  db.close()
  const damaged = new Database(join(folder, 'damaged.db'))
  damaged.exec('CREATE TABLE t (a); CREATE TABLE u (b)')
  damaged.close()
  truncateSync(join(folder, 'damaged.db'), 5000)
  mkdirSync(join(folder, 'a folder'))
  for (const [name, text] of Object.entries({
    'to.sql': 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);',
    'note.txt': 'These are words, and no database at all.\n'.repeat(50),
    'misspelt.sql': 'CREATE TABLE t (a);\nCREATE TABEL u (b);',
    'filled.sql': 'CREATE TABLE t (a);\nINSERT INTO t VALUES (1);',
    'twice.sql': 'CREATE TABLE t (a);\nCREATE TABLE t (b);',
    'open.sql': "CREATE TABLE t (a DEFAULT 'x",
    'broken.ts': "import { table } from 'sqlite-converge'\nexport default {\n",
    'number.ts': 'export default 42',
    'plain.mjs': 'export default { tables: {} }',
    'named.ts': 'export const schema = 1',
    'throws.ts': "throw new Error('the target is in a bad mood')\nexport default 1",
    'lost.ts': "import './not-here.ts'\nexport default 1",
    'misnamed.ts': `import { defineSchema, integer, table } from 'sqlite-converge'
      export default defineSchema({ t: table({ a: integer() }).index('i', ['nothing' as 'a']) })`,
    'exits.mjs': 'process.exit(0)',
    'exits-with-1.mjs': 'process.exit(1)',
    'waits.mjs': 'await new Promise(() => {})\nexport default 1',
  })) {
    writeFileSync(join(folder, name), text)
  }
  writeFileSync(join(folder, 'encrypted.db'), randomBytes(8192))
}

/** Arguments, and what stderr has to say. */
type BadInput = readonly [args: readonly string[], says: string | RegExp]

const badDatabases: readonly BadInput[] = [
  [['plan', 'missing.db', '--to', 'to.sql'], 'no such file: missing.db'],
  [['plan', 'a folder', '--to', 'to.sql'], 'there is no SQLite file in a folder'],
  [['status', `no{${'a'.repeat(300)},b}.db`], 'no file matches no{a'],
  [['status', 'no*.db'], 'no file matches no*.db'],
  [['plan', 'note.txt', '--to', 'to.sql'], 'note.txt is not a SQLite database'],
  [['status', 'encrypted.db'], 'encrypted.db is not a SQLite database, or it is encrypted'],
  [['apply', 'encrypted.db', '--to', 'to.sql', '--yes'], 'encrypted.db is not a SQLite database'],
  [['revert', 'encrypted.db', '--yes'], 'encrypted.db is not a SQLite database'],
  [['apply', 'damaged.db', '--to', 'to.sql', '--yes'], 'damaged.db is damaged'],
  [['apply', 'a folder', '--to', 'to.sql', '--yes', '--create'], 'there is no SQLite file in a folder'],
  [['apply', 'app.db', 'damaged.db', '--to', 'to.sql', '--yes', '--create'], '--create makes exactly one database'],
  [['apply', 'app.db', 'damaged.db', '--to', 'to.sql', '--yes', '--jobs', '0'], '--jobs takes a number from 1 on'],
  [['apply', 'app.db', 'damaged.db', '--to', 'to.sql', '--yes', '--canary', 'x'], '--canary takes a number from 0 on'],
  [['apply', 'app.db', '--to', 'to.sql', '--yes', '--jobs', 'two'], '--jobs takes a number from 1 on'],
  [['plan', '', '--to', 'to.sql'], 'no such file'],
]

const badTargets: readonly BadInput[] = [
  [['plan', 'app.db', '--to', 'missing.sql'], 'no such file: missing.sql'],
  [['plan', 'app.db', '--to', 'a folder'], 'a folder is a directory'],
  [['plan', 'app.db', '--to', 'note.txt'], 'note.txt'],
  [['plan', 'app.db', '--to', 'encrypted.db'], 'encrypted.db'],
  [['plan', 'app.db', '--to', 'misspelt.sql'], /misspelt\.sql:2: near "TABEL": syntax error/],
  [['apply', 'app.db', '--to', 'filled.sql', '--yes'], /filled\.sql:2: INSERT/],
  [['plan', 'app.db', '--to', 'twice.sql'], /twice\.sql:2: table .?t.? already exists/],
  [['plan', 'app.db', '--to', 'open.sql'], 'open.sql'],
  [['plan', 'app.db', '--to', 'broken.ts'], 'broken.ts'],
  [['plan', 'app.db', '--to', 'number.ts'], 'the default export of number.ts is not a declared schema'],
  [['plan', 'app.db', '--to', 'plain.mjs'], 'the default export of plain.mjs is not a declared schema'],
  [['plan', 'app.db', '--to', 'named.ts'], 'the default export of named.ts is not a declared schema'],
  [['apply', 'app.db', '--to', 'throws.ts', '--yes'], 'the target is in a bad mood'],
  [['plan', 'app.db', '--to', 'lost.ts'], 'not-here.ts'],
  [['plan', 'app.db', '--to', 'misnamed.ts'], 'nothing'],
  [['apply', 'app.db', '--to', 'exits.mjs', '--yes'], 'exits.mjs'],
  [['plan', 'app.db', '--to', 'exits-with-1.mjs'], 'exits-with-1.mjs'],
  [['apply', 'app.db', '--to', 'waits.mjs', '--yes'], 'waits.mjs'],
]

const badUsage: readonly BadInput[] = [
  [[], 'a command is needed'],
  [['migrate', 'app.db'], 'migrate'],
  [['plan', '--to', 'to.sql'], 'no database is given'],
  [['plan', 'app.db'], '--to is missing'],
  [['apply', 'app.db', '--yes'], 'no target is given'],
  [['plan', 'app.db', '--to', 'to.sql', '--force'], 'force'],
  [['plan', 'app.db', '--to', 'to.sql', '--yes'], 'yes'],
  [['apply', 'app.db', '--to', 'to.sql', '--yes', '--allow', 'everything'], 'nothing to allow is called everything'],
  [['revert', 'app.db', '--yes', '--allow', 'drop-tabel'], 'nothing to allow is called drop-tabel'],
  [['plan', 'app.db', '--to', 'to.sql', '--to', 'to.sql'], '--to is given more than once'],
  [['plan', 'app.db', '--to', 'to.sql', '--format', 'yaml'], 'yaml'],
  [['apply', 'app.db', '--to', 'to.sql', '--yes', '--format', 'sql'], 'sql'],
  [['plan', 'app.db', '--to', 'to.sql', '--format'], 'format'],
  [['plan', 'app.db', '--to', 'to.sql', '--exclude'], 'exclude'],
  [['plan', 'app.db', '--to'], 'to'],
  [['plan', 'app.db', '--no-to'], 'no-to'],
  [['plan', 'app.db', '--to', 'to.sql', '--check=maybe'], 'check'],
  [['plan', 'app.db', '--to', 'to.sql', '--for', '3.40'], 'add --format sql'],
  [['plan', 'app.db', '--to', 'to.sql', '--format', 'json', '--for', '3.40'], 'add --format sql'],
  ...['3.34.9', '4.0', 'latest'].map(
    (version): BadInput => [
      ['plan', 'app.db', '--to', 'to.sql', '--format', 'sql', '--for', version],
      '--for takes a version of SQLite from 3.35 on',
    ],
  ),
  [['plan', 'app.db', '--to', 'to.sql', '--format', 'sql', '--for'], 'for'],
  [['plan', 'app.db', '--to', 'to.sql', '--format', 'sql', '--for', '3.40', '--for', '3.53'], 'given more than once'],
  [['apply', 'app.db', '--to', 'to.sql'], 'add --yes'],
  [['revert', 'app.db'], 'add --yes'],
]

describe.for([
  ['a database that can not be read', badDatabases],
  ['a target that can not be read', badTargets],
  ['a command line that makes no sense', badUsage],
] as const)('%s', ([, inputs]) => {
  test.for(inputs)(
    'schema %j ends with 2 and says why, and nothing is changed',
    async ([args, says], { folder, schema, expect }) => {
      makeFiles(folder)
      const before = bytesOf(folder)

      const { code, stdout, stderr } = await schema(...args)

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^error: /)
      expect(stderr).toMatch(says)
      expect(bytesOf(folder)).toEqual(before)
    },
  )
})

test('an error that nobody waits for is not a difference found by --check', async ({ folder, schema }) => {
  makeFiles(folder)
  writeFileSync(
    join(folder, 'late.ts'),
    `import { defineSchema } from 'sqlite-converge'
     Promise.reject(new Error('too late'))
     export default defineSchema({})`,
  )
  const { code, stderr } = await schema('plan', 'app.db', '--to', 'late.ts', '--check')
  expect(code).toBe(5)
  expect(stderr).toContain('too late')
})

describe('a database locked by another connection', () => {
  test.for(['EXCLUSIVE', 'IMMEDIATE'])(
    '%s is not applied to, and nothing is changed',
    async (lock, { folder, schema, expect }) => {
      makeFiles(folder)
      const db = new Database(join(folder, 'app.db'))
      db.exec(`BEGIN ${lock}`)
      const before = bytesOf(folder)

      const { code, stdout, stderr } = await schema('apply', 'app.db', '--to', 'to.sql', '--yes')

      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toContain('app.db is locked by another connection')
      db.exec('ROLLBACK')
      db.close()
      expect(bytesOf(folder)).toEqual(before)
    },
  )

  test('can be planned in WAL mode, and under BEGIN IMMEDIATE', async ({ folder, schema, expect }) => {
    makeFiles(folder)
    const db = new Database(join(folder, 'app.db'))
    db.exec('BEGIN IMMEDIATE')
    expect(await schema('plan', 'app.db', '--to', 'to.sql')).toMatchObject({ code: 0 })
    db.exec('ROLLBACK')
    db.pragma('journal_mode = WAL')
    db.exec("BEGIN EXCLUSIVE; INSERT INTO t (a) VALUES ('not yet')")
    expect(await schema('plan', 'app.db', '--to', 'to.sql')).toMatchObject({ code: 0 })
    db.close()
  })

  test('is applied to when the lock is gone in time', async ({ folder, schema, expect }) => {
    makeFiles(folder)
    const db = new Database(join(folder, 'app.db'))
    db.exec("BEGIN EXCLUSIVE; INSERT INTO t (a) VALUES ('in time')")
    const waiting = schema('apply', 'app.db', '--to', 'to.sql', '--yes')
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    db.exec('COMMIT')
    expect(await waiting).toMatchObject({ code: 0 })
    expect(db.prepare('SELECT a, b FROM t').raw().all()).toEqual([
      ['x', null],
      ['in time', null],
    ])
    db.close()
  })
})

test('a file that nobody may write is not applied to', async ({ folder, schema }) => {
  makeFiles(folder)
  chmodSync(join(folder, 'app.db'), 0o444)
  const before = bytesOf(folder)
  expect(await schema('apply', 'app.db', '--to', 'to.sql', '--yes')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringContaining('app.db is read-only'),
  })
  expect(bytesOf(folder)).toEqual(before)
})

test('a reader that has gone keeps no database from its turn', async ({ folder }) => {
  const names = ['a.db', 'b.db', 'c.db']
  for (const name of names) new Database(join(folder, name)).exec('CREATE TABLE t (a)').close()
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (a, b)')
  const command = cliCommand(['apply', ...names, '--to', 'to.sql', '--yes'])
  const done = await run(folder, 'bash', ['-c', `${command} 2>&1 | head -n 1; exit "\${PIPESTATUS[0]}"`])
  expect(done).toMatchObject({ code: 0, stderr: '' })
  const columns = names.map((name) => {
    const db = new Database(join(folder, name))
    const found = db.prepare("SELECT group_concat(name) FROM pragma_table_info('t')").pluck().get()
    db.close()
    return found
  })
  expect(columns).toEqual(['a,b', 'a,b', 'a,b'])
})

test('a reader that has seen enough is no error', async ({ folder }) => {
  const columns = Array.from({ length: 600 }, (_, n) => `CREATE TABLE a_table_with_a_long_name_${n} (id INTEGER);`)
  writeFileSync(join(folder, 'large.sql'), columns.join('\n'))
  writeFileSync(join(folder, 'empty.db'), '')
  const command = cliCommand(['plan', 'empty.db', '--to', 'large.sql', '--format', 'json'])
  const done = await run(folder, 'bash', ['-c', `${command} | head -c 10; exit "\${PIPESTATUS[0]}"`])
  expect(done.stderr).toBe('')
  expect([0, 141]).toContain(done.code)
})
