import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { contentsOf } from './contents.ts'
import { isInstalled, run, test } from './run-cli.ts'

const keep = ['apply', 'app.db', '--to', 'to.sql', '--keep', '--yes'] as const

test('apply --keep needs no consent, says where what goes is kept, and revert brings it back', async ({
  folder,
  schema,
}) => {
  const before = makeFiles(folder)
  const refused = await schema(...keep.filter((word) => word !== '--keep'))
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('or put the data aside') })
  const shown = await schema('plan', 'app.db', '--to', 'to.sql', '--keep')
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toMatch(/kept +old in _schema_kept_old\n +t\.a in _schema_kept_t_a\n/)
  expect(shown.stdout).toMatch(/! drop-column +t\.a: .*kept in _schema_kept_t_a \(2 rows\)/)
  expect(shown.stdout).toMatch(/reverse +exact/)
  expect(shown.stdout).toContain('schema apply app.db --to to.sql --keep')
  expect((await schema('plan', 'app.db', '--to', 'to.sql')).stdout).toMatch(/reverse +lossy/)

  expect(await schema(...keep)).toMatchObject({ code: 0, stdout: expect.stringContaining('applied app.db') })
  const found = await schema('status', 'app.db')
  expect(found.stdout).toMatch(/kept +2 tables, 4 rows, about \d+ bytes; schema prune drops it/)
  expect(found.stdout).toMatch(/_schema_kept_t_a +2 rows, about \d+ bytes +of t\.a +plan [0-9a-f]{12}, 2/)
  expect(await schema('plan', 'app.db', '--to', 'to.sql', '--check')).toMatchObject({ code: 0 })

  expect(await schema('revert', 'app.db', '--yes')).toMatchObject({ code: 0 })
  const after = contentsOf(join(folder, 'app.db'))
  expect(after.rows).toEqual(before.rows)
  expect(after.catalog.filter(([, name]) => String(name).startsWith('_schema_kept'))).toEqual([])
})

test('a plan as JSON says what is kept, and a saved plan keeps it', async ({ folder, schema }) => {
  makeFiles(folder)
  const args = ['plan', 'app.db', '--to', 'to.sql', '--keep', '--out', 'plan.json', '--format', 'json'] as const
  const made = JSON.parse((await schema(...args)).stdout)
  expect(made.kept.map((one: { kind: string }) => one.kind)).toEqual(['table', 'column'])
  expect(JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')).target).toMatchObject({ keep: true })
  expect(await schema('apply', 'app.db', '--plan', 'plan.json', '--keep', '--yes')).toMatchObject({ code: 2 })
  expect(await schema('apply', 'app.db', '--plan', 'plan.json', '--yes')).toMatchObject({ code: 0 })
  expect(contentsOf(join(folder, 'app.db')).rows._schema_kept_t_a).toHaveLength(2)
})

test('--keep without a journal is refused', async ({ folder, schema }) => {
  const before = makeFiles(folder)
  expect(await schema(...keep, '--no-journal')).toMatchObject({ code: 2, stderr: expect.stringContaining('[usage]') })
  expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
})

test('prune shows what it drops, asks, and leaves a revert that says what is gone', async ({ folder, schema }) => {
  makeFiles(folder)
  expect(await schema('prune', 'app.db', '--yes')).toMatchObject({
    code: 0,
    stdout: 'app.db: nothing of that is kept\n',
  })
  await schema(...keep)
  const kept = contentsOf(join(folder, 'app.db'))
  const dry = await schema('prune', 'app.db', '--dry-run')
  expect(dry).toMatchObject({ code: 0, stderr: '' })
  expect(dry.stdout).toMatch(/- _schema_kept_old +2 rows, about \d+ bytes +of old/)
  expect(dry.stdout).toContain('nothing was changed')
  expect(await schema('prune', 'app.db')).toMatchObject({ code: 2, stderr: expect.stringContaining('add --yes') })
  expect(await schema('prune', 'app.db', '--older-than', '30', '--yes')).toMatchObject({ code: 0 })
  expect(await schema('prune', 'app.db', '--older-than', 'old', '--yes')).toMatchObject({ code: 2 })
  expect(await schema('prune', 'app.db', '--plan', 'none', '--yes')).toMatchObject({ code: 2 })
  expect(contentsOf(join(folder, 'app.db'))).toEqual(kept)

  const done = await schema('prune', 'app.db', '--yes', '--format', 'json')
  expect(done).toMatchObject({ code: 0 })
  expect(JSON.parse(done.stdout)).toMatchObject({
    version: 1,
    database: 'app.db',
    dropped: true,
    id: expect.stringMatching(/^[0-9a-f]{12}$/),
    kept: [
      { name: '_schema_kept_old', rows: 2 },
      { name: '_schema_kept_t_a', rows: 2 },
    ],
  })
  expect((await schema('status', 'app.db')).stdout).toContain('prune of _schema_kept_old, _schema_kept_t_a')
  const reverted = await schema('revert', 'app.db', '--yes')
  expect(reverted).toMatchObject({ code: 0 })
  expect(reverted.stderr).toMatch(/! kept-not-returned +_schema_kept_t_a: .*pruned at/)
})

describe.skipIf(!isInstalled('sqlite3', '--version'))('in the sqlite3 shell', () => {
  test('the script of a plan keeps what goes, and its way back brings it back', async ({ folder, schema }) => {
    const before = makeFiles(folder)
    const script = async (...more: readonly string[]): Promise<string> =>
      (await schema('plan', 'app.db', '--to', 'to.sql', '--keep', '--format', 'sql', ...more)).stdout
    const [there, back] = [await script(), await script('--reverse')]
    expect(await run(folder, 'sqlite3', ['-bail', 'app.db'], { input: there })).toMatchObject({ code: 0, stderr: '' })
    change(folder, 'UPDATE t SET id = 7 WHERE id = 1; INSERT INTO t VALUES (1)')
    expect(contentsOf(join(folder, 'app.db')).rows._schema_kept_t_a).toHaveLength(2)
    expect(await run(folder, 'sqlite3', ['-bail', 'app.db'], { input: back })).toMatchObject({ code: 0, stderr: '' })
    const after = contentsOf(join(folder, 'app.db'))
    expect(after.rows).toEqual({
      ...before.rows,
      t: [
        [1n, 1n, null],
        [2n, 2n, 'y'],
        [7n, 7n, 'x'],
      ],
    })
    // What a script has kept, the journal does not know.
    await run(folder, 'sqlite3', ['-bail', 'app.db'], { input: await script() })
    expect((await schema('status', 'app.db')).stdout).toMatch(/_schema_kept_t_a .* not in the journal/)
    expect(await schema('prune', 'app.db', '--yes')).toMatchObject({ code: 0 })
    expect(Object.keys(contentsOf(join(folder, 'app.db')).rows)).toEqual(['t'])
  })
})

function makeFiles(folder: string): ReturnType<typeof contentsOf> {
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (id INTEGER PRIMARY KEY);')
  change(
    folder,
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE); INSERT INTO t VALUES (1, 'x'), (2, 'y');
     CREATE TABLE old (b); INSERT INTO old VALUES (1), (2)`,
  )
  return contentsOf(join(folder, 'app.db'))
}

function change(folder: string, sql: string): void {
  const db = new Database(join(folder, 'app.db'))
  db.exec(sql)
  db.close()
}
