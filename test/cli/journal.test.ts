import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { contentsOf } from './contents.ts'
import { test } from './run-cli.ts'

const targets = {
  'one.sql': 'CREATE TABLE t (id INTEGER PRIMARY KEY);',
  'two.sql': 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);',
  'more.sql': "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> '')); CREATE INDEX i ON t (a);",
  'three.sql': `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT CHECK (a <> ''));
    CREATE VIEW v AS SELECT a FROM t;
    CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;`,
} as const
const apply = (target: keyof typeof targets, ...more: string[]): string[] => [
  ...['apply', 'app.db', '--to', target, '--yes', ...more],
]
const revert = ['revert', 'app.db', '--yes'] as const

test('an entry holds the id, time, version, fingerprints, excludes, the SQL that ran and its reverse', async ({
  folder,
  schema,
}) => {
  makeDatabase(folder)
  const { from, to } = JSON.parse(
    (await schema('plan', 'app.db', '--to', 'two.sql', '--exclude', 'mine*', '--format', 'json')).stdout,
  )
  await schema(...apply('two.sql', '--exclude', 'mine*'))

  const db = new Database(join(folder, 'app.db'))
  const [entry, ...more] = db.prepare('SELECT * FROM _schema_journal').all() as Record<string, string>[]
  db.close()
  expect(more).toEqual([])
  const { version } = await import('../../package.json', { with: { type: 'json' } }).then((file) => file.default)
  expect(entry).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{12}$/),
    kind: 'apply',
    applied_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    tool_version: version,
    from_fingerprint: from,
    to_fingerprint: to,
    reverts: null,
    target: 'two.sql',
  })
  expect(JSON.parse(entry!.sql!)).toEqual([expect.stringMatching(/ADD COLUMN a TEXT/)])
  expect(JSON.parse(entry!.reverse!)).toMatchObject({
    kind: 'exact',
    sql: [expect.stringMatching(/DROP COLUMN "?a"?/)],
  })
  expect(JSON.parse(entry!.record!)).toMatchObject({ excludes: ['mine*'] })
})

test('--no-journal leaves no entry, and so no way back', async ({ folder, schema }) => {
  makeDatabase(folder)
  expect(await schema(...apply('two.sql', '--no-journal'))).toMatchObject({ code: 0 })
  expect(tablesIn(folder)).toEqual(['t'])
  expect(await schema(...revert)).toMatchObject({ code: 3, stderr: expect.stringContaining('[nothing-to-revert]') })
})

test('two reverts go two plans back, a revert is never reverted, and the third has nothing to do', async ({
  folder,
  schema,
}) => {
  makeDatabase(folder)
  const one = contentsOf(join(folder, 'app.db'))
  await schema(...apply('two.sql'))
  const two = contentsOf(join(folder, 'app.db'))
  await schema(...apply('more.sql'))

  expect(await schema(...revert)).toMatchObject({ code: 0 })
  expect(spaced(folder)).toEqual(spacedOf(two))
  expect(await schema(...revert)).toMatchObject({ code: 0 })
  expect(spaced(folder)).toEqual(spacedOf(one))
  const before = contentsOf(join(folder, 'app.db'))
  expect(await schema(...revert)).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringContaining('nothing-to-revert'),
  })
  expect(contentsOf(join(folder, 'app.db'))).toEqual(before)

  await schema(...apply('more.sql'))
  expect(await schema(...revert)).toMatchObject({ code: 0 })
  expect(spaced(folder)).toEqual(spacedOf(one))
  const { journal } = JSON.parse((await schema('status', 'app.db', '--format', 'json')).stdout)
  const kinds = journal.map((entry: { kind: string }) => entry.kind)
  expect(kinds).toEqual(['apply', 'apply', 'revert', 'revert', 'apply', 'revert'])
})

test('a view and a trigger that a plan made go with it, and nothing has to be allowed', async ({ folder, schema }) => {
  makeDatabase(folder)
  await schema(...apply('three.sql'))
  const done = await schema(...revert)
  expect(done).toMatchObject({ code: 0 })
  expect(contentsOf(join(folder, 'app.db')).catalog.map(([, name]) => name)).toEqual(['t'])
})

