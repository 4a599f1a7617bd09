import { fileURLToPath } from 'node:url'
import type Database from 'better-sqlite3'
import { sql as kyselySql } from 'kysely'
import { createTemplate, defineSchema, integer, sql, table, text, view } from 'sqlite-converge'
import { expect, test } from 'vitest'

const schema = defineSchema({
  authors: table({ id: integer(), name: text().notNull() }).primaryKey(['id']).unique(['name']),
  books: table({ id: integer(), author: integer() })
    .primaryKey(['id'])
    .foreignKey(['author'], 'authors', ['id'])
    .trigger('no_title', { after: 'insert', body: sql`UPDATE authors SET name = name || '+' WHERE id = new.author;` }),
  names: view(sql`SELECT name FROM authors`),
})

const names = (db: { prepare(text: string): { pluck(): { all(): unknown[] } } }): unknown[] =>
  db.prepare('SELECT name FROM names ORDER BY name').pluck().all()

test('a copy has the schema and the rows of the template, and nobody sees what another writes', async () => {
  const template = await createTemplate(schema, {
    fill: (db) => {
      db.prepare('INSERT INTO authors (name) VALUES (?)').run('Ada')
    },
  })
  const [one, other] = [template.open<Database.Database>(), template.open<Database.Database>()]
  one.exec("INSERT INTO authors (name) VALUES ('Bob'); CREATE TABLE more (x)")
  expect(names(one)).toEqual(['Ada', 'Bob'])
  expect(names(other)).toEqual(['Ada'])
  one.close()
  expect(names(template.open())).toEqual(['Ada'])
  expect(other.prepare("SELECT name FROM sqlite_schema WHERE name IN ('more', '_schema_journal')").all()).toEqual([])
  expect(other.pragma('integrity_check', { simple: true })).toBe('ok')
})

test('a copy enforces foreign keys, grows, and fires its triggers', async () => {
  const template = await createTemplate(schema, { fill: (db) => void db.exec("INSERT INTO authors VALUES (1, 'Ada')") })
  const db = template.open<Database.Database>()
  expect(() => db.exec('INSERT INTO books (author) VALUES (7)')).toThrow('FOREIGN KEY')
  const insert = db.prepare('INSERT INTO books (author) VALUES (1)')
  for (let n = 0; n < 2_000; n++) insert.run()
  expect(names(db)).toEqual([`Ada${'+'.repeat(2_000)}`])
})

test('what the application brings is there in every copy', async () => {
  const target = defineSchema({ t: table({ a: text(), b: text().generatedAs(sql`shout(a)`) }) })
  const template = await createTemplate(target, {
    setup: (db) => void db.function('shout', { deterministic: true }, (value: string) => `${value.toUpperCase()}!`),
    fill: (db) => void db.exec("INSERT INTO t (a) VALUES ('hey')"),
  })
  for (const db of [template.open(), template.open()]) expect(db.prepare('SELECT b FROM t').pluck().get()).toBe('HEY!')
})

test('a Kysely instance is a copy of its own, and its end closes it', async () => {
  const template = await createTemplate(schema)
  type Tables = { authors: { id: number; name: string } }
  const [one, other] = [await template.openKysely<Tables>(), await template.openKysely<Tables>()]
  await one.insertInto('authors').values({ id: 1, name: 'Ada' }).execute()
  expect(await one.selectFrom('authors').select('name').execute()).toEqual([{ name: 'Ada' }])
  expect(await other.selectFrom('authors').selectAll().execute()).toEqual([])
  expect((await kyselySql<object>`PRAGMA foreign_keys`.execute(one)).rows).toEqual([{ foreign_keys: 1 }])
  await one.destroy()
  await expect(one.selectFrom('authors').selectAll().execute()).rejects.toThrow()
  await other.destroy()
})

test('rows may be put in asynchronously, and not be left in a transaction', async () => {
  const template = await createTemplate(schema, {
    fill: async (db) => {
      await Promise.resolve()
      db.exec("INSERT INTO authors (name) VALUES ('Ada')")
    },
  })
  expect(names(template.open())).toEqual(['Ada'])
  await expect(createTemplate(schema, { fill: (db) => void db.exec('BEGIN') })).rejects.toMatchObject({
    code: 'in-transaction',
  })
  await expect(createTemplate(schema, { fill: (db) => void db.exec('rubbish') })).rejects.toThrow('rubbish')
})

test('a query that fill has not read to its end is said', async () => {
  const rows = "INSERT INTO authors (name) VALUES ('Ada'), ('Grace')"
  let left: IterableIterator<unknown> | undefined
  const fill = (db: {
    exec(sql: string): unknown
    prepare(sql: string): { iterate(): IterableIterator<unknown> }
  }): void => {
    db.exec(rows)
    left = db.prepare('SELECT name FROM authors').iterate()
    left.next()
  }
  await expect(createTemplate(schema, { fill })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('still being read'),
  })
  left?.return?.()
})

test('a script, and a schema of nothing, are templates too', async () => {
  const script = fileURLToPath(new URL('../applications/newsboat.sql', import.meta.url))
  const db = (await createTemplate(script)).open<Database.Database>()
  expect(db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").pluck().get()).toBeGreaterThan(2)
  expect((await createTemplate(defineSchema({}))).open().prepare('SELECT 1').pluck().get()).toBe(1)
})

test('a schema that is refused gives no template', async () => {
  const broken = defineSchema({ v: view(sql`SELECT x FROM no_table`) })
  await expect(createTemplate(broken)).rejects.toMatchObject({ code: 'breaks-dependent' })
})
