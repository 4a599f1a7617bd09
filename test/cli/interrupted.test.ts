import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { projectFolder, test } from './run-cli.ts'
import { writesBegin } from './writes-begin.ts'

/** The ways of changing the table; what takes little time is given more to do. */
const ways = [
  { how: 'a copy', args: [], table: 'id INTEGER PRIMARY KEY, a TEXT UNIQUE' },
  {
    how: 'an edit of the catalog',
    args: ['--fast'],
    table: 'id INTEGER PRIMARY KEY, a TEXT UNIQUE, UNIQUE (a COLLATE nocase), UNIQUE (a COLLATE rtrim)',
  },
  {
    how: 'a copy that gets its keys after it',
    args: ['--fast'],
    table: "id INTEGER PRIMARY KEY, a TEXT DEFAULT '' UNIQUE",
  },
]
const rows = 400_000
const from = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
  WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${rows})
  INSERT INTO t SELECT n, 'x' || (n * 7919 % 1000003) FROM s;`

for (const [index, mode] of ['DELETE', 'WAL'].entries()) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Each signal once is enough where the rest is the same.
    const those = (signal === 'SIGINT') === (index === 0) ? ways : ways.slice(0, 1)
    test.for(those)(
      `${signal} during $how, in mode ${mode}, rolls back and says so`,
      async (way, { folder, schema }) => {
        const { writeFileSync } = await import('node:fs')
        const path = join(folder, 'app.db')
        const db = new Database(path)
        db.pragma(`journal_mode = ${mode}`)
        db.exec(from)
        db.close()
        writeFileSync(join(folder, 'to.sql'), `CREATE TABLE t (${way.table})`)
        const args = [
          join(projectFolder, 'dist/cli.js'),
          'apply',
          'app.db',
          '--to',
          'to.sql',
          '--yes',
          '--format',
          'json',
          ...way.args,
        ]
        const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
        let said = ''
        let printed = ''
        child.stdout.on('data', (data) => (printed += String(data)))
        child.stderr.on('data', (data) => (said += String(data)))
        const exit = once(child, 'exit')
        await writesBegin(path)
        child.kill(signal)
        const [code] = await exit
        expect(said).toContain('interrupted: everything was rolled back: app.db is as it was   [interrupted]')
        expect(code).toBe(130)
        expect(JSON.parse(printed)).toMatchObject({ error: { code: 'interrupted' } })
        const after = new Database(path)
        expect(after.pragma('integrity_check', { simple: true })).toBe('ok')
        expect(after.prepare('SELECT count(*), group_concat(sql) FROM t, sqlite_schema').raw().get()).toEqual([
          rows,
          expect.not.stringContaining('UNIQUE'),
        ])
        after.close()
        expect((await schema('apply', 'app.db', '--to', 'to.sql', '--yes', ...way.args)).code).toBe(0)
      },
    )
  }
}
