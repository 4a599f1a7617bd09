/**
 * What the compiler must refuse of `createFixture` and `openDatabase`, and what it must let pass: see test/declare/types.test-d.ts.
 */
import {
  blob,
  boolean,
  createFixture,
  defineSchema,
  type FixtureRows,
  integer,
  type JsonText,
  json,
  openDatabase,
  sql,
  table,
  text,
  toJson,
  view,
  virtualTable,
} from 'sqlite-converge'

const schema = defineSchema({
  users: table({
    id: integer(),
    email: text().notNull(),
    nickname: text(),
    state: text().notNull().default('open').as<'open' | 'closed'>(),
    domain: text().generatedAs(sql`substr(email, instr(email, '@') + 1)`),
    settings: json().as<JsonText<{ theme: string }>>(),
    picture: blob(),
    active: boolean().notNull().default(true),
  }).primaryKey(['id']),
  emails: view({ email: text().notNull() }, sql`SELECT email FROM users`),
  added: view({ email: text().notNull() }, sql`SELECT email FROM users`).trigger('add', {
    insteadOf: 'insert',
    body: sql`INSERT INTO users (email) VALUES (new.email);`,
  }),
  search: virtualTable('fts5', sql`body`).as<{ body: string }>(),
})
const email = 'ada@example.org'

// All of these are right, and have to compile.
const fixture = createFixture(schema, {
  rows: {
    users: [
      { email },
      { id: 7, email, nickname: null, state: 'closed', settings: toJson({ theme: 'dark' }), active: 1 },
      { email, picture: new Uint8Array([1]) },
    ],
    added: [{ email }],
    search: [{ body: 'words' }],
  },
})
createFixture(schema)
createFixture(schema, { rows: {} })
const rows = { users: [{ email }] } as const satisfies FixtureRows<typeof schema>
createFixture(schema, { rows })

// @ts-expect-error: `email` is NOT NULL and has no default
createFixture(schema, { rows: { users: [{ nickname: 'ada' }] } })
// @ts-expect-error: `email` is NOT NULL
createFixture(schema, { rows: { users: [{ email: null }] } })
// @ts-expect-error: `domain` is generated, and can't be inserted
createFixture(schema, { rows: { users: [{ email, domain: 'example.org' }] } })
// @ts-expect-error: the table has no column `emial`
createFixture(schema, { rows: { users: [{ email, emial: email }] } })
// @ts-expect-error: the schema has no table `usres`
createFixture(schema, { rows: { usres: [{ email }] } })
// @ts-expect-error: an email is a text
createFixture(schema, { rows: { users: [{ email: 7 }] } })
// @ts-expect-error: a state is one of two texts
createFixture(schema, { rows: { users: [{ email, state: 'ajar' }] } })
// @ts-expect-error: JSON is written with toJson
createFixture(schema, { rows: { users: [{ email, settings: { theme: 'dark' } }] } })
// @ts-expect-error: JSON of another shape
createFixture(schema, { rows: { users: [{ email, settings: toJson({ color: 'red' }) }] } })
// @ts-expect-error: SQLite stores no booleans
createFixture(schema, { rows: { users: [{ email, active: true }] } })
// @ts-expect-error: nothing takes the rows of a view without a trigger
createFixture(schema, { rows: { emails: [{ email }] } })
// @ts-expect-error: the rows of a table are a list
createFixture(schema, { rows: { users: { email } } })

export async function used(): Promise<void> {
  await fixture.open({ rows: { users: [{ email }] } })
  // @ts-expect-error: the rows of one copy are checked too
  await fixture.open({ rows: { users: [{ nickname: 'ada' }] } })

  const copy = await fixture.open()
  for (const db of [copy.db, await openDatabase(':memory:', schema)]) {
    const [first] = await db.selectFrom('users').select(['id', 'email', 'nickname', 'state']).execute()
    const read: { id: number; email: string; nickname: string | null; state: 'open' | 'closed' } | undefined = first
    await db.insertInto('users').values({ email }).execute()
    await db.updateTable('users').set({ state: 'closed' }).execute()
    const { nickname = null } = read ?? {}
    // @ts-expect-error: `email` is NOT NULL and has no default
    await db.insertInto('users').values({ nickname }).execute()
    // @ts-expect-error: `domain` is generated, and can't be inserted
    await db.insertInto('users').values({ email, domain: 'x' }).execute()
    // @ts-expect-error: `domain` is generated, and can't be updated
    await db.updateTable('users').set({ domain: 'x' }).execute()
    // @ts-expect-error: the schema has no table `usres`
    db.selectFrom('usres')
    // @ts-expect-error: the table has no column `emial`
    db.selectFrom('users').select('emial')
  }

  // @ts-expect-error: it is one of three words
  await openDatabase(':memory:', schema, { whenDifferent: 'sometimes' })
  // @ts-expect-error: what is opened needs a schema, and not the path of one
  await openDatabase(':memory:', './schema.ts')
  // @ts-expect-error: a pragma is a text, a number, a boolean or null
  await openDatabase(':memory:', schema, { pragmas: { cache_size: [1] } })
}
