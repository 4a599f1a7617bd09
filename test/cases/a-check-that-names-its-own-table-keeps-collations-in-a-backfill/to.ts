import { defineSchema, integer, sql, table, text } from 'sqlite-converge'

export default defineSchema({
  t: table({
    id: integer(),
    name: text().collate('nocase'),
    code: text(),
    is_ada: integer().notNull().backfill(sql`name = 'ada'`),
    is_first: integer().notNull().backfill(sql`code = 1`),
  })
    .primaryKey(['id'])
    .check(sql`t.name <> ''`),
})
