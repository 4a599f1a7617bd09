import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { bytesOf } from '../cli/contents.ts'
import { type Finished, isInstalled, projectFolder, runCli, test } from '../cli/run-cli.ts'
import { edited, expectPrintable, innocent, type Make, makeHostile, sql } from './attack.ts'

const target = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
  CREATE TABLE pets (id INTEGER PRIMARY KEY, owner REFERENCES users (id), name TEXT NOT NULL);`
const hasFifos = isInstalled('mkfifo', '--version')

/** Runs the command line, and ends it where it takes longer than that: the code is null then. */
function runFor(
  folder: string,
  args: readonly string[],
  limit: number,
  env: Record<string, string> = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const options = {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ...env },
      timeout: limit,
      killSignal: 'SIGKILL',
    } as const
    const child = execFile(
      process.execPath,
      [join(projectFolder, 'dist/cli.js'), ...args],
      options,
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

function makeGood(path: string, pragma = ''): void {
  makeHostile(path, () => {}, `${pragma};${innocent}`)
}

/** A file that is no good database, and how every command that reads it ends. */
type File = readonly [what: string, make: (path: string) => void, code: number, says: string, bug?: string]

const files: readonly File[] = [
  ['empty', (path) => writeFileSync(path, ''), 0, ''],
  ['one letter', (path) => writeFileSync(path, 'S'), 0, ''],
  ['zeros', (path) => writeFileSync(path, Buffer.alloc(8192)), 2, '[not-a-database]'],
  ['a text', (path) => writeFileSync(path, 'CREATE TABLE users (id);\n'.repeat(9)), 2, '[not-a-database]'],
  ['the start of a header', (path) => writeFileSync(path, 'SQLite format 3\0'), 2, '[not-a-database]'],
  ['a folder', (path) => mkdirSync(path), 2, '[usage]'],
  ['a link to itself', (path) => symlinkSync('app.db', path), 2, '[no-such-database]'],
  ['a link to nothing', (path) => symlinkSync('nowhere', path), 2, '[no-such-database]'],
  ['a link to a device', (path) => symlinkSync('/dev/zero', path), 2, '[not-a-database]'],
  ['a pipe', (path) => void execFileSync('mkfifo', [path]), 2, '[database-unreadable]'],
  [
    'a pipe that nobody may write to',
    (path) => {
      execFileSync('mkfifo', [path])
      chmodSync(path, 0o444)
    },
    2,
    '[database-unreadable]',
  ],
  [
    'of a newer format',
    (path) => {
      makeGood(path)
      patch(path, 47, 9)
    },
    2,
    '[not-a-database]',
  ],
  [
    'of a newer format for reading',
    (path) => {
      makeGood(path)
      patch(path, 19, 9)
    },
    2,
    '[not-a-database]',
  ],
  [
    'cut',
    (path) => {
      makeGood(path)
      truncateSync(path, 5_000)
    },
    2,
    '[database-corrupt]',
  ],
]

/** Writes one byte of a file. */
function patch(path: string, at: number, byte: number): void {
  execFileSync(process.execPath, [
    '--eval',
    `const fs = require('node:fs'); const f = fs.openSync(${JSON.stringify(path)}, 'r+'); fs.writeSync(f, Buffer.from([${byte}]), 0, 1, ${at})`,
  ])
}

describe.runIf(hasFifos)('a file that is', () => {
  for (const [what, make, code, says, bug] of files) {
    const run = bug === undefined ? test : test.fails
    run(`${what} is met${bug === undefined ? '' : ` (${bug})`}`, async ({ folder }) => {
      make(join(folder, 'app.db'))
      writeFileSync(join(folder, 'to.sql'), target)
      const done = await runFor(folder, ['plan', 'app.db', '--to', 'to.sql'], 50_000)
      expect([done.code, done.stderr]).toEqual([code, expect.stringContaining(says)])
      expect(done.stderr).not.toMatch(/^ {4}at /m)
    })
  }

  for (const what of ['to.sql', 'to.ts', 'plan.json']) {
    test(`a pipe as ${what} is not waited for`, async ({ folder }) => {
      makeGood(join(folder, 'app.db'))
      execFileSync('mkfifo', [join(folder, what)])
      const args =
        what === 'plan.json' ? ['apply', 'app.db', '--plan', what, '--yes'] : ['plan', 'app.db', '--to', what]
      expect(await runFor(folder, args, 50_000)).toMatchObject({ code: 2, stdout: '' })
    })
  }
})

describe('files beside a database', () => {
  test('a -wal of another database is left as it is', async ({ folder }) => {
    makeGood(join(folder, 'app.db'))
    makeWal(folder, 'other.db')
    copyFileSync(join(folder, 'other.db-wal'), join(folder, 'app.db-wal'))
    const before = bytesOf(folder)
    expect([0, 2]).toContain((await runCli(folder, ['status', 'app.db'])).code)
    expect(bytesOf(folder)).toEqual(before)
  })

  test('a -wal that is rubbish is left as it is', async ({ folder }) => {
    makeGood(join(folder, 'app.db'), 'PRAGMA journal_mode = WAL')
    writeFileSync(join(folder, 'app.db-wal'), Buffer.alloc(50_000, 'rubbish'))
    const before = bytesOf(folder)
    expect(await runCli(folder, ['status', 'app.db'])).toMatchObject({ code: 0, stderr: '' })
    expect(bytesOf(folder)).toEqual(before)
  })

  test.for(['', 'x', '\u00d9\u00d5\u0005\u00f9 \u00a1c\u00d7'.repeat(100)])(
    'a -journal that is %j is left as it is',
    async (text, { folder }) => {
      makeGood(join(folder, 'app.db'))
      writeFileSync(join(folder, 'app.db-journal'), Buffer.from(text, 'latin1'))
      const before = bytesOf(folder)
      expect([0, 2]).toContain((await runCli(folder, ['status', 'app.db'])).code)
      expect(bytesOf(folder)).toEqual(before)
    },
  )

  test('a folder for temporary files that is not there is said to be so', async ({ folder }) => {
    makeGood(join(folder, 'app.db'), 'PRAGMA journal_mode = WAL')
    chmodSync(join(folder, 'app.db'), 0o444)
    const done = await runFor(folder, ['status', 'app.db'], 50_000, { TMPDIR: join(folder, 'nowhere') })
    expect(done).toMatchObject({ code: 2, stdout: '' })
  })

  test('what is no file can not be copied, and that is no stack trace', async ({ folder }) => {
    const done = await runFor(folder, ['status', '/proc/self/mem'], 50_000)
    expect(done.stderr).not.toMatch(/^ {4}at /m)
    expect(done.code).toBe(2)
  })
})

function makeWal(folder: string, name: string): void {
  const db = new Database(join(folder, name))
  db.pragma('journal_mode = WAL')
  db.exec('CREATE TABLE evil (a); INSERT INTO evil VALUES (1)')
  copyFileSync(join(folder, `${name}-wal`), join(folder, 'kept'))
  db.close()
  copyFileSync(join(folder, 'kept'), join(folder, `${name}-wal`))
  for (const one of ['kept', name]) rmSync(join(folder, one))
}

test('databases that are called as targets are are databases', async ({ folder, schema }) => {
  writeFileSync(join(folder, 'to.sql'), target)
  for (const name of ['app.sql', 'app.ts']) {
    makeGood(join(folder, name))
    expect(await schema('plan', name, '--to', 'to.sql')).toMatchObject({ code: 0, stderr: '' })
    expect(await schema('inspect', name)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('[target-unreadable]'),
    })
  }
})

test('whatever a database says, a terminal is not told to do anything', async ({ folder }) => {
  const evil = '\u001b[31m\u0007\u009b1m\u202e'
  makeHostile(
    join(folder, 'app.db'),
    sql(`
    CREATE TABLE "${evil}" ("${evil}" "${evil}" DEFAULT '${evil}' CONSTRAINT "${evil}" CHECK ("${evil}" <> '${evil}') UNIQUE);
    CREATE INDEX "i${evil}" ON users (name) WHERE name <> '${evil}'; CREATE VIEW "v${evil}" AS SELECT '${evil}';
    CREATE TRIGGER "t${evil}" AFTER INSERT ON users BEGIN SELECT '${evil}'; END; INSERT INTO pets (name) VALUES (NULL), ('${evil}')`),
  )
  writeFileSync(join(folder, 'to.sql'), `${target} CREATE UNIQUE INDEX one ON pets (name);`)
  writeFileSync(join(folder, evil), '')
  for (const args of [
    ['status', 'app.db', '--to', 'to.sql'],
    ['diff', 'app.db', 'to.sql'],
    ['plan', 'app.db', '--to', 'to.sql'],
    ['plan', 'app.db', '--to', 'to.sql', '--reverse'],
    ['apply', 'app.db', '--to', 'to.sql', '--yes'],
    ['plan', evil, '--to', evil],
    [evil],
    ['plan', `--${evil}`],
  ]) {
    const { stdout, stderr } = await runCli(folder, args)
    expectPrintable(stdout + stderr)
  }
})

/** What took too long, or more memory than there is. */
const slow: readonly (readonly [what: string, make: Make, args: readonly string[], code: number])[] = [
  [
    'a text in bytes',
    edited('CREATE TABLE evil (a)', "UPDATE sqlite_schema SET sql = CAST(sql AS BLOB) WHERE name = 'evil'"),
    ['status', 'app.db'],
    0,
  ],
  [
    'a key of 2,000 columns',
    sql(`CREATE TABLE evil (${columns(2_000)}, PRIMARY KEY (${columns(2_000)}))`),
    ['status', 'app.db'],
    0,
  ],
  [
    'a type of many spaces',
    sql(
      `CREATE TABLE evil (a TEXT ${' '.repeat(100_000)}x${' '.repeat(100_000)}always, b "${' '.repeat(100_000)}x always")`,
    ),
    ['status', 'app.db'],
    0,
  ],
  [
    '1,000 indexes',
    sql(Array.from({ length: 1_000 }, (_, n) => `CREATE INDEX i${n} ON users (name)`).join(';')),
    ['status', 'app.db'],
    0,
  ],
  ['views that join themselves', sql(doubled(40)), ['status', 'app.db'], 3],
  [
    'a query whose parts join themselves',
    sql(
      `CREATE VIEW v AS WITH c0 AS (SELECT 1 AS x)${Array.from({ length: 40 }, (_, n) => `, c${n + 1} AS (SELECT a.x FROM c${n} AS a, c${n} AS b)`).join('')} SELECT * FROM c40`,
    ),
    ['status', 'app.db'],
    3,
  ],
  [
    'views that are called as SQLite calls its own',
    edited(
      `${doubled(40)}`,
      "UPDATE sqlite_schema SET name = 'sqlite_' || name, tbl_name = 'sqlite_' || tbl_name, sql = replace(replace(sql, ' v', ' sqlite_v'), 'sqlite_view', 'VIEW') WHERE type = 'view'",
    ),
    ['status', 'app.db'],
    3,
  ],
  [
    'views that ask for themselves, with IN',
    sql(
      `CREATE VIEW v0 AS SELECT 1 AS x;${Array.from({ length: 40 }, (_, n) => `CREATE VIEW v${n + 1} AS SELECT x FROM v${n} WHERE x IN v${n}`).join(';')}`,
    ),
    ['inspect', 'app.db'],
    3,
  ],
  [
    'views that add a column of the one before to itself',
    sql(
      `CREATE VIEW v0 AS SELECT id AS x FROM users;${Array.from({ length: 40 }, (_, n) => `CREATE VIEW v${n + 1} (x) AS SELECT x + x FROM v${n}`).join(';')}`,
    ),
    ['inspect', 'app.db'],
    3,
  ],
  [
    'a query that does so with its parts',
    sql(
      `CREATE VIEW v AS WITH c0 AS (SELECT id AS x FROM users)${Array.from({ length: 40 }, (_, n) => `, c${n + 1} AS (SELECT x + x AS x FROM c${n})`).join('')} SELECT 1 FROM users WHERE (SELECT x FROM c40)`,
    ),
    ['status', 'app.db'],
    3,
  ],
  [
    'generated columns that add the one before to itself',
    edited(
      'CREATE TABLE evil (g0)',
      "UPDATE sqlite_schema SET sql = ? WHERE name = 'evil'",
      `CREATE TABLE evil (g0, ${Array.from({ length: 60 }, (_, n) => `g${n + 1} AS (g${n} + g${n})`).join(', ')})`,
    ),
    ['status', 'app.db'],
    3,
  ],
  [
    '200 views, each of the one before',
    sql(
      `CREATE VIEW v0 AS SELECT name FROM users;${Array.from({ length: 200 }, (_, n) => `CREATE VIEW v${n + 1} AS SELECT name FROM v${n}`).join(';')}`,
    ),
    ['inspect', 'app.db'],
    0,
  ],
  ['a fill that never ends', endlessFill, ['revert', 'app.db', '--yes'], 3],
]

/** Views that each join the one before with itself. */
function doubled(count: number): string {
  return `CREATE VIEW v0 AS SELECT name FROM users;${Array.from({ length: count }, (_, n) => `CREATE VIEW v${n + 1} AS SELECT a.name FROM v${n} AS a JOIN v${n} AS b`).join(';')}`
}

function columns(count: number): string {
  return Array.from({ length: count }, (_, n) => `c${n}`).join(', ')
}

/** A journal whose plan has filled a column by a query that has no end. */
function endlessFill(db: Database.Database): void {
  const row = (name: string, text: string): object => ({ type: 'table', name, tbl_name: name, sql: text })
  const pets = row('pets', 'CREATE TABLE pets (id INTEGER PRIMARY KEY, owner REFERENCES users (id), name TEXT)')
  const fill = '(WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c)'
  const record = {
    version: 1,
    excludes: [],
    former: [row('users', 'CREATE TABLE users (id INTEGER PRIMARY KEY)'), pets],
    reached: [],
    origin: {
      tables: [],
      definitions: [],
      columns: [{ table: 'users', column: 'name', fill, rows: 2, highestRowid: '2' }],
      broken: [],
    },
  }
  db.exec(
    'CREATE TABLE _schema_journal (seq INTEGER PRIMARY KEY, id, kind, applied_at, tool_version, from_fingerprint, to_fingerprint, reverts, target, sql, reverse, record)',
  )
  db.prepare('INSERT INTO _schema_journal VALUES (1, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?, ?)').run(
    'a',
    'apply',
    '2026',
    '1',
    'a',
    'b',
    '[]',
    '{"kind": "exact", "sql": [], "losses": []}',
    JSON.stringify(record),
  )
}

describe('in time, and within the memory there is,', () => {
  for (const [what, make, args, code] of slow) {
    test(`${what} is met`, async ({ folder }) => {
      makeHostile(join(folder, 'app.db'), make)
      const done = await runFor(folder, args, 50_000, {
        NODE_OPTIONS: '--max-old-space-size=1000',
      })
      expect([done.code, done.stderr]).toEqual([code, expect.not.stringContaining('internal')])
    })
  }

  for (const args of [
    ['inspect', 'app.db'],
    ['status', 'app.db'],
    ['diff', 'app.db', 'good.sql'],
    ['plan', 'app.db', '--to', 'good.sql'],
    ['apply', 'app.db', '--to', 'good.sql', '--yes', '--exclude', 'v*'],
    ['revert', 'app.db', '--yes'],
  ]) {
    test(`views that join themselves are refused by ${args[0]}`, async ({ folder }) => {
      makeHostile(join(folder, 'app.db'), (db) => {
        db.exec(doubled(40))
        endlessFill(db)
      })
      writeFileSync(join(folder, 'good.sql'), target)
      expect(await runFor(folder, args, 50_000)).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('[unsupported-object]'),
      })
    })
  }

  test('a target of views that join themselves is refused, with what is made of them', async ({ folder }) => {
    makeGood(join(folder, 'app.db'))
    for (const more of ['', 'CREATE TABLE x AS SELECT * FROM v40', 'ALTER TABLE users RENAME TO people']) {
      writeFileSync(join(folder, 'to.sql'), `${target}${doubled(40)}; ${more}`)
      expect(await runFor(folder, ['plan', 'app.db', '--to', 'to.sql'], 50_000)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('[target-invalid]'),
      })
    }
  })

  test('a target of 50,000 parentheses is refused', async ({ folder }) => {
    makeGood(join(folder, 'app.db'))
    writeFileSync(join(folder, 'to.sql'), `CREATE TABLE x (a DEFAULT ${'('.repeat(50_000)}1${')'.repeat(50_000)})`)
    expect(await runFor(folder, ['plan', 'app.db', '--to', 'to.sql'], 50_000)).toMatchObject({ code: 2, stdout: '' })
  })
})
