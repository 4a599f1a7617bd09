import { defineSchema, integer, sql, table, text } from 'sqlite-converge'

export default defineSchema({
  d: table({ id: integer(), doc: text(), b: integer().notNull().backfill(sql`json_extract(doc, '$.b')`) }).primaryKey([
    'id',
  ]),
})
