/**
 * `InferDatabase` against SQLite. What the types say may be left out, may be NULL or can't be written is listed in records that the compiler
 * wants to be complete and nothing more (`tsc -p tsconfig.test.json`); then SQLite is asked the same of each column.
 */
import Database from 'better-sqlite3'
import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  any,
  blob,
  boolean,
  column,
  convergeSync,
  datetime,
  defineSchema,
  float,
  fromJson,
  type InferDatabase,
  integer,
  type JsonText,
  json,
  numeric,
  real,
  type StoredValue,
  sql,
  table,
  text,
  toJson,
  varchar,
  view,
  virtualTable,
} from '../../src/index.ts'

const schema = defineSchema({
  plain: table({ a: integer(), b: text().notNull(), c: text().default('x'), d: text().notNull().default('x') }),
  computed: table({
    a: integer().notNull(),
    twice: integer().generatedAs(sql`a * 2`),
    stored: integer().notNull().generatedAs(sql`a * 3`, { stored: true }),
  }),
  rowid: table({ id: integer(), a: text() }).primaryKey(['id']),
  numbered: table({ id: integer().notNull() }).primaryKey(['id'], { autoincrement: true }),
  lower_case: table({ id: column('integer') }).primaryKey(['id']),
  falling: table({ id: integer() }).primaryKey([{ column: 'id', order: 'desc' }]),
  no_rowid: table({ id: integer() }).primaryKey(['id'], { rowid: false }),
  int_key: table({ id: column('INT') }).primaryKey(['id']),
  text_key: table({ id: text() }).primaryKey(['id']),
  two_keys: table({ a: integer(), b: text() }).primaryKey(['a', 'b']),
  strict_key: table({ a: integer(), b: text(), c: text() })
    .primaryKey(['a', { column: 'b', collate: 'nocase' }])
    .strict(),
  without_rowid: table({ id: integer(), a: text() }).primaryKey(['id']).withoutRowid(),
  strict_rowid: table({ id: integer(), a: text() }).strict().primaryKey(['id']),
  unique_only: table({ a: text() }).unique(['a']),
  null_default: table({ a: text().notNull().default(null), b: text().default(null) }),
  another_key: table({ a: integer(), b: integer() }).primaryKey(['a']).primaryKey(['b']),
})
type Tables = InferDatabase<typeof schema>

type KeysWhere<Row, Wanted> = { [Name in keyof Row]-?: Wanted extends Row[Name] ? Name : never }[keyof Row]
/** The columns of each table that fulfil something, each once. */
type Those<Pick extends { [Name in keyof Tables]: PropertyKey }> = { [Name in keyof Tables]: Record<Pick[Name], true> }

const canBeLeftOut: Those<{ [T in keyof Tables]: KeysWhere<Insertable<Tables[T]>, undefined> }> = {
  plain: { a: true, c: true, d: true },
  computed: {},
  rowid: { id: true, a: true },
  numbered: { id: true },
  lower_case: { id: true },
  falling: { id: true },
  no_rowid: { id: true },
  int_key: { id: true },
  text_key: { id: true },
  two_keys: { a: true, b: true },
  strict_key: { c: true },
  without_rowid: { a: true },
  strict_rowid: { id: true, a: true },
  unique_only: { a: true },
  null_default: { b: true },
  another_key: { a: true, b: true },
}
const canBeNull: Those<{ [T in keyof Tables]: KeysWhere<Selectable<Tables[T]>, null> }> = {
  plain: { a: true, c: true },
  computed: { twice: true },
  rowid: { a: true },
  numbered: {},
  lower_case: {},
  falling: {},
  no_rowid: { id: true },
  int_key: { id: true },
  text_key: { id: true },
  two_keys: { a: true, b: true },
  strict_key: { c: true },
  without_rowid: { a: true },
  strict_rowid: { a: true },
  unique_only: { a: true },
  null_default: { b: true },
  another_key: { a: true },
}
type ReadOnly<Row> = Exclude<keyof Row, keyof Insertable<Row>>
const computed: Those<{ [T in keyof Tables]: ReadOnly<Tables[T]> }> = {
  plain: {},
  computed: { twice: true, stored: true },
  rowid: {},
  numbered: {},
  lower_case: {},
  falling: {},
  no_rowid: {},
  int_key: {},
  text_key: {},
  two_keys: {},
  strict_key: {},
  without_rowid: {},
  strict_rowid: {},
  unique_only: {},
  null_default: {},
  another_key: {},
}

