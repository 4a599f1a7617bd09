import { defineSchema, integer, sql, table } from 'sqlite-converge'

export default defineSchema({
  t: table({
    id: integer(),
    weight: integer().using(sql`CAST(replace(weight, ' kg', '') AS INTEGER)`),
  }).primaryKey(['id']),
})
