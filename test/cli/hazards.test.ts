import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { contentsOf } from './contents.ts'
import { test } from './run-cli.ts'

const live = `
  CREATE TABLE kept (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
  INSERT INTO kept (a, b) VALUES ('x', 'y'), ('z', NULL);
  CREATE TABLE gone (a); INSERT INTO gone VALUES (1);
  CREATE VIEW seen AS SELECT a FROM kept;
  CREATE TRIGGER fires AFTER INSERT ON kept BEGIN SELECT 1; END;
`
const table = 'CREATE TABLE kept (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'
const rest = {
  gone: 'CREATE TABLE gone (a);',
  seen: 'CREATE VIEW seen AS SELECT a FROM kept;',
  fires: 'CREATE TRIGGER fires AFTER INSERT ON kept BEGIN SELECT 1; END;',
}
const applyIt = ['apply', 'app.db', '--to', 'to.sql', '--yes'] as const

/** What goes, the target in which it is missing, its code, its name in the refusal, and the word that allows all such. */
const losses = [
  ['a table', [table, rest.seen, rest.fires], 'drop-table', 'gone', 'data-loss'],
  ['a column', [table.replace(', b TEXT', ''), ...Object.values(rest)], 'drop-column', 'kept.b', 'data-loss'],
  ['a view', [table, rest.gone, rest.fires], 'drop-view', 'seen', 'definition-loss'],
  ['a trigger', [table, rest.gone, rest.seen], 'drop-trigger', 'fires', 'definition-loss'],
] as const

describe.for(losses)('dropping %s', ([, target, code, object, group]) => {
  test('is refused by name, with the three ways out', async ({ folder, schema, expect }) => {
    const before = makeDatabase(folder, live)
    writeFileSync(join(folder, 'to.sql'), target.join('\n'))
    const other = group === 'data-loss' ? 'definition-loss' : 'data-loss'

    for (const args of [
      [...applyIt, '--allow', other],
      [...applyIt.slice(0, -1), '--dry-run'],
    ]) {
      const done = await schema(...args)
      expect(done.code).toBe(3)
      expect(done.stderr).toContain(`[${code}]`)
      expect(done.stderr).toContain(object)
      expect(done.stderr).toMatch(/declare it[\s\S]*--exclude[\s\S]*--allow/)
    }
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  })

  const words = [code, `lossy-conversion,${code}`, group]
  test.for(words)('is allowed by --allow %s', async (word, { folder, schema, expect }) => {
    makeDatabase(folder, live)
    writeFileSync(join(folder, 'to.sql'), target.join('\n'))
    expect(await schema(...applyIt, '--allow', word)).toMatchObject({ code: 0 })
    expect(contentsOf(join(folder, 'app.db')).catalog).toHaveLength(code === 'drop-column' ? 4 : 3)
  })
})

test('what is in the way is said once, behind the plan: what is allowed stands in the plan', async ({
  folder,
  schema,
}) => {
  makeDatabase(folder, live)
  const text = `${table.replace('b TEXT', 'b TEXT NOT NULL').replace('a TEXT', 'a TEXT UNIQUE')} ${rest.seen}`
  writeFileSync(join(folder, 'to.sql'), text)
  const done = await schema(...applyIt, '--allow', 'drop-table')
  expect(done.code).toBe(3)
  const [plan, refusal] = done.stderr.split('refused: ')
  expect(plan).toContain(' x drop-table   gone')
  expect(refusal).toContain(' x drop-trigger   fires')
  expect(refusal).toContain(' x null-value')
  for (const code of ['drop-table', 'drop-trigger', 'null-value', 'fill-needed']) {
    expect(done.stderr.split(` x ${code} `).length - 1, code).toBeLessThanOrEqual(1)
  }
})

