import { defineSchema, integer, table, text } from 'sqlite-converge'

export default defineSchema({
  t: table({ id: integer(), name: text().notNull().backfill('nobody') }).primaryKey(['id']),
})
