import Database from 'better-sqlite3'
import { CamelCasePlugin, type KyselyPlugin, sql as kyselySql, OperationNodeTransformer, type ValueNode } from 'kysely'
import {
  blob,
  boolean,
  converge,
  createFixture,
  defineSchema,
  integer,
  type JsonText,
  json,
  real,
  sql,
  table,
  text,
  toJson,
  view,
  virtualTable,
} from 'sqlite-converge'
import { afterEach, describe, expect, test } from 'vitest'

const schema = defineSchema({
  books: table({ id: integer(), author: integer().notNull(), title: text().notNull() })
    .primaryKey(['id'], { autoincrement: true })
    .foreignKey(['author'], 'authors', ['id'])
    .index('books_by_title', ['title']),
  authors: table({ id: integer(), name: text().notNull(), upper: text().generatedAs(sql`upper(name)`) })
    .primaryKey(['id'])
    .unique(['name'])
    .trigger('log_author', { after: 'insert', body: sql`INSERT INTO log (what) VALUES (new.name);` }),
  log: table({ what: text().notNull() }),
  search: virtualTable('fts5', sql`body`).as<{ body: string }>(),
  names: view({ name: text().notNull() }, sql`SELECT name FROM authors`).trigger('add_name', {
    insteadOf: 'insert',
    body: sql`INSERT INTO authors (name) VALUES (new.name);`,
  }),
})

const fixture = createFixture(schema, {
  rows: {
    books: [{ author: 7, title: 'The Dispossessed' }],
    authors: [{ id: 7, name: 'Le Guin' }, { name: 'Lem' }],
    search: [{ body: 'a hundred words' }],
    names: [{ name: 'Lessing' }],
  },
})
afterEach(fixture.closeAll)

test('the rows are there, parents before children, and the triggers have fired', async () => {
  const { db } = await fixture.open()
  expect(await db.selectFrom('books').selectAll().execute()).toEqual([{ id: 1, author: 7, title: 'The Dispossessed' }])
  expect(await db.selectFrom('authors').select(['id', 'upper']).orderBy('id').execute()).toEqual([
    { id: 7, upper: 'LE GUIN' },
    { id: 8, upper: 'LEM' },
    { id: 9, upper: 'LESSING' },
  ])
  expect(await db.selectFrom('log').select('what').execute()).toHaveLength(3)
  expect(await db.selectFrom('search').select('body').where('body', 'match', 'words').execute()).toHaveLength(1)
  await expect(db.insertInto('books').values({ author: 1, title: 'x' }).execute()).rejects.toThrow('FOREIGN KEY')
})

test('a hundred copies at once don’t see each other', async () => {
  const copies = await Promise.all(Array.from({ length: 100 }, () => fixture.open()))
  await Promise.all(
    copies.map(({ db }, n) =>
      db
        .insertInto('authors')
        .values({ id: 100 + n, name: `author ${n}` })
        .execute(),
    ),
  )
  const seen = await Promise.all(
    copies.map(({ db }) => db.selectFrom('authors').select('id').where('id', '>=', 100).execute()),
  )
  expect(seen).toEqual(copies.map((_, n) => [{ id: 100 + n }]))
})

test('a copy takes rows of its own on top', async () => {
  const { db, reset } = await fixture.open({ rows: { books: [{ author: 8, title: 'Solaris' }] } })
  await db.deleteFrom('books').execute()
  await reset()
  expect(await db.selectFrom('books').select(['id', 'title']).orderBy('id').execute()).toEqual([
    { id: 1, title: 'The Dispossessed' },
    { id: 2, title: 'Solaris' },
  ])
  const other = await fixture.open()
  expect(await other.db.selectFrom('books').select('id').execute()).toHaveLength(1)
  await expect(fixture.open({ rows: { books: [{ author: 1, title: 'x' }] } })).rejects.toMatchObject({
    code: 'rows-do-not-fit',
    message: 'rows.books[0] has no parent: there is no row of authors for author 1',
    data: { table: 'books', index: 0 },
  })
})

