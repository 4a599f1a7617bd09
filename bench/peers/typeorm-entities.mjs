import { EntitySchema } from 'typeorm'
import { formerUniqueName, uniqueName } from './database.mjs'

const id = { type: 'integer', primary: true, generated: 'increment' }

/** The entities of one side of the change. */
export function entities({ view, details }, after) {
  const columns = after ? ['name', 'entity_type'] : ['name']
  const rule = { name: after ? uniqueName : formerUniqueName, columns }
  return [
    new EntitySchema({
      name: 'endpoint_relationships',
      columns: { id, description: { type: 'text', nullable: true } },
    }),
    new EntitySchema({
      name: 'mapping_paths',
      columns: {
        id,
        name: { type: 'varchar', ...(details ? { collation: 'NOCASE' } : {}) },
        ...(after ? { entity_type: { type: 'varchar', default: 'unknown' } } : {}),
        source_type: { type: 'varchar' },
        target_type: { type: 'varchar' },
        description: { type: 'text', nullable: true },
        priority: { type: 'integer', nullable: true },
        is_active: { type: 'boolean', default: () => '1' },
        performance_score: { type: 'float', nullable: true },
        last_used: { type: 'datetime', nullable: true, default: () => 'CURRENT_TIMESTAMP' },
        relationship_id: {
          type: 'integer',
          nullable: true,
          foreignKey: { target: 'endpoint_relationships', inverseSide: 'id' },
        },
      },
      uniques: [rule],
      indices: [{ name: 'mapping_paths_resting', columns: ['last_used'], where: 'is_active = 0' }],
      checks: details ? [{ expression: 'priority >= 0' }] : [],
    }),
    new EntitySchema({
      name: 'mapping_path_steps',
      columns: {
        id,
        mapping_path_id: {
          type: 'integer',
          foreignKey: { target: 'mapping_paths', inverseSide: 'id', onDelete: 'CASCADE' },
        },
        step_order: { type: 'integer' },
        config: { type: 'text', nullable: true },
      },
      indices: [{ name: 'mapping_path_steps_path', columns: ['mapping_path_id'] }],
    }),
    new EntitySchema({
      name: 'mapping_paths_history',
      columns: { id, mapping_path_id: { type: 'integer' }, event_type: { type: 'text' } },
    }),
    ...(view
      ? [
          new EntitySchema({
            name: 'active_paths',
            type: 'view',
            expression: 'SELECT id, name, priority FROM mapping_paths WHERE is_active = 1',
            columns: { id: { type: 'integer' }, name: { type: 'varchar' }, priority: { type: 'integer' } },
          }),
        ]
      : []),
  ]
}
