import { boolean, datetime, defineSchema, float, integer, json, sql, table, text, varchar } from 'sqlite-converge'

/** biomapper's mapping_cache.db: results of mappings, with where they came from. */
export const tables = {
  mapping_path_history: table({
    id: integer().notNull(),
  }).primaryKey(['id']),
  mapping_sessions: table({
    id: integer().notNull(),
    start_time: datetime().notNull(),
    end_time: datetime(),
    source_endpoint: varchar(255).notNull(),
    target_endpoint: varchar(255).notNull(),
    parameters: text(),
    status: varchar(50).notNull(),
    results_count: integer(),
    error_message: text(),
    batch_size: integer(),
    max_concurrent_batches: integer(),
    total_execution_time: float(),
    success_rate: float(),
  })
    .primaryKey(['id'])
    .index('ix_mapping_sessions_source_endpoint', ['source_endpoint'])
    .index('ix_mapping_sessions_target_endpoint', ['target_endpoint']),
  path_execution_logs: table({
    id: integer().notNull(),
    relationship_mapping_path_id: integer().notNull(),
    source_entity_id: varchar(),
    source_entity_type: varchar().notNull(),
    start_time: datetime().notNull(),
    end_time: datetime(),
    duration_ms: integer(),
    status: varchar(16).notNull(),
    log_messages: text(),
    error_message: text(),
  })
    .primaryKey(['id'])
    .index('idx_log_source_entity', ['source_entity_id', 'source_entity_type'])
    .index('ix_path_execution_logs_relationship_mapping_path_id', ['relationship_mapping_path_id'])
    .index('ix_path_execution_logs_source_entity_id', ['source_entity_id'])
    .index('ix_path_execution_logs_source_entity_type', ['source_entity_type']),
  performance_metrics: table({
    id: integer().notNull(),
  }).primaryKey(['id']),
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
    path_execution_log_id: integer(),
  })
    .primaryKey(['id'])
    .unique('uix_mapping', ['source_id', 'source_type', 'target_id', 'target_type'])
    .foreignKey(['path_execution_log_id'], 'path_execution_logs', ['id'])
    .index('idx_expiration', ['expires_at'])
    .index('idx_path_execution_log_id', ['path_execution_log_id'])
    .index('idx_source_lookup', ['source_id', 'source_type'])
    .index('idx_target_lookup', ['target_id', 'target_type'])
    .index('idx_usage_count', ['usage_count']),
  execution_metrics: table({
    id: integer().notNull(),
    mapping_session_id: integer().notNull(),
    metric_type: varchar(50).notNull(),
    metric_name: varchar(100).notNull(),
    metric_value: float(),
    string_value: varchar(255),
    timestamp: datetime().notNull(),
  })
    .primaryKey(['id'])
    .foreignKey(['mapping_session_id'], 'mapping_sessions', ['id'], { onDelete: 'cascade' })
    .index('ix_execution_metrics_mapping_session_id', ['mapping_session_id'])
    .index('ix_execution_metrics_metric_type', ['metric_type']),
  path_log_mapping_associations: table({
    id: integer().notNull(),
    log_id: integer().notNull(),
    input_identifier: varchar(255).notNull(),
    output_identifier: varchar(255),
  })
    .primaryKey(['id'])
    .foreignKey(['log_id'], 'path_execution_logs', ['id'])
    .index('ix_path_log_mapping_associations_input_identifier', ['input_identifier'])
    .index('ix_path_log_mapping_associations_log_id', ['log_id'])
    .index('ix_path_log_mapping_associations_output_identifier', ['output_identifier']),
  entity_mapping_provenance: table({
    id: integer().notNull(),
    entity_mapping_id: integer().notNull(),
    relationship_mapping_path_id: integer().notNull(),
    execution_timestamp: datetime().default(sql`CURRENT_TIMESTAMP`),
    executor_version: varchar(),
  })
    .primaryKey(['id'])
    .foreignKey(['entity_mapping_id'], 'entity_mappings', ['id'], { onDelete: 'cascade' })
    .index('ix_entity_mapping_provenance_entity_mapping_id', ['entity_mapping_id'])
    .index('ix_entity_mapping_provenance_relationship_mapping_path_id', ['relationship_mapping_path_id']),
  mapping_metadata: table({
    mapping_id: integer().notNull(),
    key: varchar().notNull(),
    value: text(),
  })
    .primaryKey(['mapping_id', 'key'])
    .foreignKey(['mapping_id'], 'entity_mappings', ['id'], { onDelete: 'cascade' }),
}

export default defineSchema(tables)
