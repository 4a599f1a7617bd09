import { defineSchema, integer, sql, table, text } from 'sqlite-converge'

export default defineSchema({
  t: table({
    id: integer(),
    name: text().collate('nocase'),
    is_ada: integer().notNull().backfill(sql`name = 'ada'`),
    was: text().backfill(sql`'code ' || t.code`),
  }).primaryKey(['id']),
})