describe.each(Object.keys(schema.objects) as (keyof Tables)[])('%s', (name) => {
  const db = new Database(':memory:')
  convergeSync(db, schema, { journal: false })
  const columns = db.pragma(`table_xinfo(${name})`) as { name: string; type: string }[]
  const writable = columns.filter((each) => !(each.name in computed[name]))
  const value = ({ type }: { type: string }): unknown => (type === 'TEXT' ? 'text' : 7)

  /** Inserts a row, and gives it as it was stored; undefined where SQLite refuses it. */
  function insert(row: Record<string, unknown>): Record<string, unknown> | undefined {
    db.exec(`DELETE FROM ${name}`)
    const [names, values] = [Object.keys(row), Object.values(row)]
    const into = names.length === 0 ? 'DEFAULT VALUES' : `(${names}) VALUES (${names.map(() => '?')})`
    try {
      db.prepare(`INSERT INTO ${name} ${into}`).run(...values)
    } catch {
      return undefined
    }
    return db.prepare(`SELECT * FROM ${name}`).get() as Record<string, unknown>
  }
  const whole = Object.fromEntries(writable.map((each) => [each.name, value(each)]))

  test('a row with every column that can be written is taken', () => {
    expect(insert(whole)).toMatchObject(whole)
  })
  test.each(writable)('$name can be left out if and only if the type says so', (each) => {
    const { [each.name]: _, ...rest } = whole
    expect(insert(rest) !== undefined).toBe(each.name in canBeLeftOut[name])
  })
  test.each(writable)('$name is NULL when read, if and only if the type says so', (each) => {
    expect(insert({ ...whole, [each.name]: null })?.[each.name] === null).toBe(each.name in canBeNull[name])
  })
  test.each(Object.keys(computed[name]).map((each) => ({ name: each })))('$name can not be written', (each) => {
    expect(insert({ ...whole, [each.name]: 1 })).toBeUndefined()
    expect(() => db.prepare(`UPDATE ${name} SET ${each.name} = 1`)).toThrow('generated column')
  })
})

test('the types of values are those that come back', () => {
  const kinds = defineSchema({
    kinds: table({
      integer: integer().notNull(),
      real: real().notNull(),
      float: float().notNull(),
      text: text().notNull(),
      varchar: varchar(9).notNull(),
      blob: blob().notNull(),
      boolean: boolean().notNull(),
      datetime: datetime().notNull(),
      json: json().notNull(),
    }),
  })
  const row: Insertable<InferDatabase<typeof kinds>['kinds']> = {
    integer: 1,
    real: 1,
    float: 0.5,
    text: '1',
    varchar: 'longer than nine',
    blob: new Uint8Array([1]),
    boolean: 1,
    datetime: '2026-11-28 12:00:00',
    json: '{"a":1}',
  }
  const db = new Database(':memory:')
  convergeSync(db, kinds)
  db.prepare(`INSERT INTO kinds VALUES (${Object.keys(row).map(() => '?')})`).run(...Object.values(row))
  const read = db.prepare('SELECT * FROM kinds').get() as Selectable<InferDatabase<typeof kinds>['kinds']>
  expect(read).toEqual({ ...row, blob: Buffer.from([1]) })
  expect(read.blob).toBeInstanceOf(Uint8Array)
})