describe('reset', () => {
  test('gives back rows, schema, marks and pragmas, to the byte', async () => {
    const { handle: copy, reset } = await fixture.open<Database.Database>()
    const before = copy.serialize()
    copy.exec(`
      DELETE FROM books; INSERT INTO books VALUES (50, 7, 'x'); DROP VIEW names; CREATE TABLE more (x);
      INSERT INTO search VALUES ('another'); CREATE TEMP TABLE authors (x); PRAGMA foreign_keys = OFF; PRAGMA user_version = 3;
      ATTACH ':memory:' AS other; BEGIN; DELETE FROM main.authors;
    `)
    await reset()
    expect(copy.serialize().equals(before)).toBe(true)
    expect(copy.inTransaction).toBe(false)
    expect(copy.pragma('foreign_keys', { simple: true })).toBe(1)
    expect((copy.pragma('database_list') as unknown[]).length).toBe(1)
    expect(copy.prepare('SELECT count(*) FROM authors').pluck().get()).toBe(3)
    expect(copy.prepare("INSERT INTO books (author, title) VALUES (7, 'y') RETURNING id").pluck().get()).toBe(2)
  })

  test('leaves to the test its Kysely instance, its handle, and the statements and functions of that', async () => {
    const { db, handle: copy, reset } = await fixture.open<Database.Database>()
    expect(copy).toBeInstanceOf(Database)
    copy.function('shout', (value) => `${value}!`)
    copy.function('shout', (one, other) => `${one} ${other}!`)
    const titles = copy.prepare('SELECT title FROM books').pluck()
    const bound = copy.prepare('SELECT shout(name), shout(name, id) FROM authors WHERE id = ?').raw().bind(7)
    const big = copy.prepare('SELECT id FROM books').safeIntegers()
    const add = copy.prepare('INSERT INTO books (author, title) VALUES (?, ?)')
    const addTwo = copy.transaction((one: string, other: string) => {
      add.run(7, one)
      add.run(7, other)
      return copy.inTransaction
    })
    const query = db.selectFrom('books').select('title').compile()
    for (const _ of [1, 2, 3]) {
      expect(titles.all()).toEqual(['The Dispossessed'])
      expect(bound.all()).toEqual([['Le Guin!', 'Le Guin 7!']])
      expect(big.get()).toEqual({ id: 1n })
      expect(addTwo.immediate('a', 'b')).toBe(true)
      expect(addTwo('c', 'd')).toBe(true)
      expect(() => addTwo('e', null as unknown as string)).toThrow('NOT NULL')
      expect([...titles.iterate()]).toEqual(['The Dispossessed', 'a', 'b', 'c', 'd'])
      expect((await db.executeQuery(query)).rows).toHaveLength(5)
      expect(titles.database).toBe(copy)
      await reset()
    }
    expect(copy.open).toBe(true)
  })

  test("waits for no transaction of Kysely's that never ends, and leaves none of those who wait for it waiting", async () => {
    const { db, reset } = await fixture.open()
    const titles = db.selectFrom('books').select('title')
    const wasReset = { code: 'database-unreadable', message: expect.stringContaining('has been reset') }
    for (const title of ['a', 'b']) {
      const left = await db.startTransaction().execute()
      await left.insertInto('books').values({ author: 7, title }).execute()
      const waiting = [titles.execute(), titles.execute(), db.transaction().execute(async (inner) => inner)]
      const heard = Promise.allSettled(waiting)
      await reset()
      expect(await titles.execute()).toEqual([{ title: 'The Dispossessed' }])
      expect(await heard).toEqual(
        waiting.map(() => ({ status: 'rejected', reason: expect.objectContaining(wasReset) })),
      )
      await expect(left.commit().execute()).rejects.toMatchObject(wasReset)
      expect(await titles.execute()).toEqual([{ title: 'The Dispossessed' }])
    }
    const other = await db.startTransaction().execute()
    await other.insertInto('books').values({ author: 7, title: 'c' }).execute()
    const saved = await other.savepoint('s').execute()
    await saved.insertInto('books').values({ author: 7, title: 'd' }).execute()
    await saved.rollbackToSavepoint('s').execute()
    await (await other.savepoint('t').execute()).releaseSavepoint('t').execute()
    await other.commit().execute()
    expect(await titles.orderBy('id').execute()).toEqual([{ title: 'The Dispossessed' }, { title: 'c' }])
    const undone = await db.startTransaction().execute()
    await undone.deleteFrom('books').execute()
    await undone.rollback().execute()
    expect(await titles.execute()).toHaveLength(2)
  })

  test('gives its connection to nobody who has waited for another one, and hides no error of a transaction', async () => {
    const { db, reset } = await fixture.open()
    const left = await db.startTransaction().execute()
    let ran = 0
    const never = async (): Promise<void> => {
      ran++
      await new Promise(() => {})
    }
    const waiting = [db.startTransaction().execute(), db.connection().execute(never), db.transaction().execute(never)]
    const heard = Promise.allSettled(waiting)
    await reset()
    for (const one of await heard) expect(one).toMatchObject({ reason: { code: 'database-unreadable' } })
    expect(ran).toBe(0)
    await left.rollback().execute()
    const failing = db.transaction().execute(async () => {
      await reset()
      throw new Error('expected 1, got 2')
    })
    await expect(failing).rejects.toThrow('expected 1, got 2')
    expect(await db.selectFrom('books').select('id').execute()).toEqual([{ id: 1 }])
  })

  test('is refused while a query is being read, and changes nothing then', async () => {
    const { handle, reset } = await fixture.open()
    handle.exec('DELETE FROM books')
    const read = handle.prepare('SELECT id FROM authors').iterate()
    read.next()
    await expect(reset()).rejects.toMatchObject({ code: 'database-locked' })
    expect([...read]).toHaveLength(2)
    expect(handle.prepare('SELECT count(*) FROM books').pluck().get()).toBe(0)
    await reset()
    expect(handle.prepare('SELECT count(*) FROM books').pluck().get()).toBe(1)
  })

  test('is refused of a copy that is closed', async () => {
    const { reset, close } = await fixture.open()
    await close()
    await expect(reset()).rejects.toMatchObject({ code: 'database-unreadable' })
  })

  test('is refused of a copy that is closed while it is being read, which is over when that has ended', async () => {
    const { handle, reset, close } = await fixture.open<Database.Database>()
    const read = handle.prepare('SELECT id FROM authors').iterate()
    read.next()
    await close()
    expect(handle.open).toBe(true)
    expect([...read]).toHaveLength(2)
    await expect(reset()).rejects.toMatchObject({ code: 'database-unreadable' })
    await close()
    expect(handle.open).toBe(false)
  })

  test.each(['close', 'closeAll'])('to %s leaves nobody waiting for a transaction that never ends', async (way) => {
    const { db, handle, close } = await fixture.open<Database.Database>()
    await db.startTransaction().execute()
    const titles = db.selectFrom('books').select('title')
    const waiting = [titles.execute(), db.startTransaction().execute(), titles.execute()]
    const heard = Promise.allSettled(waiting)
    await (way === 'close' ? close() : fixture.closeAll())
    const wasClosed = { code: 'database-unreadable', message: 'the copy has been closed' }
    expect(await heard).toEqual(waiting.map(() => ({ status: 'rejected', reason: expect.objectContaining(wasClosed) })))
    expect(handle.open).toBe(false)
    await expect(titles.execute()).rejects.toThrow('destroyed')
  })

  test('a copy can be converged, also after it', async () => {
    const { handle, reset } = await fixture.open()
    for (const _ of [1, 2]) {
      await converge(handle, defineSchema({ ...schema.objects, more: table({ x: integer() }) }))
      expect(handle.prepare('SELECT count(*) FROM more').pluck().get()).toBe(0)
      await reset()
      expect(() => handle.prepare('SELECT * FROM more')).toThrow('no such table')
    }
  })
})

