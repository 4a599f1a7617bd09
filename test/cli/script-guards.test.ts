import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Plan, type PlanOptions, plan } from 'sqlite-converge'
import { describe, expect } from 'vitest'
import { planToScript } from '../../src/report/script.ts'
import { splitStatements } from '../../src/sql/split-statements.ts'
import { bytesOf } from './contents.ts'
import { type Finished, isInstalled, run, test } from './run-cli.ts'

const hasShell = isInstalled('sqlite3', '--version')

/** A table that a plan rebuilds, a child that must not lose its rows, and names that want to get out of a script. */
const start = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, size AS (length(name)));
  CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
  CREATE INDEX child_parent ON child (parent);
  CREATE TABLE other (a, b GENERATED ALWAYS AS (a + 1) STORED);
  CREATE VIEW shown AS SELECT name FROM parent;
  CREATE TRIGGER tr AFTER INSERT ON other BEGIN
    SELECT 1;
  END;
  CREATE VIRTUAL TABLE words USING fts5(word);
  CREATE TABLE "it's; DROP TABLE other; --" ("*/" TEXT, "🐘
.quit" TEXT DEFAULT ''';
.exit');
  CREATE TABLE _schema_guard (a);
  CREATE TABLE _schema_orphans (a);
  CREATE TRIGGER _schema_stop AFTER INSERT ON _schema_guard BEGIN SELECT 2; END;
  INSERT INTO parent (name) VALUES ('one'), ('two');
  INSERT INTO child VALUES (1, 1), (2, 2);
  INSERT INTO words VALUES ('a word');
`

const to = definitions(start)
  .replace('name TEXT', 'name TEXT NOT NULL')
  .replace('CREATE TABLE _schema_guard (a)', 'CREATE TABLE _schema_guard (a, b)')
  .replace('CREATE TABLE _schema_orphans (a)', 'CREATE TABLE _schema_orphans (a, b)')
  .replace('SELECT 2', 'SELECT 3')

const another = 'was made for another schema'

/** Databases that a script for `start` must not change: how they come to be, and what it says. */
const drifted: readonly (readonly [what: string, sql: string, says: string])[] = [
  ['another column in a table that the script does not touch', 'ALTER TABLE other ADD COLUMN c', another],
  ['a column less in one', 'ALTER TABLE other DROP COLUMN b', another],
  [
    'a trigger with other spaces',
    'DROP TRIGGER tr; CREATE TRIGGER tr AFTER INSERT ON other BEGIN SELECT 1; END',
    another,
  ],
  ['no index', 'DROP INDEX child_parent', another],
  ['another view', 'CREATE VIEW more AS SELECT 1', another],
  ['another full-text table', 'CREATE VIRTUAL TABLE others USING fts5(word)', another],
  ['another shadow table', "INSERT INTO words (words, rank) VALUES ('rank', 'bm25()'); DROP TABLE words", another],
]

/** The ways to run a script in the sqlite3 shell. */
const ways: readonly (readonly [how: string, args: readonly string[], input: boolean])[] = [
  ['sqlite3 -bail', ['-bail', 'app.db'], true],
  ['sqlite3', ['app.db'], true],
  ['.read', ['app.db', '.read script.sql'], false],
]

describe.skipIf(!hasShell).for(ways)('with %s, a script', ([, args, input]) => {
  const runScript = (folder: string, script: string, before: readonly string[] = []): Promise<Finished> => {
    writeFileSync(join(folder, 'script.sql'), script)
    return run(folder, 'sqlite3', [...before, ...args], input ? { input: script } : {})
  }

  const expectStop = async (
    folder: string,
    script: string,
    says: string,
    before?: readonly string[],
  ): Promise<void> => {
    writeFileSync(join(folder, 'script.sql'), script)
    const bytes = bytesOf(folder)
    const { code, stderr } = await runScript(folder, script, before)
    expect(stderr).toContain(says)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(1)
    expect(bytesOf(folder)).toEqual(bytes)
  }

  test('changes the schema that it was made for, and is not run twice', async ({ folder }) => {
    make(folder, start)
    const script = await scriptFor(folder, to)
    expect(await runScript(folder, script)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await plan(join(folder, 'app.db'), join(folder, 'to.sql'))).inSync).toBe(true)
    expect(countRows(folder, 'child')).toBe(2)
    await expectStop(folder, script, another)
  })

  test.for(drifted)('stops before its first change on a schema with %s', async ([, sql, says], { folder }) => {
    make(folder, start)
    const script = await scriptFor(folder, to)
    const db = new Database(join(folder, 'app.db'))
    db.exec(sql)
    db.close()
    await expectStop(folder, script, says)
  })

  test('stops on an empty database', async ({ folder }) => {
    make(folder, start)
    const script = await scriptFor(folder, to)
    make(folder, 'CREATE TABLE t (a); DROP TABLE t')
    await expectStop(folder, script, another)
  })

  test('of the way back stops on all but the schema that the plan leads to', async ({ folder }) => {
    make(folder, start)
    const back = await scriptFor(folder, to, { reverse: true })
    await expectStop(folder, back, 'to.sql → app.db) was made for another schema')
    expect(await runScript(folder, await scriptFor(folder, to))).toMatchObject({ code: 0 })
    expect(await runScript(folder, back)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await plan(join(folder, 'app.db'), join(folder, 'start.sql'))).inSync).toBe(true)
  })

  test('stops on an older SQLite', async ({ folder }) => {
    make(folder, start)
    const script = await scriptFor(folder, to, { version: 3_999_001 })
    expect(script).toContain('-- for SQLite 3.999.1; needs 3.999.1 or later\n')
    await expectStop(folder, script, 'this script (app.db → to.sql) needs SQLite 3.999.1 or later; nothing was changed')
  })

  test('stops where a transaction is open, and in the way of temporary objects', async ({ folder }) => {
    make(folder, start)
    const script = await scriptFor(folder, to)
    await expectStop(folder, script, 'within a transaction', ['-cmd', 'PRAGMA foreign_keys = ON; BEGIN'])
    await expectStop(folder, script, 'temporary table', ['-cmd', 'CREATE TEMP TABLE child (a)'])
    await expectStop(folder, script, 'temporary table', [
      '-cmd',
      'CREATE TEMP TRIGGER x AFTER INSERT ON parent BEGIN SELECT 1; END',
    ])
  })

  test('is not deceived by a connection that has foreign keys on, goes on after errors or runs no triggers', async ({
    folder,
  }) => {
    make(folder, start)
    const script = await scriptFor(folder, to)
    const options = ['-cmd', 'PRAGMA foreign_keys = ON', '-cmd', '.bail off', '-cmd', '.dbconfig enable_trigger off']
    await expectStop(folder, await scriptFor(folder, to, { version: 3_999_000 }), 'holds IS 1', options)
    expect(await runScript(folder, script, options)).toMatchObject({ code: 0, stderr: '' })
    expect(countRows(folder, 'child')).toBe(2)
    await expectStop(folder, script, 'holds IS 1', options)
  })

  test('stops before COMMIT where more rows would be without their parent', async ({ folder }) => {
    make(folder, `${orphans}; CREATE TABLE c (p REFERENCES p, q); INSERT INTO c VALUES (8, 1), (9, NULL)`)
    const script = await scriptFor(folder, `${orphans}; CREATE TABLE c (p REFERENCES p, q REFERENCES p)`)
    const path = join(folder, 'app.db')
    writeFileSync(`${path}.good`, new Database(path).serialize())
    const db = new Database(path)
    db.exec('INSERT INTO c VALUES (NULL, 7)')
    db.close()
    await expectStop(folder, script, 'rows would be without their parent')
    await expectStop(folder, script, 'holds IS 1', ['-cmd', '.dbconfig enable_trigger off'])
    writeFileSync(path, new Database(`${path}.good`).serialize())
    expect(await runScript(folder, script)).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('takes the rows that were without their parent before as they are', async ({ folder }) => {
    const [from, target] = ['c', 'kid'].map(
      (name) => `${orphans};
        CREATE TABLE ${name} (p REFERENCES p, a${name === 'c' ? '' : ' NOT NULL'});
        CREATE TABLE unchecked (p REFERENCES p (word)${name === 'c' ? '' : ', b NOT NULL DEFAULT 1 UNIQUE'})`,
    ) as [string, string]
    make(folder, `${from}; INSERT INTO c VALUES (8, 1), (9, 1); INSERT INTO unchecked VALUES (5)`)
    const options = { renames: [{ table: 'c', to: 'kid' }] }
    const script = await scriptFor(folder, target, options)
    const back = await scriptFor(folder, target, { ...options, reverse: true })
    expect(script).not.toContain("'unchecked'")
    expect(await runScript(folder, script)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await runScript(folder, back)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await plan(join(folder, 'app.db'), join(folder, 'start.sql'))).inSync).toBe(true)
  })
})

const orphans = 'CREATE TABLE p (id INTEGER PRIMARY KEY, word); INSERT INTO p VALUES (1, NULL)'

describe.skipIf(!hasShell)('a script', () => {
  test('is for the schema, in whatever encoding that is stored', async ({ folder }) => {
    make(folder, start)
    const script = await scriptFor(folder, to)
    for (const encoding of ['UTF-16le', 'UTF-16be']) {
      make(folder, `PRAGMA encoding = '${encoding}'; ${start}`)
      expect(await scriptFor(folder, to)).toBe(script)
      expect(await run(folder, 'sqlite3', ['app.db'], { input: script })).toEqual({ code: 0, stdout: '', stderr: '' })
      expect((await plan(join(folder, 'app.db'), join(folder, 'to.sql'))).inSync).toBe(true)
      expect(await run(folder, 'sqlite3', ['app.db'], { input: script })).toMatchObject({ code: 1 })
    }
  })
})

describe('schema plan --format sql', () => {
  const target = 'CREATE TABLE t (a NOT NULL)'
  const planned = (folder: string): void => {
    make(folder, 'CREATE TABLE t (a)')
    writeFileSync(join(folder, 'to.sql'), target)
  }

  test('starts with .bail on, and is for 3.40 unless --for says otherwise', async ({ folder, schema }) => {
    planned(folder)
    const { stdout } = await schema('plan', 'app.db', '--to', 'to.sql', '--format', 'sql')
    expect(stdout).toMatch(/^\.bail on\n-- app\.db → to\.sql\n/)
    expect(stdout).toContain('-- for SQLite 3.40; needs 3.35 or later\n')
    expect(stdout).not.toContain('SET NOT NULL')
    const later = await schema('plan', 'app.db', '--to', 'to.sql', '--format', 'sql', '--for', '3.53')
    expect(later.stdout).toContain('-- for SQLite 3.53; needs 3.53 or later\n')
    expect(later.stdout).toContain('SET NOT NULL')
    const patched = await schema('plan', 'app.db', '--to', 'to.sql', '--format', 'sql', '--for', '3.40.1')
    expect(patched.stdout).toContain('-- for SQLite 3.40.1; needs 3.40.1 or later\n')
  })

  test('needs the SQLite that its steps need', async ({ folder }) => {
    planned(folder)
    expect(await scriptFor(folder, target, { for: '3.53' })).toContain('; needs 3.53 or later\n')
    expect(await scriptFor(folder, 'CREATE TABLE t (a) STRICT'.replace('a', 'a INT'))).toContain(
      '; needs 3.37 or later\n',
    )
  })

  test('says that there is no way back where there is none', async ({ folder }) => {
    planned(folder)
    const made = await planFor(folder, target)
    const reverse = { ...made.reverse, kind: 'impossible', steps: [], reasons: ['a reason'] } as const
    const script = planToScript({ ...made, reverse }, { database: 'app.db', target: 'to.sql', reverse: true })
    expect(script).toBe('-- to.sql → app.db\n-- impossible: a reason\n')
  })
})

/** What goes on after an error whatever it is told, as the shell does where people paste into it. */
describe('pasted where nothing stops at an error, a script', () => {
  const paste = (db: Database.Database, script: string, between = (_: number): void => {}): readonly string[] => {
    const errors: string[] = []
    splitStatements(script.replace(/^\..*\n/gm, '')).forEach(({ sql }, index) => {
      between(index)
      try {
        db.exec(sql)
      } catch (error) {
        errors.push((error as Error).message)
      }
    })
    return errors
  }

  test('changes the schema that it was made for', async ({ folder }) => {
    const path = make(folder, start)
    const script = await scriptFor(folder, to, { for: '3.40' })
    const db = new Database(path)
    expect(paste(db, script)).toEqual([])
    db.close()
    expect((await plan(path, join(folder, 'to.sql'))).inSync).toBe(true)
  })

  test.for(drifted)('changes nothing in a schema with %s', async ([, sql, says], { folder }) => {
    const path = make(folder, start)
    const script = await scriptFor(folder, to)
    const db = new Database(path)
    db.exec(sql)
    const before = bytesOf(folder)
    const errors = paste(db, script)
    db.close()
    expect(errors[0]).toContain(says)
    expect(errors).toContain('this script was stopped before; everything was rolled back')
    expect(bytesOf(folder)).toEqual(before)
  })

  test('changes nothing in a transaction that was open, with foreign keys on', async ({ folder }) => {
    const path = make(folder, start)
    const script = await scriptFor(folder, to)
    const before = bytesOf(folder)
    const db = new Database(path)
    db.exec('PRAGMA foreign_keys = ON; BEGIN')
    expect(paste(db, script)[1]).toContain('needs a transaction of its own')
    db.close()
    expect(bytesOf(folder)).toEqual(before)
  })

  test('changes nothing where rows would be without their parent', async ({ folder }) => {
    const path = make(folder, `${orphans}; CREATE TABLE c (q)`)
    const script = await scriptFor(folder, `${orphans}; CREATE TABLE c (q REFERENCES p)`)
    const db = new Database(path)
    db.exec('INSERT INTO c VALUES (7)')
    const before = bytesOf(folder)
    const [first, ...more] = paste(db, script)
    db.close()
    expect(first).toContain('rows would be without their parent')
    expect(more.at(-1)).toContain('no transaction is active')
    expect(bytesOf(folder)).toEqual(before)
  })

  test('changes nothing where another connection held the lock at its start', async ({ folder }) => {
    const path = make(folder, start)
    const script = await scriptFor(folder, to)
    const before = bytesOf(folder)
    const other = new Database(path)
    other.exec('BEGIN IMMEDIATE')
    const db = new Database(path, { timeout: 0 })
    const errors = paste(db, script, (index) => {
      if (index === 4) other.exec('COMMIT')
    })
    expect(errors.slice(0, 2)).toEqual(['database is locked', expect.stringContaining('a transaction of its own')])
    other.close()
    db.close()
    expect(bytesOf(folder)).toEqual(before)
  })
})

/** Writes `app.db` anew. */
function make(folder: string, sql: string): string {
  const path = join(folder, 'app.db')
  const db = new Database(':memory:')
  db.pragma('foreign_keys = OFF')
  db.exec(sql)
  writeFileSync(path, db.serialize())
  db.close()
  writeFileSync(join(folder, 'start.sql'), definitions(sql))
  return path
}

/** A script of statements without those that insert rows. */
function definitions(sql: string): string {
  return splitStatements(sql)
    .filter((statement) => statement.words[0] === 'CREATE')
    .map((statement) => `${statement.sql};\n`)
    .join('')
}

function countRows(folder: string, table: string): unknown {
  const db = new Database(join(folder, 'app.db'))
  try {
    return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  } finally {
    db.close()
  }
}

async function planFor(folder: string, target: string, options: PlanOptions = {}): Promise<Plan> {
  writeFileSync(join(folder, 'to.sql'), definitions(target))
  return plan(join(folder, 'app.db'), join(folder, 'to.sql'), { for: '3.40', ...options })
}

async function scriptFor(
  folder: string,
  target: string,
  { reverse = false, version, ...options }: PlanOptions & { reverse?: boolean; version?: number } = {},
): Promise<string> {
  const made = await planFor(folder, target, options)
  return planToScript(made, { database: 'app.db', target: 'to.sql', reverse, ...(version && { version }) })
}