test('every code can be allowed by itself, and all of them are named together', async ({ folder, schema }) => {
  const before = makeDatabase(folder, live)
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE kept (id INTEGER PRIMARY KEY, a TEXT)')
  const refused = await schema(...applyIt, '--allow', 'drop-view')
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  for (const word of ['drop-table', 'drop-column', 'drop-trigger', 'gone', 'kept.b', 'fires']) {
    expect(refused.stderr).toContain(word)
  }
  expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  expect(await schema(...applyIt, '--allow', 'data-loss', '--allow', 'definition-loss')).toMatchObject({ code: 0 })
  expect(contentsOf(join(folder, 'app.db')).rows).toEqual({
    kept: [
      [1n, 1n, 'x'],
      [2n, 2n, 'z'],
    ],
  })
})

test('changing a view or a trigger is not dropping it', async ({ folder, schema }) => {
  makeDatabase(folder, live)
  const view = 'CREATE VIEW seen AS SELECT a, b FROM kept'
  const trigger = "CREATE TRIGGER fires AFTER INSERT ON kept BEGIN SELECT 'another'; END"
  writeFileSync(join(folder, 'to.sql'), [table, rest.gone, view, trigger].join(';\n'))
  expect(await schema(...applyIt)).toMatchObject({ code: 0 })
  const { catalog } = contentsOf(join(folder, 'app.db'))
  expect(catalog.find(([, name]) => name === 'seen')![3]).toBe(view)
  expect(catalog.find(([, name]) => name === 'fires')![3]).toBe(trigger)
})

test('what is excluded stays as it is, also where its table is rebuilt', async ({ folder, schema }) => {
  const trigger = `CREATE TRIGGER trg_mine AFTER INSERT ON kept
    BEGIN -- as I wrote it
      INSERT INTO mine   VALUES (new.a);
    END`
  const index = 'CREATE INDEX ix_mine ON kept  (b  DESC)'
  makeDatabase(folder, `${live} CREATE TABLE mine (a); INSERT INTO mine VALUES (7); ${index}; ${trigger}`)
  writeFileSync(
    join(folder, 'to.sql'),
    [table.replace('a TEXT', 'a TEXT NOT NULL COLLATE RTRIM'), ...Object.values(rest)].join('\n'),
  )

  const done = await schema(...applyIt, '--exclude', 'trg_*', '--exclude', 'mine', '--exclude', 'IX_mine')

  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('kept 2 rows = 2') })
  const { catalog, rows } = contentsOf(join(folder, 'app.db'))
  expect(catalog.find(([, name]) => name === 'trg_mine')![3]).toBe(trigger)
  expect(catalog.find(([, name]) => name === 'ix_mine')![3]).toBe(index)
  expect(rows.mine).toEqual([[1n, 7n]])
})

test('a column without values, and an empty table that the last plan made, need no allowing', async ({
  folder,
  schema,
}) => {
  makeDatabase(folder, 'CREATE TABLE kept (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO kept (a) VALUES (1)')
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE kept (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE fresh (x);')
  expect(await schema(...applyIt)).toMatchObject({ code: 0 })
  expect(await schema('revert', 'app.db', '--yes')).toMatchObject({ code: 0 })
  expect(contentsOf(join(folder, 'app.db')).rows).toEqual({ kept: [[1n, 1n, '1', null]] })
})

test('a new table that holds rows by now is a hazard of the way back', async ({ folder, schema }) => {
  makeDatabase(folder, 'CREATE TABLE kept (id INTEGER PRIMARY KEY)')
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE kept (id INTEGER PRIMARY KEY); CREATE TABLE fresh (x);')
  expect(await schema(...applyIt)).toMatchObject({ code: 0 })
  const before = makeDatabase(folder, 'INSERT INTO fresh VALUES (1)')
  expect(await schema('revert', 'app.db', '--yes')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('[drop-table]'),
  })
  expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  expect(await schema('revert', 'app.db', '--yes', '--allow', 'drop-table')).toMatchObject({ code: 0 })
})

/** Runs statements on app.db, and says what it holds then. */
function makeDatabase(folder: string, sql: string): ReturnType<typeof contentsOf> {
  const db = new Database(join(folder, 'app.db'))
  db.exec(sql)
  db.close()
  return contentsOf(join(folder, 'app.db'))
}
