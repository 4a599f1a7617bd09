import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import {
  makeMappingCache,
  makeMetamapper,
  mappingCacheTarget,
  metamapperExcludes,
  metamapperTarget,
} from './biomapper.ts'
import { contentsOf, pragmasOf } from './contents.ts'
import { type Finished, isInstalled, run, test } from './run-cli.ts'

const hasShell = isInstalled('sqlite3', '--version')

const databases = [
  ['metamapper.db', (path: string) => makeMetamapper(path).close(), ['--to', metamapperTarget, ...metamapperExcludes]],
  ['mapping_cache.db', (path: string) => makeMappingCache(path, 200).close(), ['--to', mappingCacheTarget]],
] as const

describe.skipIf(!hasShell).for(databases)('the script of a plan for %s', ([file, make, to]) => {
  test('leads the sqlite3 shell to what apply does, and its reverse back', async ({ folder, schema }) => {
    const [path, copy, other] = [file, 'copy.db', 'other.db'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    make(path)
    copyFileSync(path, copy)
    copyFileSync(path, other)
    const before = contentsOf(path)
    const facts = pragmasOf(path)
    const script = await schema('plan', file, ...to, '--format', 'sql')
    expect(script).toMatchObject({ code: 0, stderr: '' })
    const back = await schema('plan', file, ...to, '--format', 'sql', '--reverse')
    expect(await schema('apply', file, ...to, '--yes')).toMatchObject({ code: 0 })

    expect(await shell(folder, ['-bail', 'copy.db'], script.stdout)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await shell(folder, ['other.db'], script.stdout)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(contentsOf(copy)).toEqual(contentsOf(path))
    expect(contentsOf(other)).toEqual(contentsOf(path))
    expect(await schema('plan', 'copy.db', ...to, '--check')).toMatchObject({ code: 0 })

    expect(await shell(folder, ['-bail', 'copy.db'], back.stdout)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(contentsOf(copy).rows).toEqual(before.rows)
    expect(pragmasOf(copy)).toEqual(facts)
  })
})

describe.skipIf(!hasShell)('a script for awkward texts', () => {
  const from = `
    CREATE TABLE "t able" ("order" INTEGER PRIMARY KEY, a TEXT DEFAULT 'x;y', -- a remark; with a semicolon
      "b""c" TEXT);
    INSERT INTO "t able" (a) VALUES ('1'), (NULL);
    CREATE TABLE log (n);
  `
  const to = `
    CREATE TABLE "t able" ("order" INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT 'x;
.quit', -- a remark; with a semicolon
      "b""c" TEXT, c TEXT CHECK (c <> '--') -- last
    );
    CREATE TABLE log (n) -- an end
    ;
    CREATE VIEW v AS SELECT a -- why; not
      FROM "t able" /* .read nothing */;
    CREATE TRIGGER tr AFTER INSERT ON "t able" BEGIN
      INSERT INTO log VALUES (CASE WHEN new.a = 'end;' THEN 1 ELSE 2 END);
      SELECT 1; -- END;
    END;
  `

  test('is run by the shell as apply runs it', async ({ folder, schema }) => {
    for (const name of ['app.db', 'copy.db']) {
      const db = new Database(join(folder, name))
      db.exec(from)
      db.exec(`UPDATE "t able" SET a = '2' WHERE a IS NULL`)
      db.close()
    }
    writeFileSync(join(folder, 'to.sql'), to)
    const script = await schema('plan', 'app.db', '--to', 'to.sql', '--format', 'sql')
    expect(await schema('apply', 'app.db', '--to', 'to.sql', '--yes')).toMatchObject({ code: 0 })

    expect(await shell(folder, ['-bail', 'copy.db'], script.stdout)).toEqual({ code: 0, stdout: '', stderr: '' })

    expect(contentsOf(join(folder, 'copy.db'))).toEqual(contentsOf(join(folder, 'app.db')))
  })
})

describe.skipIf(!hasShell)('a script of texts with line ends as on Windows', () => {
  test('keeps them', async ({ folder, schema }) => {
    for (const name of ['app.db', 'copy.db']) {
      const db = new Database(join(folder, name))
      db.exec('CREATE TABLE t (a);\r\nINSERT INTO t VALUES (1)')
      db.close()
    }
    const to = `CREATE TABLE t (a,\r\n  b DEFAULT 'x\r\ny\rz\nw'\r\n);\r\nCREATE VIEW v AS\r\n  SELECT 1 -- end\r\n;`
    writeFileSync(join(folder, 'to.sql'), to)
    const script = await schema('plan', 'app.db', '--to', 'to.sql', '--format', 'sql')
    expect(await schema('apply', 'app.db', '--to', 'to.sql', '--yes')).toMatchObject({ code: 0 })

    expect(await shell(folder, ['copy.db'], script.stdout)).toEqual({ code: 0, stdout: '', stderr: '' })

    expect(contentsOf(join(folder, 'copy.db'))).toEqual(contentsOf(join(folder, 'app.db')))
  })
})

describe.skipIf(!hasShell)('a script that fails half way', () => {
  test('changes nothing, also without -bail', async ({ folder, schema }) => {
    for (const name of ['app.db', 'drifted.db']) {
      const db = new Database(join(folder, name))
      db.exec('CREATE TABLE t (a TEXT); INSERT INTO t VALUES (1), (2)')
      if (name === 'drifted.db') db.exec('INSERT INTO t VALUES (2)')
      db.close()
    }
    writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE s (z); CREATE TABLE t (a TEXT UNIQUE)')
    const script = await schema('plan', 'app.db', '--to', 'to.sql', '--format', 'sql')
    const before = contentsOf(join(folder, 'drifted.db'))

    for (const options of [['-bail'], []]) {
      const done = await shell(folder, [...options, 'drifted.db'], script.stdout)
      expect(done.code).not.toBe(0)
      expect(done.stderr).toContain('UNIQUE')
      expect(contentsOf(join(folder, 'drifted.db'))).toEqual(before)
    }
  })
})

test('the script of a database in sync does nothing', async ({ folder, schema }) => {
  const db = new Database(join(folder, 'app.db'))
  db.exec('CREATE TABLE t (a)')
  db.close()
  writeFileSync(join(folder, 'to.sql'), 'create table T (A)')
  const { code, stdout } = await schema('plan', 'app.db', '--to', 'to.sql', '--format', 'sql')
  expect(code).toBe(0)
  expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('--'))).toEqual([])
})

function shell(folder: string, args: readonly string[], input: string): Promise<Finished> {
  return run(folder, 'sqlite3', args, { input })
}
