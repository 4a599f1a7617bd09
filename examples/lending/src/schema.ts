import { defineSchema, type InferDatabase, integer, type JsonText, json, sql, table, text, view } from 'sqlite-converge'

/** A library that lends its books: the one source of the database, of its types, and of what the tests begin with. */
const schema = defineSchema({
  members: table({
    id: integer(),
    name: text().notNull(),
    email: text().notNull().collate('nocase'),
    settings: json().notNull().default('{}').as<JsonText<{ reminders?: boolean }>>(),
  })
    .primaryKey(['id'])
    .unique('uq_members_email', ['email']),
  books: table({
    id: integer(),
    title: text().notNull(),
    kind: text().notNull().default('novel').as<'novel' | 'manual'>(),
    sort_title: text().generatedAs(sql`CASE WHEN title LIKE 'The %' THEN substr(title, 5) ELSE title END`),
  })
    .primaryKey(['id'])
    .check('kind_is_known', sql`kind IN ('novel', 'manual')`)
    .index('books_by_title', ['sort_title']),
  loans: table({
    id: integer(),
    book_id: integer().notNull(),
    member_id: integer().notNull(),
    due: text().notNull(),
    returned: text(),
  })
    .primaryKey(['id'])
    .foreignKey(['book_id'], 'books', ['id'])
    .foreignKey(['member_id'], 'members', ['id'])
    // Nobody can have a book that somebody else has.
    .index('one_loan_at_a_time', ['book_id'], { unique: true, where: sql`returned IS NULL` }),
  open_loans: view(
    { title: text().notNull(), name: text().notNull(), due: text().notNull() },
    sql`
      SELECT title, name, due FROM loans
      JOIN books ON books.id = book_id
      JOIN members ON members.id = member_id
      WHERE returned IS NULL`,
  ),
})

export default schema
export type Database = InferDatabase<typeof schema>
