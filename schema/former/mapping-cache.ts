import { boolean, datetime, defineSchema, float, integer, json, table, text, varchar } from 'sqlite-converge'
import { tables } from '../mapping-cache.ts'

/** mapping_cache.db before a mapping knew the execution that found it: what `npm run demo` starts from. */
export default defineSchema({
  ...tables,
  entity_mappings: table({
    id: integer().notNull(),
    source_id: varchar().notNull(),
    source_type: varchar().notNull(),
    target_id: varchar().notNull(),
    target_type: varchar().notNull(),
    confidence: float(),
    mapping_source: varchar(),
    is_derived: boolean(),
    derivation_path: text(),
    last_updated: datetime(),
    usage_count: integer(),
    expires_at: datetime(),
    confidence_score: float(),
    mapping_path_details: json(),
    hop_count: integer(),
    mapping_direction: varchar(),
  })
    .primaryKey(['id'])
    .unique('uix_mapping', ['source_id', 'source_type', 'target_id', 'target_type'])
    .index('idx_expiration', ['expires_at'])
    .index('idx_source_lookup', ['source_id', 'source_type'])
    .index('idx_target_lookup', ['target_id', 'target_type'])
    .index('idx_usage_count', ['usage_count']),
})
