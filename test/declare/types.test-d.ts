/**
 * What the compiler must refuse, and what it must let pass. `tsc -p tsconfig.test.json` is the test: an
 * `@ts-expect-error` that meets no error is an error itself.
 */
import { type DeclaredSchema, defineSchema, integer, sql, table, text, view } from 'sqlite-converge'

const users = table({ id: integer().notNull(), email: text().notNull() }).primaryKey(['id'])

// @ts-expect-error: the table has no column `idd`
users.primaryKey(['idd'])
// @ts-expect-error: the table has no column `idd`, also where the key says more
users.primaryKey([{ column: 'idd', order: 'desc' }])
// @ts-expect-error: an order is 'asc' or 'desc'
users.primaryKey([{ column: 'id', order: 'down' }])
// @ts-expect-error: the table has no column `emial`
users.unique(['emial'])
// @ts-expect-error: the table has no column `emial`, with a name before it
users.unique('uq', ['emial'])
// @ts-expect-error: the table has no column `emial`
users.index('ix', ['emial'])
// @ts-expect-error: the table has no column `emial`, also where the index says more
users.index('ix', [{ column: 'emial', collate: 'nocase' }])
// @ts-expect-error: a string is a column; an expression has to be marked as SQL
users.index('ix', ['lower(email)'])
// @ts-expect-error: a condition has to be marked as SQL
users.index('ix', ['email'], { where: 'email IS NOT NULL' })
// @ts-expect-error: the table has no column `emial`
users.foreignKey(['emial'], 'users', ['id'])
// @ts-expect-error: there is no such action
users.foreignKey(['id'], 'users', ['id'], { onDelete: 'explode' })
// @ts-expect-error: the table has no column `emial`
users.trigger('tr', { after: { updateOf: ['emial'] }, body: sql`SELECT 1` })
// @ts-expect-error: a trigger has a body
users.trigger('tr', { after: 'insert' })
// @ts-expect-error: a check has to be marked as SQL
users.check('id > 0')
// @ts-expect-error: a value is a literal or SQL
text().default({ any: 'object' })
// @ts-expect-error: there is no such conflict clause
text().notNull({ onConflict: 'explode' })

// @ts-expect-error: no table `user` is declared
defineSchema({ users, posts: table({ author: integer() }).foreignKey(['author'], 'user', ['id']) })
// @ts-expect-error: no table `user` is declared, also where its primary key is meant
defineSchema({ users, posts: table({ author: integer() }).foreignKey(['author'], 'user', []) })
// @ts-expect-error: the table `users` declares no column `idd`
defineSchema({ users, posts: table({ author: integer() }).foreignKey(['author'], 'users', ['idd']) })
const twice = table({ a: integer() }).foreignKey(['a'], 'users', ['id']).foreignKey(['a'], 'nope', ['id'])
// @ts-expect-error: of two foreign keys the second is wrong
defineSchema({ users, twice })
// @ts-expect-error: a foreign key can't refer to a view
defineSchema({ v: view(sql`SELECT 1 AS id`), posts: table({ a: integer() }).foreignKey(['a'], 'v', ['id']) })
// @ts-expect-error: that it is not declared is true or not said
users.foreignKey(['id'], 'users', ['id'], { undeclared: false })
// @ts-expect-error: a schema is made of tables and views
defineSchema({ users: { id: 'INTEGER' } })
// @ts-expect-error: an INSTEAD OF trigger fires on nothing else than these
view(sql`SELECT 1`).trigger('tr', { insteadOf: 'select', body: sql`SELECT 1` })

// All of these are right, and have to compile.
export const plain: DeclaredSchema = defineSchema({
  users,
  guests: table({ host: integer() }).foreignKey(['host'], 'elsewhere', ['id'], {
    undeclared: true,
    onDelete: 'cascade',
  }),
  posts: table({ id: integer(), author: integer() })
    .primaryKey(['id'], { autoincrement: true })
    .foreignKey(['author'], 'users', ['id'], { onDelete: 'cascade', deferrable: 'initially deferred' })
    .index('ix', ['author', { column: 'id', order: 'desc' }, sql`author + id`], {
      unique: true,
      where: sql`author > 0`,
    })
    .unique('uq', ['author', { column: 'id', collate: 'binary' }])
    .trigger('tr', { after: { updateOf: ['author'] }, when: sql`new.author > 0`, body: sql`SELECT 1` })
    .strict(),
})

export const referringToThePrimaryKey: DeclaredSchema = defineSchema({
  users,
  posts: table({ author: integer() }).foreignKey(['author'], 'users', []),
})

export const referringToItself: DeclaredSchema = defineSchema({
  nodes: table({ id: integer(), parent: integer() }).primaryKey(['id']).foreignKey(['parent'], 'nodes', ['id']),
})

export const referringInACircle: DeclaredSchema = defineSchema({
  hens: table({ id: integer(), egg: integer() }).primaryKey(['id']).foreignKey(['egg'], 'eggs', ['id']),
  eggs: table({ id: integer(), hen: integer() }).primaryKey(['id']).foreignKey(['hen'], 'hens', ['id']),
})

export const referringByTwoColumns: DeclaredSchema = defineSchema({
  p: table({ x: integer(), y: integer() }).primaryKey(['x', 'y']),
  t: table({ a: integer(), b: integer() }).foreignKey(['a', 'b'], 'p', ['x', 'y']),
})