test('what the declared type says where SQLite stores otherwise is as the page says', () => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE t (b BOOLEAN, j JSON, n NUMERIC, i INTEGER)')
  const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?)')
  expect(() => insert.run(true, null, null, null)).toThrow('can only bind numbers, strings, bigints, buffers, and null')
  insert.run('true', toJson(12), '12.50', 'twelve')
  expect(db.prepare('SELECT * FROM t').get()).toEqual({ b: 'true', j: 12, n: 12.5, i: 'twelve' })
  expect(fromJson(db.prepare('SELECT j FROM t').pluck().get() as JsonText<number>)).toBe(12)
  expect(() => toJson(undefined)).toThrow('JSON has no text for undefined')
  expect(() => fromJson('{' as JsonText<object>)).toThrow(SyntaxError)
})

const typed = defineSchema({
  users: table({
    id: integer().as<number & { readonly of: 'users' }>(),
    email: text().notNull(),
    state: text().notNull().default('open').as<'open' | 'closed'>(),
    settings: json().as<JsonText<{ theme: string }>>(),
    active: boolean().notNull().convertedTo<boolean>(),
    born: datetime().convertedTo<Date, Date | string>(),
    seen: datetime().notNull().default(sql`CURRENT_TIMESTAMP`).convertedTo<Date, string>(),
    initials: text().generatedAs(sql`substr(email, 1, 1)`).as<'a' | 'b'>(),
    price: column('DECIMAL(10, 2)'),
    count: column('BIGINT').notNull(),
    code: column('native character(70)').notNull(),
    ratio: column('double precision').notNull(),
    bytes: column('BLOB').notNull(),
    whatever: column(),
    anything: any().notNull(),
    amount: numeric().notNull(),
    point: column('FLOATING POINT').notNull(),
  }).primaryKey(['id']),
  names: view(sql`SELECT id, email FROM users`).as<{ id: number; email: string }>(),
  totals: view({ customer: integer().notNull(), total: real() }, sql`SELECT id, price FROM users`),
  listed: view(['a', 'b'], sql`SELECT 1, 2`),
  open: view(sql`SELECT 1 AS a`),
  writable: view({ email: text().notNull() }, sql`SELECT email FROM users`)
    .trigger('writable_insert', { insteadOf: 'insert', body: sql`SELECT 1;` })
    .trigger('writable_delete', { insteadOf: 'delete', body: sql`SELECT 1;` }),
  changeable: view({ email: text() }, sql`SELECT email FROM users`).trigger('changeable_update', {
    insteadOf: { updateOf: ['email'] },
    body: sql`SELECT 1;`,
  }),
  search: virtualTable('fts5', sql`title, body`).as<{ title: string; body: string }>(),
  unsaid: virtualTable('fts5', sql`title`),
})
type Typed = InferDatabase<typeof typed>

test('types as the declaration narrows them', () => {
  type Id = number & { readonly of: 'users' }
  expectTypeOf<Selectable<Typed['users']>>().toEqualTypeOf<{
    id: Id
    email: string
    state: 'open' | 'closed'
    settings: JsonText<{ theme: string }> | null
    active: boolean
    born: Date | null
    seen: Date
    initials: 'a' | 'b' | null
    price: number | string | null
    count: number
    code: string
    ratio: number
    bytes: Uint8Array
    whatever: StoredValue | null
    anything: StoredValue
    amount: number | string
    // SQLite's own example: INT is looked for first, and is in POINT.
    point: number
  }>()
  expectTypeOf<Insertable<Typed['users']>['id']>().toEqualTypeOf<Id | undefined>()
  expectTypeOf<Insertable<Typed['users']>['state']>().toEqualTypeOf<'open' | 'closed' | undefined>()
  expectTypeOf<Insertable<Typed['users']>['active']>().toEqualTypeOf<boolean>()
  expectTypeOf<Insertable<Typed['users']>['born']>().toEqualTypeOf<Date | string | null | undefined>()
  expectTypeOf<Insertable<Typed['users']>['seen']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<Updateable<Typed['users']>['born']>().toEqualTypeOf<Date | string | null | undefined>()
  expectTypeOf<Updateable<Typed['users']>>().not.toHaveProperty('initials')
  expectTypeOf<Insertable<Typed['users']>>().not.toHaveProperty('initials')
})

