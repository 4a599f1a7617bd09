import { sql } from 'drizzle-orm'
import {
  type AnySQLiteColumn,
  check,
  index,
  integer,
  numeric,
  real,
  sqliteTable,
  sqliteView,
  text,
  unique,
} from 'drizzle-orm/sqlite-core'

/** What `drizzle-kit pull` makes of the database, with which `push` finds nothing to do, and in it the change. COLLATE can't be said. */
const after = process.env.PEERS_AFTER === '1'
const shape = JSON.parse(process.env.PEERS_SHAPE ?? '{}')
const name = after ? 'uq_mapping_path_name_entity_type' : 'mapping_paths_name_unique'

export const endpointRelationships = sqliteTable('endpoint_relationships', {
  id: integer().primaryKey({ autoIncrement: true }).notNull(),
  description: text(),
})

export const mappingPaths = sqliteTable(
  'mapping_paths',
  {
    id: integer().primaryKey({ autoIncrement: true }).notNull(),
    name: text().notNull(),
    ...(after ? { entity_type: text().notNull().default('unknown') } : {}),
    source_type: text().notNull(),
    target_type: text().notNull(),
    description: text(),
    priority: integer(),
    is_active: numeric({ mode: 'number' }).notNull().default(1),
    performance_score: real(),
    last_used: numeric().default(sql`(CURRENT_TIMESTAMP)`),
    relationship_id: integer().references(() => endpointRelationships.id),
  },
  (table) => {
    const columns = [table.name, ...('entity_type' in table ? [table.entity_type] : [])] as [AnySQLiteColumn]
    return [
      // Pull gives a partial index without its WHERE, and a UNIQUE constraint not at all.
      shape.own
        ? index('mapping_paths_resting').on(table.last_used).where(sql`is_active = 0`)
        : index('mapping_paths_resting').on(table.last_used),
      ...(after || shape.own ? [unique(name).on(...columns)] : []),
      ...(shape.details ? [check('mapping_paths_check_1', sql`priority >= 0`)] : []),
    ]
  },
)

export const mappingPathSteps = sqliteTable(
  'mapping_path_steps',
  {
    id: integer().primaryKey({ autoIncrement: true }).notNull(),
    mapping_path_id: integer()
      .notNull()
      .references(() => mappingPaths.id, { onDelete: 'cascade' }),
    step_order: integer().notNull(),
    config: text(),
  },
  (table) => [index('mapping_path_steps_path').on(table.mapping_path_id)],
)

export const mappingPathsHistory = sqliteTable('mapping_paths_history', {
  id: integer().primaryKey({ autoIncrement: true }).notNull(),
  mapping_path_id: integer().notNull(),
  event_type: text().notNull(),
})

export const activePaths =
  shape.view === true
    ? sqliteView('active_paths', { id: integer(), name: text(), priority: integer() }).as(
        sql`SELECT id, name, priority FROM mapping_paths WHERE is_active = 1`,
      )
    : undefined
