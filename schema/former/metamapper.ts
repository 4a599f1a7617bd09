import { boolean, datetime, defineSchema, float, integer, json, table, text, varchar } from 'sqlite-converge'
import { tables } from '../metamapper.ts'

/** metamapper.db before a path's name could be used for two types of entity: what `npm run demo` starts from. */
export default defineSchema({
  ...tables,
  mapping_strategy_steps: table({
    id: integer().notNull(),
    strategy_id: integer().notNull(),
    step_id: varchar().notNull(),
    step_order: integer().notNull(),
    description: text(),
    action_type: varchar().notNull(),
    action_parameters: json(),
    is_active: boolean(),
    created_at: datetime(),
    updated_at: datetime(),
  })
    .primaryKey(['id'])
    .unique('uix_strategy_step_id', ['strategy_id', 'step_id'])
    .unique('uix_strategy_step_order', ['strategy_id', 'step_order'])
    .foreignKey(['strategy_id'], 'mapping_strategies', ['id']),
  mapping_paths: table({
    id: integer().notNull(),
    source_type: varchar().notNull(),
    target_type: varchar().notNull(),
    name: varchar().notNull(),
    description: text(),
    priority: integer(),
    is_active: boolean(),
    performance_score: float(),
    success_rate: float(),
    last_used: datetime(),
    last_discovered: datetime(),
    relationship_id: integer(),
  })
    .primaryKey(['id'])
    .unique(['name'])
    .foreignKey(['relationship_id'], 'endpoint_relationships', ['id']),
})
