import { defineSchema, integer, sql, table, text } from 'sqlite-converge'

export default defineSchema({
  t: table({
    id: integer(),
    name: text(),
    loud: text().generatedAs(sql`upper(name)`),
    copy: text().backfill(sql`loud`),
  })
    .primaryKey(['id'])
    .check(sql`t.name <> ''`),
})
