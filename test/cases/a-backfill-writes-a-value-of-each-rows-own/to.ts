import { defineSchema, integer, sql, table, text, varchar } from 'sqlite-converge'

export default defineSchema({
  paths: table({
    id: integer(),
    name: varchar().notNull(),
    entity_type: varchar()
      .notNull()
      .backfill(sql`CASE WHEN name LIKE '%CHEBI%' THEN 'metabolite' ELSE 'protein' END -- by name`),
  })
    .primaryKey(['id'])
    .unique('uq_paths', ['name', 'entity_type'])
    .trigger('paths_update', { after: 'update', body: sql`INSERT INTO log VALUES ('fired');` }),
  log: table({ line: text() }),
})