test('status says which plan a database is at, and whether it is in sync', async ({ folder, schema }) => {
  makeDatabase(folder)
  expect(await schema('status', 'app.db')).toMatchObject({ code: 0, stdout: expect.stringContaining('no plan') })
  const { id } = JSON.parse((await schema(...apply('two.sql', '--format', 'json'))).stdout)

  const done = await schema('status', 'app.db', '--to', 'two.sql')
  expect(done).toMatchObject({ code: 0, stderr: '' })
  expect(done.stdout).toMatch(new RegExp(`at +plan ${id}`))
  expect(done.stdout).toContain('in sync with two.sql')
  expect(done.stdout).toContain('as the journal left it')

  change(folder, 'CREATE INDEX i ON t (id)')
  const changed = await schema('status', 'app.db', '--to', 'two.sql')
  expect(changed.stdout).toMatch(/schema +changed since by others\n +\+ t: index +i/)
  expect(changed.stdout).toContain('1 change away from two.sql')
})

test('the journal stores the excludes, and revert and status reuse them', async ({ folder, schema }) => {
  makeDatabase(folder)
  change(
    folder,
    'CREATE TABLE mine (x); INSERT INTO mine VALUES (1); CREATE TRIGGER trg AFTER INSERT ON t BEGIN SELECT 1; END',
  )
  await schema(...apply('two.sql', '--exclude', 'mine', '--exclude', 'trg'))
  change(folder, 'INSERT INTO mine VALUES (2)')
  expect((await schema('status', 'app.db', '--to', 'two.sql')).stdout).toContain('in sync with two.sql')
  expect(await schema(...revert)).toMatchObject({ code: 0 })
  const { catalog, rows } = contentsOf(join(folder, 'app.db'))
  expect(rows.mine).toEqual([
    [1n, 1n],
    [2n, 2n],
  ])
  expect(catalog.map(([, name]) => name)).toContain('trg')
})

test('what status alone leaves out, or what is declared by a name that is left alone, is no change by others', async ({
  folder,
  schema,
}) => {
  makeDatabase(folder)
  writeFileSync(join(folder, 'to.sql'), `${targets['two.sql']} CREATE TABLE u (b); CREATE TABLE alembic_version (v);`)
  await schema(...['apply', 'app.db', '--to', 'to.sql', '--yes'])
  for (const more of [[], ['--exclude', 'u'], ['--to', 'to.sql', '--exclude', 'u'], ['--to', 'to.sql']]) {
    const { stdout } = await schema('status', 'app.db', ...more, '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({ unchanged: true, since: [] })
  }
  change(folder, 'ALTER TABLE alembic_version ADD COLUMN w')
  const { stdout } = await schema('status', 'app.db', '--exclude', 'u')
  expect(stdout).toMatch(/changed since by others\n +\+ alembic_version: column +w/)
})

describe('where the schema has been changed since', () => {
  test('an added index goes with the way back, which is planned anew and says so', async ({ folder, schema }) => {
    makeDatabase(folder)
    const one = contentsOf(join(folder, 'app.db'))
    await schema(...apply('two.sql'))
    change(folder, 'CREATE INDEX i ON t (a)')
    const done = await schema(...revert)
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('schema-drifted') })
    expect(spaced(folder)).toEqual(spacedOf(one))
  })

  test('an extra table is refused by name, and goes only where that is allowed', async ({ folder, schema }) => {
    makeDatabase(folder)
    await schema(...apply('two.sql'))
    change(folder, 'CREATE TABLE extra (x); INSERT INTO extra VALUES (1)')
    const before = contentsOf(join(folder, 'app.db'))
    const refused = await schema(...revert)
    expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('extra') })
    expect(refused.stderr).toContain('[drop-table]')
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
    expect(await schema(...revert, '--allow', 'drop-table')).toMatchObject({ code: 0 })
    expect(tablesIn(folder)).toEqual(['_schema_journal', 't'])
  })

  test('an edited trigger or view would be overwritten, and that is refused', async ({ folder, schema }) => {
    makeDatabase(folder)
    await schema(...apply('three.sql'))
    change(
      folder,
      "DROP TRIGGER tr; CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 'edited'; END; DROP VIEW v; CREATE VIEW v AS SELECT id FROM t",
    )
    const before = contentsOf(join(folder, 'app.db'))
    const refused = await schema(...revert)
    expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('overwrites-edit') })
    expect(refused.stderr).toContain('trigger tr')
    expect(refused.stderr).toContain('view v')
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
    expect(await schema(...revert, '--allow', 'definition-loss')).toMatchObject({ code: 0 })
  })

  test('a plan whose table is gone is not run stale', async ({ folder, schema }) => {
    makeDatabase(folder)
    await schema(...apply('two.sql'))
    change(folder, 'ALTER TABLE t RENAME TO moved')
    const before = contentsOf(join(folder, 'app.db'))
    expect(await schema(...revert)).toMatchObject({ code: 3, stderr: expect.stringContaining('moved') })
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  })
})