test('types of views and virtual tables', () => {
  expectTypeOf<Selectable<Typed['names']>>().toEqualTypeOf<{ id: number; email: string }>()
  type ReadOnly = 'a view is written to by INSTEAD OF triggers alone'
  expectTypeOf<Insertable<Typed['names']>['id']>().toEqualTypeOf<ReadOnly>()
  expectTypeOf<Updateable<Typed['names']>['id']>().toEqualTypeOf<ReadOnly | undefined>()
  expectTypeOf<Selectable<Typed['totals']>>().toEqualTypeOf<{ customer: number; total: number | null }>()
  expectTypeOf<Selectable<Typed['listed']>>().toEqualTypeOf<{ a: unknown; b: unknown }>()
  expectTypeOf<Selectable<Typed['open']>['a']>().toEqualTypeOf<unknown>()
  expectTypeOf<Insertable<Typed['writable']>['email']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<Updateable<Typed['writable']>['email']>().toEqualTypeOf<ReadOnly | undefined>()
  expectTypeOf<Insertable<Typed['changeable']>['email']>().toEqualTypeOf<ReadOnly>()
  expectTypeOf<Updateable<Typed['changeable']>['email']>().toEqualTypeOf<string | null | undefined>()
  expectTypeOf<Selectable<Typed['search']>>().toEqualTypeOf<{ title: string; body: string }>()
  expectTypeOf<Insertable<Typed['search']>['title']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<Selectable<Typed['unsaid']>['title']>().toEqualTypeOf<unknown>()
})

test('the names of a view with types become its list of columns, and only these', () => {
  const db = new Database(':memory:')
  convergeSync(db, typed)
  const of = (name: string): unknown => db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name)
  expect(of('totals')).toBe('CREATE VIEW totals (customer, total) AS\nSELECT id, price FROM users')
  expect(of('names')).toBe('CREATE VIEW names AS\nSELECT id, email FROM users')
})

test('what an application writes by mistake does not compile', () => {
  expectTypeOf(mistakes).returns.resolves.toBeVoid()
})

/** Compiled, never run: what an application writes by mistake. Each line that should not compile has to have its error. */
async function mistakes(db: Kysely<Tables>, other: Kysely<Typed>): Promise<void> {
  await db.insertInto('plain').values({ b: 'x' }).execute()
  // @ts-expect-error: `b` is NOT NULL and has no default
  await db.insertInto('plain').values({ a: 1 }).execute()
  // @ts-expect-error: a text is no number
  await db.insertInto('plain').values({ a: 'one', b: 'x' }).execute()
  // @ts-expect-error: `b` is NOT NULL
  await db.insertInto('plain').values({ b: null }).execute()
  // @ts-expect-error: no such column
  await db.insertInto('plain').values({ b: 'x', e: 1 }).execute()
  // @ts-expect-error: a generated column can't be inserted
  await db.insertInto('computed').values({ a: 1, twice: 2 }).execute()
  // @ts-expect-error: nor updated
  await db.updateTable('computed').set({ stored: 3 }).execute()
  // @ts-expect-error: no such table
  await db.selectFrom('plane').selectAll().execute()
  // @ts-expect-error: no such column
  await db.selectFrom('plain').select('e').execute()
  // @ts-expect-error: a view can't be written to without an INSTEAD OF trigger
  await other.insertInto('names').values({ id: 1 }).execute()
  // @ts-expect-error: 'gone' is none of the texts
  await other.updateTable('users').set({ state: 'gone' }).execute()
  // @ts-expect-error: any text is not JSON of the settings
  await other.updateTable('users').set({ settings: '{}' }).execute()
  const [colour, theme] = [toJson({ colour: 'dark' }), toJson({ theme: 'dark' })]
  // @ts-expect-error: JSON of something else neither
  await other.updateTable('users').set({ settings: colour }).execute()
  await other.updateTable('users').set({ settings: theme }).execute()
  // @ts-expect-error: SQLite stores no boolean; a plugin that converts is said by convertedTo
  boolean().as<boolean>()
  // @ts-expect-error: nor a Date
  datetime().as<Date>()
}