describe('closing', () => {
  test('closes the copy, by each way once or more often', async () => {
    const copies = await Promise.all([fixture.open(), fixture.open(), fixture.open(), fixture.open()])
    const [one, two, three, four] = copies
    await one!.close()
    await two!.db.destroy()
    await three![Symbol.asyncDispose]()
    four!.handle.close()
    expect(copies.map(({ handle }) => handle.open)).toEqual([false, false, false, false])
    await one!.close()
    await four!.close()
    await fixture.closeAll()
    await expect(one!.db.selectFrom('books').selectAll().execute()).rejects.toThrow()
  })

  test('of all copies of a fixture closes no other fixture’s', async () => {
    const other = createFixture(schema)
    const [mine, theirs] = [await fixture.open(), await other.open()]
    await fixture.closeAll()
    expect([mine.handle.open, theirs.handle.open]).toEqual([false, true])
    await other.closeAll()
    expect(theirs.handle.open).toBe(false)
  })

  test('happens at the end of a block with await using', async () => {
    let handle: { readonly open: boolean }
    {
      await using copy = await fixture.open()
      handle = copy.handle
      expect(handle.open).toBe(true)
    }
    expect(handle.open).toBe(false)
  })
})

describe('rows', () => {
  const circle = defineSchema({
    hens: table({ id: integer(), egg: integer() }).primaryKey(['id']).foreignKey(['egg'], 'eggs', ['id']),
    eggs: table({ id: integer(), hen: integer() }).primaryKey(['id']).foreignKey(['hen'], 'hens', ['id']),
    nodes: table({ id: text().notNull(), parent: text() })
      .primaryKey(['id'])
      .foreignKey(['parent'], 'nodes', ['id'])
      .withoutRowid(),
  })

  test('with ids that a number can not tell apart are told apart', async () => {
    const wide = defineSchema({
      parents: table({ id: integer() }).primaryKey(['id']),
      children: table({ id: integer().as<bigint>(), parent: integer() })
        .primaryKey(['id'])
        .foreignKey(['parent'], 'parents', ['id']),
    })
    const children = [
      { id: 2n ** 60n + 1n, parent: 1 },
      { id: 2n ** 60n + 2n, parent: 7 },
    ]
    const rows = { parents: [{ id: 1 }], children }
    const message = 'rows.children[1] has no parent: there is no row of parents for parent 7'
    await expect(createFixture(wide, { rows }).open()).rejects.toMatchObject({ message })
    const setup = (db: object) => void (db as { defaultSafeIntegers(): unknown }).defaultSafeIntegers()
    await expect(createFixture(wide, { rows, setup }).open()).rejects.toMatchObject({ message })
  })

  test('may refer to each other in a circle, and to later rows of their own table', async () => {
    const rows = {
      hens: [{ id: 1, egg: 2 }],
      eggs: [{ id: 2, hen: 1 }],
      nodes: [{ id: 'leaf', parent: 'root' }, { id: 'root' }],
    }
    const { db, close } = await createFixture(circle, { rows }).open()
    expect(await db.selectFrom('nodes').selectAll().execute()).toHaveLength(2)
    await close()
  })

  test.for([
    [{ hens: [{ id: 1 }, { id: 2, egg: 9 }] }, 'rows.hens[1] has no parent: there is no row of eggs for egg 9'],
    [
      { nodes: [{ id: 'a' }, { id: 'b', parent: 'a' }, { id: 'c', parent: 'x' }] },
      'rows.nodes[2] has no parent: there is no row of nodes for parent x',
    ],
    [{ nodes: [{ id: 'a' }, { id: 'a' }] }, 'rows.nodes[1] is not taken: UNIQUE constraint failed: nodes.id'],
  ] as const)('that have no parent, or break a constraint, are named by their place: %j', async ([rows, message]) => {
    await expect(createFixture(circle, { rows }).open()).rejects.toMatchObject({ code: 'rows-do-not-fit', message })
  })

  const kinds = defineSchema({
    kinds: table({
      id: integer(),
      done: boolean().default(false),
      bytes: blob(),
      weight: real(),
      settings: json().as<JsonText<{ theme: string }>>(),
      'odd "name"': text().default('odd'),
    }).primaryKey(['id']),
    ignoring: table({ name: text().notNull({ onConflict: 'ignore' }) }),
    made: table({ id: integer() }).primaryKey(['id']),
  })

  test('of each kind of value are stored as they are', async () => {
    const rows = {
      kinds: [
        { id: 2 ** 40, bytes: new Uint8Array([1, 2]), weight: 1.5, settings: toJson({ theme: 'dark' }) },
        { 'odd "name"': 'even', done: null, bytes: Buffer.from('x') },
      ],
      made: [{}, { id: 7 }, {}],
    }
    const { db, close } = await createFixture(kinds, { rows }).open()
    expect(await db.selectFrom('kinds').selectAll().execute()).toEqual([
      {
        id: 2 ** 40,
        done: 0,
        bytes: Buffer.from([1, 2]),
        weight: 1.5,
        settings: '{"theme":"dark"}',
        'odd "name"': 'odd',
      },
      { id: 2 ** 40 + 1, done: null, bytes: Buffer.from('x'), weight: null, settings: null, 'odd "name"': 'even' },
    ])
    expect(await db.selectFrom('made').select('id').execute()).toEqual([{ id: 1 }, { id: 7 }, { id: 8 }])
    await close()
  })

  test.for([
    [{ kinds: [{ id: 1 }, { done: true }] }, 'rows-do-not-fit', 'rows.kinds[1] has in done true', 'write 1'],
    [{ kinds: [{ weight: Number.NaN }] }, 'rows-do-not-fit', 'rows.kinds[0] has in weight NaN'],
    [{ kinds: [{ settings: { theme: 'dark' } }] }, 'rows-do-not-fit', 'in settings an object', 'toJson'],
    [{ kinds: [{ settings: new Date(0) }] }, 'rows-do-not-fit', 'a Date'],
    [{ kinds: [{ id: 1n << 70n }] }, 'rows-do-not-fit', 'rows.kinds[0] is not taken'],
    [{ kinds: [{ nmae: 1 }] }, 'rows-do-not-fit', 'rows.kinds[0] is not taken', 'nmae'],
    [{ kinds: [null] }, 'rows-do-not-fit', 'rows.kinds[0] is no row'],
    [{ ignoring: [{ name: null }] }, 'rows-do-not-fit', 'rows.ignoring[0] is left out'],
    [{ kidns: [] }, 'usage', 'kidns'],
    [{ toString: [] }, 'usage', 'toString'],
  ] as const)('that can’t be stored are refused: %#', async ([rows, code, ...parts]) => {
    const opening = createFixture(kinds, { rows: rows as object }).open()
    const error = await opening.then(
      () => undefined,
      (error) => error,
    )
    expect(error).toMatchObject({ code })
    for (const part of parts) expect(error.message).toContain(part)
  })

  test('go through the plugins of the Kysely instance, where there are any', async () => {
    class Booleans extends OperationNodeTransformer {
      // biome-ignore lint/suspicious/noExplicitAny: a value of any kind
      protected override transformPrimitiveValueList(node: any): any {
        return { ...node, values: node.values.map((value: unknown) => (typeof value === 'boolean' ? +value : value)) }
      }
      protected override transformValue(node: ValueNode): ValueNode {
        return typeof node.value === 'boolean' ? { ...node, value: +node.value } : node
      }
    }
    const transformer = new Booleans()
    const plugin: KyselyPlugin = {
      transformQuery: ({ node, queryId }) => transformer.transformNode(node, queryId),
      transformResult: async ({ result }) => ({
        ...result,
        rows: result.rows.map((row) => ({ ...row, done: row.done === 1 })),
      }),
    }
    const tasks = defineSchema({
      tasks: table({ id: integer(), done: boolean().notNull().convertedTo<boolean>() }).primaryKey(['id']),
    })
    const made = createFixture(tasks, {
      rows: { tasks: [{ done: true }, { done: false }] },
      kysely: { plugins: [plugin] },
    })
    const { db, handle } = await made.open({ rows: { tasks: [{ id: 9, done: true }] } })
    expect(await db.selectFrom('tasks').select('done').execute()).toEqual([
      { done: true },
      { done: false },
      { done: true },
    ])
    expect(handle.prepare('SELECT done FROM tasks').pluck().all()).toEqual([1, 0, 1])
    await made.closeAll()
  })
})