describe('a journal', () => {
  const spoilt: readonly (readonly [what: string, sql: string])[] = [
    ['of another tool', 'DROP TABLE _schema_journal; CREATE TABLE _schema_journal (x)'],
    ['with an entry that is no JSON', "UPDATE _schema_journal SET record = '{'"],
    ['with an entry without its parts', "UPDATE _schema_journal SET record = '{}'"],
  ]
  test.for(spoilt)('%s is not trusted', async ([, sql], { folder, schema }) => {
    makeDatabase(folder)
    await schema(...apply('two.sql'))
    change(folder, sql)
    const before = contentsOf(join(folder, 'app.db'))
    expect(await schema(...revert)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('journal-unreadable'),
    })
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  })

  test('is documentation: SQL that was put into it is not run', async ({ folder, schema }) => {
    makeDatabase(folder)
    await schema(...apply('two.sql'))
    change(
      folder,
      `CREATE TABLE witness (x);
       UPDATE _schema_journal SET sql = '["DROP TABLE witness"]',
         reverse = json_set(reverse, '$.sql', json('["DROP TABLE witness"]')),
         record = json_set(record, '$.excludes', json('["witness"]'), '$.origin.columns[0].fill', 'NULL) FROM t; DROP TABLE witness; --')`,
    )
    await schema(...revert)
    expect(tablesIn(folder)).toContain('witness')
  })

  test('is never part of a plan, also where it is declared or excluded', async ({ folder, schema }) => {
    makeDatabase(folder)
    await schema(...apply('two.sql'))
    const done = await schema('plan', 'app.db', '--to', 'two.sql', '--exclude', '_schema_*', '--check')
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('in sync') })
  })
})

function makeDatabase(folder: string): void {
  for (const [name, sql] of Object.entries(targets)) writeFileSync(join(folder, name), sql)
  change(folder, `${targets['one.sql']} INSERT INTO t VALUES (1), (5)`)
}

function change(folder: string, sql: string): void {
  const db = new Database(join(folder, 'app.db'))
  db.exec(sql)
  db.close()
}

function tablesIn(folder: string): readonly unknown[] {
  const db = new Database(join(folder, 'app.db'))
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1").pluck().all()
  db.close()
  return names
}

function spaced(folder: string): unknown {
  return spacedOf(contentsOf(join(folder, 'app.db')))
}

function spacedOf({ catalog, rows }: ReturnType<typeof contentsOf>): unknown {
  return [catalog.map(([type, name, table, sql]) => [type, name, table, sql?.replace(/\s+/g, ' ')]), rows]
}

