import type { Database } from 'better-sqlite3'
import { prunable, prune, revert, status } from 'sqlite-converge'
import { expect, test } from 'vitest'
import { back, keep, keptNames, open, rows } from './keep.ts'

const first = 'CREATE TABLE t (id INTEGER PRIMARY KEY)'

test('status says what is kept, of what, by which plan, and about how large it is', async () => {
  const db = start()
  const { id } = keep(db, first)
  const { kept } = await status(db)
  expect(kept).toEqual([
    { name: '_schema_kept_old', of: ['old'], plan: id, keptAt: expect.any(String), rows: 2, bytes: expect.any(Number) },
    {
      name: '_schema_kept_old_mark',
      of: ['old'],
      plan: id,
      keptAt: expect.any(String),
      rows: 1,
      bytes: expect.any(Number),
    },
    { name: '_schema_kept_t_a', of: ['t.a'], plan: id, keptAt: expect.any(String), rows: 3, bytes: expect.any(Number) },
  ])
  const size = kept.at(-1)!.bytes
  expect(size).toBeGreaterThanOrEqual(3000)
  expect(size).toBeLessThan(3100)
  expect((await status(open(''))).kept).toEqual([])
})

test('a prune drops what is kept and its watches; a revert says so and goes on without', async () => {
  const db = start()
  const { id } = keep(db, first)
  const before = db.serialize()
  expect((await prunable(db)).map(({ name }) => name)).toEqual((await status(db)).kept.map(({ name }) => name))
  expect(db.serialize().equals(before)).toBe(true)

  const { dropped, id: entry } = await prune(db)
  expect(dropped.map(({ plan, rows: n }) => [plan, n])).toEqual([
    [id, 2],
    [id, 1],
    [id, 3],
  ])
  expect(keptNames(db)).toEqual([])
  const { journal, unchanged, kept } = await status(db)
  expect(journal.at(-1)).toMatchObject({ id: entry, kind: 'prune', reverts: null })
  expect({ unchanged, kept }).toEqual({ unchanged: true, kept: [] })
  db.exec('INSERT INTO t VALUES (9)')

  const said = await back(db)
  expect(said).toEqual([
    expect.stringMatching(/^what _schema_kept_old held of old does not come back: it was pruned at 2/),
    expect.stringMatching(/^what _schema_kept_t_a held of t\.a does not come back: it was pruned at 2/),
  ])
  expect(rows(db, 'SELECT * FROM old')).toEqual([])
  expect(rows(db, 'SELECT DISTINCT a FROM t')).toEqual([[null]])
  await expect(revert(db)).rejects.toMatchObject({ code: 'nothing-to-revert' })
})

test('what a NOT NULL column needs and was pruned leaves no way back', async () => {
  const db = open('CREATE TABLE t (id INTEGER PRIMARY KEY, a NOT NULL); INSERT INTO t VALUES (1, 2)')
  keep(db, first)
  await prune(db)
  await expect(revert(db)).rejects.toMatchObject({
    code: 'no-way-back',
    advice: expect.arrayContaining([expect.stringContaining('was pruned at')]),
  })
})

test('only what a plan has kept, or what is older, is dropped; and nothing that was not shown', async () => {
  const db = start()
  const { id } = keep(db, `${first}; CREATE TABLE old (id INTEGER PRIMARY KEY AUTOINCREMENT)`)
  const { id: second } = keep(db, first)
  expect(await prunable(db, { olderThan: 1 })).toEqual([])
  expect((await prunable(db, { plan: id! })).map(({ name }) => name)).toEqual(
    ['_schema_kept_t_a', '_schema_kept_old_b'].sort(),
  )
  await expect(prunable(db, { plan: 'none' })).rejects.toMatchObject({ code: 'usage' })
  expect((await prune(db, { expect: [] })).dropped).toEqual([])
  expect((await prune(db, { plan: id!, expect: ['_schema_kept_t_a', '_schema_kept_old'] })).dropped).toHaveLength(1)
  db.exec(`UPDATE _schema_journal SET applied_at = '2020-01-01T00:00:00.000Z' WHERE id = '${second}'`)
  expect((await prune(db, { olderThan: 1 })).dropped.map(({ plan }) => plan)).toEqual([second, second])
  expect(keptNames(db).filter((name) => !/_(insert|update)$/.test(name))).toEqual(['_schema_kept_old_b'])
  // The second plan's way back gives no rows, and the first one's watch went with the table.
  expect(await back(db)).toEqual([expect.stringContaining('was pruned')])
  expect(await back(db)).toHaveLength(2)
})

test('what the journal does not know goes only when all does, and so do watches over nothing', async () => {
  const db = start()
  keep(db, first)
  db.exec('DROP TABLE _schema_journal; DROP TABLE _schema_kept_t_a')
  expect(() => db.exec('INSERT INTO t VALUES (9)')).toThrow('no such table')
  expect(await prunable(db, { olderThan: 0 })).toEqual([])
  const found = await prunable(db)
  expect(found).toMatchObject([
    { name: '_schema_kept_old', of: [], rows: 2 },
    { name: '_schema_kept_old_mark', of: [], rows: 1 },
  ])
  expect(found[0]).not.toHaveProperty('plan')
  expect(await prune(db)).toMatchObject({ dropped: [{}, {}] })
  expect(keptNames(db)).toEqual([])
  db.exec('INSERT INTO t VALUES (9)')
  expect(rows(db, `SELECT name FROM sqlite_schema WHERE name LIKE '%journal%'`)).toEqual([])
})

test('a prune is part of the transaction of its caller, and undone with it', async () => {
  const db = start()
  keep(db, first)
  db.exec('BEGIN')
  await prune(db)
  expect(keptNames(db)).toEqual([])
  db.exec('ROLLBACK')
  expect(keptNames(db)).toHaveLength(5)
  db.exec('CREATE TRIGGER evil AFTER INSERT ON _schema_journal BEGIN SELECT 1; END')
  await expect(prune(db)).rejects.toMatchObject({ code: 'journal-unreadable' })
  expect(keptNames(db)).toHaveLength(5)
  expect(db.inTransaction).toBe(false)
})

test('nothing kept is nothing to do, and writes nothing', async () => {
  const db = start()
  const before = db.serialize()
  expect(await prune(db)).toEqual({ dropped: [] })
  expect(db.serialize().equals(before)).toBe(true)
})

function start(): Database {
  const db =
    open(`CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE old (id INTEGER PRIMARY KEY AUTOINCREMENT, b);
    INSERT INTO old VALUES (1, 'x'), (2, 'y')`)
  for (let n = 1; n <= 3; n++) db.prepare('INSERT INTO t VALUES (?, ?)').run(n, 'é'.repeat(500))
  return db
}
