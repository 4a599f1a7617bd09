import { boolean, datetime, defineSchema, float, integer, json, sql, table, text, varchar } from 'sqlite-converge'

/** biomapper's metamapper.db: how the identifiers of proteins and metabolites map between ontologies. */
export const tables = {
  cache_stats: table({
    stats_date: datetime().notNull(),
    hits: integer(),
    misses: integer(),
    direct_lookups: integer(),
    derived_lookups: integer(),
    api_calls: integer(),
    transitive_derivations: integer(),
  }).primaryKey(['stats_date']),
  composite_pattern_config: table({
    id: integer().notNull(),
    name: varchar().notNull(),
    description: varchar(),
    ontology_type: varchar().notNull(),
    pattern: varchar().notNull(),
    delimiters: varchar().notNull(),
    mapping_strategy: varchar().notNull(),
    keep_component_type: boolean().notNull(),
    component_ontology_type: varchar(),
    priority: integer().notNull(),
  })
    .primaryKey(['id'])
    .unique(['name']),
  endpoints: table({
    id: integer().notNull(),
    name: varchar().notNull(),
    description: text(),
    type: varchar(),
    primary_property_name: varchar(),
    connection_details: text(),
  })
    .primaryKey(['id'])
    .unique(['name']),
  entity_type_config: table({
    source_type: varchar().notNull(),
    target_type: varchar().notNull(),
    ttl_days: integer(),
    confidence_threshold: float(),
  }).primaryKey(['source_type', 'target_type']),
  mapping_resources: table({
    id: integer().notNull(),
    name: varchar().notNull(),
    description: text(),
    resource_type: varchar(),
    api_endpoint: varchar(),
    base_url: varchar(),
    config_template: text(),
    input_ontology_term: varchar(),
    output_ontology_term: varchar(),
    client_class_path: varchar(),
  })
    .primaryKey(['id'])
    .unique(['name']),
  mapping_session_logs: table({
    id: integer().notNull(),
    source_endpoint: varchar().notNull(),
    target_endpoint: varchar().notNull(),
    source_property: varchar().notNull(),
    target_property: varchar().notNull(),
    identifier_count: integer().notNull(),
    successful_count: integer(),
    failed_count: integer(),
    validation_count: integer(),
    start_time: datetime(),
    end_time: datetime(),
    runtime_seconds: float(),
    cache_hit_count: integer(),
    cache_miss_count: integer(),
    use_cache: boolean(),
    try_reverse_mapping: boolean(),
    validation_enabled: boolean(),
    error_message: text(),
    status: varchar(),
    additional_info: json(),
  }).primaryKey(['id']),
  mapping_strategies: table({
    id: integer().notNull(),
    name: varchar().notNull(),
    description: text(),
    entity_type: varchar().notNull(),
    default_source_ontology_type: varchar(),
    default_target_ontology_type: varchar(),
    is_active: boolean(),
    created_at: datetime(),
    updated_at: datetime(),
  })
    .primaryKey(['id'])
    .unique(['name']),
  ontologies: table({
    id: integer().notNull(),
    name: varchar().notNull(),
    description: text(),
    identifier_prefix: varchar(),
    namespace_uri: varchar(),
    version: varchar(),
    created_at: datetime(),
    updated_at: datetime(),
  })
    .primaryKey(['id'])
    .unique(['name']),
  transitive_job_log: table({
    id: integer().notNull(),
    job_date: datetime(),
    mappings_processed: integer(),
    new_mappings_created: integer(),
    duration_seconds: float(),
    status: varchar(),
  }).primaryKey(['id']),
  composite_processing_step: table({
    id: integer().notNull(),
    pattern_id: integer().notNull(),
    step_type: varchar().notNull(),
    parameters: varchar(),
    order: integer().notNull(),
  })
    .primaryKey(['id'])
    .foreignKey(['pattern_id'], 'composite_pattern_config', ['id']),
  endpoint_relationships: table({
    id: integer().notNull(),
    source_endpoint_id: integer().notNull(),
    target_endpoint_id: integer().notNull(),
    description: text(),
  })
    .primaryKey(['id'])
    .foreignKey(['source_endpoint_id'], 'endpoints', ['id'])
    .foreignKey(['target_endpoint_id'], 'endpoints', ['id']),
  mapping_strategy_steps: table({
    id: integer().notNull(),
    strategy_id: integer().notNull(),
    step_id: varchar().notNull(),
    step_order: integer().notNull(),
    description: text(),
    action_type: varchar().notNull(),
    action_parameters: json(),
    is_required: boolean().notNull().default('true'),
    is_active: boolean(),
    created_at: datetime(),
    updated_at: datetime(),
  })
    .primaryKey(['id'])
    .unique('uix_strategy_step_id', ['strategy_id', 'step_id'])
    .unique('uix_strategy_step_order', ['strategy_id', 'step_order'])
    .foreignKey(['strategy_id'], 'mapping_strategies', ['id']),
  ontology_coverage: table({
    resource_id: integer().notNull(),
    source_type: varchar().notNull(),
    target_type: varchar().notNull(),
    support_level: varchar().notNull(),
  })
    .primaryKey(['resource_id', 'source_type', 'target_type'])
    .foreignKey(['resource_id'], 'mapping_resources', ['id']),
  properties: table({
    id: integer().notNull(),
    name: varchar().notNull(),
    description: text(),
    ontology_id: integer().notNull(),
    is_primary: boolean(),
    data_type: varchar(),
    created_at: datetime(),
    updated_at: datetime(),
  })
    .primaryKey(['id'])
    .unique('uix_property_name_ontology', ['name', 'ontology_id'])
    .foreignKey(['ontology_id'], 'ontologies', ['id']),
  property_extraction_configs: table({
    id: integer().notNull(),
    resource_id: integer(),
    ontology_type: varchar().notNull(),
    property_name: varchar().notNull(),
    extraction_method: varchar().notNull(),
    extraction_pattern: varchar().notNull(),
    result_type: varchar(),
    transform_function: varchar(),
    priority: integer(),
    is_active: boolean(),
    created_at: datetime(),
    updated_at: datetime(),
  })
    .primaryKey(['id'])
    .unique('uix_prop_extract', ['resource_id', 'ontology_type', 'property_name'])
    .foreignKey(['resource_id'], 'mapping_resources', ['id']),
  endpoint_property_configs: table({
    id: integer().notNull(),
    endpoint_id: integer().notNull(),
    property_name: varchar(100).notNull(),
    ontology_type: varchar(),
    is_primary_identifier: boolean().notNull(),
    description: varchar(),
    data_type: varchar(),
    property_extraction_config_id: integer().notNull(),
  })
    .primaryKey(['id'])
    .unique('uix_endpoint_prop_name', ['endpoint_id', 'property_name'])
    .foreignKey(['endpoint_id'], 'endpoints', ['id'])
    .foreignKey(['property_extraction_config_id'], 'property_extraction_configs', ['id']),
  endpoint_relationship_members: table({
    relationship_id: integer().notNull(),
    endpoint_id: integer().notNull(),
    role: varchar(),
  })
    .primaryKey(['relationship_id', 'endpoint_id'])
    .foreignKey(['relationship_id'], 'endpoint_relationships', ['id'], { onDelete: 'cascade' })
    .foreignKey(['endpoint_id'], 'endpoints', ['id'], { onDelete: 'cascade' }),
  mapping_paths: table({
    id: integer().notNull(),
    source_type: varchar().notNull(),
    target_type: varchar().notNull(),
    name: varchar().notNull(),
    entity_type: varchar()
      .notNull()
      .default('default_entity_type')
      // What a path maps says which kind of entity it is for; where it doesn't, the default stands.
      .backfill(sql`CASE
        WHEN source_type LIKE 'PUBCHEM%' OR source_type LIKE 'CHEBI%' OR source_type LIKE 'HMDB%' THEN 'metabolite'
        WHEN source_type LIKE 'UNIPROT%' OR source_type LIKE '%PROTEIN%' THEN 'protein'
        WHEN source_type LIKE 'GENE%' OR source_type LIKE 'ENSEMBL%' THEN 'gene'
        ELSE 'default_entity_type'
      END`),
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
    .unique('uq_mapping_path_name_entity_type', ['name', 'entity_type'])
    .foreignKey(['relationship_id'], 'endpoint_relationships', ['id']),
  ontology_preferences: table({
    id: integer().notNull(),
    relationship_id: integer(),
    endpoint_id: integer(),
    ontology_name: varchar().notNull(),
    priority: integer(),
  })
    .primaryKey(['id'])
    .foreignKey(['relationship_id'], 'endpoint_relationships', ['id'])
    .foreignKey(['endpoint_id'], 'endpoints', ['id']),
  mapping_path_steps: table({
    id: integer().notNull(),
    mapping_path_id: integer().notNull(),
    mapping_resource_id: integer().notNull(),
    step_order: integer().notNull(),
    config_override: json(),
    description: text(),
  })
    .primaryKey(['id'])
    .unique('uix_path_step_order', ['mapping_path_id', 'step_order'])
    .foreignKey(['mapping_path_id'], 'mapping_paths', ['id'])
    .foreignKey(['mapping_resource_id'], 'mapping_resources', ['id']),
  relationship_mapping_paths: table({
    id: integer().notNull(),
    relationship_id: integer().notNull(),
    source_ontology: varchar().notNull(),
    target_ontology: varchar().notNull(),
    ontology_path_id: integer().notNull(),
    performance_score: float(),
    success_rate: float(),
    usage_count: integer(),
    last_used: datetime(),
    last_discovered: datetime(),
  })
    .primaryKey(['id'])
    .unique('uix_rel_map_path', ['relationship_id', 'source_ontology', 'target_ontology'])
    .foreignKey(['relationship_id'], 'endpoint_relationships', ['id'])
    .foreignKey(['ontology_path_id'], 'mapping_paths', ['id']),
}

export default defineSchema(tables)