test('what the application brings, its pragmas and its log are those of every copy', async () => {
  const logged: string[] = []
  const made = createFixture(defineSchema({ t: table({ a: text(), b: text().generatedAs(sql`shout(a)`) }) }), {
    rows: { t: [{ a: 'hey' }] },
    setup: (db) => void db.function('shout', { deterministic: true }, (value: string) => `${value}!`),
    fill: (db) => void db.exec("INSERT INTO t (a) VALUES ('ho')"),
    pragmas: { recursive_triggers: false, case_sensitive_like: true },
    kysely: { plugins: [new CamelCasePlugin()], log: ({ query }) => void logged.push(query.sql) },
  })
  const { db, reset } = await made.open()
  for (const _ of [1, 2]) {
    expect(await db.selectFrom('t').select('b').where('a', 'like', 'h%').execute()).toEqual([
      { b: 'hey!' },
      { b: 'ho!' },
    ])
    expect(await db.selectFrom('t').select('b').where('a', 'like', 'H%').execute()).toEqual([])
    expect((await kyselySql<object>`PRAGMA recursive_triggers`.execute(db)).rows).toEqual([{ recursiveTriggers: 0 }])
    await reset()
  }
  expect(logged).toHaveLength(6)
  await made.closeAll()
})

test('a schema that is refused is said by every open, and leaves nothing unhandled', async () => {
  const broken = createFixture(defineSchema({ v: view(sql`SELECT x FROM no_table`) }))
  for (const _ of [1, 2]) await expect(broken.open()).rejects.toMatchObject({ code: 'breaks-dependent' })
  const pragma = createFixture(schema, { pragmas: { foregin_keys: true } })
  await expect(pragma.open()).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('foregin_keys') })
})

test.each([[{ t: {} }], [{ t: 'abc' }], [[{ id: 1 }]]])(
  'rows that are no lists by table are refused: %j',
  async (rows) => {
    const schema = defineSchema({ t: table({ id: integer() }).primaryKey(['id']) })
    await expect(createFixture(schema, { rows: rows as never }).open()).rejects.toMatchObject({ code: 'usage' })
  },
)