describe('several plans', () => {
  test('are shown, undone in one transaction and reported one by one', async ({ folder, schema }) => {
    makeDatabase(folder)
    const one = contentsOf(join(folder, 'app.db'))
    const ids = []
    for (const target of ['two.sql', 'more.sql', 'three.sql'] as const) {
      ids.push(JSON.parse((await schema(...apply(target, '--allow', 'definition-loss', '--format', 'json'))).stdout).id)
    }
    const back = await schema(...revert, '--to', ids[1].slice(0, 11))
    expect(back).toMatchObject({ code: 0, stderr: expect.stringContaining(`app.db → before plan ${ids[2]}`) })
    const done = await schema(...revert, '--steps', '2')
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining(`app.db → before plan ${ids[0]}`) })
    expect(done.stderr.indexOf(ids[1])).toBeLessThan(done.stderr.indexOf(ids[0]))
    expect(done.stdout).toMatch(
      /reverted app\.db as .*\n.*\n reverted app\.db as .*\n.*\n undone: 2 plans in one trans/,
    )
    expect(spaced(folder)).toEqual(spacedOf(one))
  })

  test('are marked in the status once they are undone, and those in force can be gone back to', async ({
    folder,
    schema,
  }) => {
    makeDatabase(folder)
    await schema(...apply('two.sql'))
    await schema(...apply('more.sql'))
    const { inForce, size } = JSON.parse((await schema('status', 'app.db', '--format', 'json')).stdout)
    expect(inForce).toHaveLength(2)
    expect(size).toBe(statSync(join(folder, 'app.db')).size)
    await schema(...revert, '--to', inForce[0])
    const { stdout } = await schema('status', 'app.db')
    expect(stdout).toMatch(/^app\.db {3}1 table, schema [0-9a-f]{16}, \d+\.\d kB\n/)
    expect(stdout).toContain(`plan ${inForce[0]}`)
    expect(stdout).toMatch(/apply two\.sql {2}/)
    expect(stdout).toMatch(/apply more\.sql, undone {2}/)
    expect(JSON.parse((await schema('status', 'app.db', '--format', 'json')).stdout).inForce).toEqual([inForce[0]])
  })

  test('are one document, and the hazards of all are refused before anything is undone', async ({ folder, schema }) => {
    makeDatabase(folder)
    await schema(...apply('two.sql'))
    await schema(...apply('more.sql'))
    change(folder, "UPDATE t SET a = 'later'")
    const before = contentsOf(join(folder, 'app.db'))
    const refused = await schema(...revert, '--steps', '2', '--format', 'json')
    expect(refused.code).toBe(3)
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'hazards', objects: ['t.a'] } })
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
    const done = await schema(...revert, '--steps', '2', '--allow', 'data-loss', '--format', 'json')
    expect(done.code).toBe(0)
    const { reverted, plan, further } = JSON.parse(done.stdout)
    expect([reverted, plan.inSync, further.length]).toEqual([expect.any(String), false, 1])
    expect(Object.keys(further[0]).sort()).toEqual(['drifted', 'id', 'plan', 'reverted'])
  })

  test.for([
    [['--steps', '2', '--to', 'abc'], 2, 'usage'],
    [['--steps', '0'], 2, 'usage'],
    [['--steps', '-1'], 2, 'usage'],
    [['--steps', '1e3'], 2, 'usage'],
    [['--steps'], 2, 'usage'],
    [['--to', 'nothing'], 2, 'usage'],
    [['--to', ''], 2, 'usage'],
    [['--steps', '9'], 3, 'nothing-to-revert'],
  ] as const)('that %j can not mean are refused', async ([args, code, says], { folder, schema }) => {
    makeDatabase(folder)
    await schema(...apply('two.sql'))
    const before = contentsOf(join(folder, 'app.db'))
    expect(await schema(...revert, ...args)).toMatchObject({ code, stderr: expect.stringContaining(`[${says}]`) })
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  })
})

test('a revert that would lose rows says how to allow it, and not to declare or exclude what was never there before', async ({
  folder,
  schema,
}) => {
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE notes (body TEXT);')
  await schema('apply', 'app.db', '--to', 'to.sql', '--create', '--yes')
  const db = new Database(join(folder, 'app.db'))
  db.exec("INSERT INTO notes VALUES ('milk')")
  db.close()
  const { code, stderr } = await schema('revert', 'app.db', '--yes')
  expect(code).toBe(3)
  expect(stderr).toContain('   allow it: --allow drop-table (or --allow data-loss)\n')
  expect(stderr).not.toMatch(/declare it|--exclude/)
})
