import { readFileSync, writeFileSync } from 'node:fs'
import { EntitySchema, MikroORM } from '@mikro-orm/sqlite'
import { formerUniqueName, shapes, uniqueName } from './database.mjs'

/**
 * `orm.schema.update()`, as `schema:update --run`, with the entities of one side. The way back is what `migration:create` writes into `down`
 * for the same change.
 */
const [file, shapeName, task, migration] = process.argv.slice(2)
const id = { type: 'integer', primary: true, autoincrement: true }

function entities({ view, details }, after) {
  const rule = { name: after ? uniqueName : formerUniqueName, properties: after ? ['name', 'entity_type'] : ['name'] }
  const plain = (name, properties, more = {}) => new EntitySchema({ name, tableName: name, properties, ...more })
  const key = (entity, column, more) => ({ kind: 'm:1', entity: () => entity, fieldName: column, ...more })
  const relationships = plain('endpoint_relationships', { id, description: { type: 'text', nullable: true } })
  const paths = plain(
    'mapping_paths',
    {
      id,
      name: { type: 'string', columnType: 'varchar', ...(details ? { collation: 'NOCASE' } : {}) },
      ...(after ? { entity_type: { type: 'string', columnType: 'varchar', default: 'unknown' } } : {}),
      source_type: { type: 'string', columnType: 'varchar' },
      target_type: { type: 'string', columnType: 'varchar' },
      description: { type: 'text', nullable: true },
      priority: { type: 'integer', nullable: true },
      is_active: { type: 'boolean', columnType: 'boolean', defaultRaw: '1' },
      performance_score: { type: 'float', columnType: 'float', nullable: true },
      last_used: { type: 'datetime', columnType: 'datetime', nullable: true, defaultRaw: 'CURRENT_TIMESTAMP' },
      relationship: key(relationships, 'relationship_id', {
        nullable: true,
        index: false,
        updateRule: 'no action',
        deleteRule: 'no action',
      }),
    },
    {
      uniques: [rule],
      indexes: [{ name: 'mapping_paths_resting', properties: ['last_used'], where: 'is_active = 0' }],
      checks: details ? [{ expression: 'priority >= 0' }] : [],
    },
  )
  const steps = plain(
    'mapping_path_steps',
    {
      id,
      mapping_path: key(paths, 'mapping_path_id', { index: false, deleteRule: 'cascade', updateRule: 'no action' }),
      step_order: { type: 'integer' },
      config: { type: 'text', nullable: true },
    },
    { indexes: [{ name: 'mapping_path_steps_path', properties: ['mapping_path'] }] },
  )
  const history = plain('mapping_paths_history', {
    id,
    mapping_path_id: { type: 'integer' },
    event_type: { type: 'text' },
  })
  const active = plain(
    'active_paths',
    { id: { type: 'integer', primary: true }, name: { type: 'string' }, priority: { type: 'integer' } },
    { view: true, expression: 'SELECT id, name, priority FROM mapping_paths WHERE is_active = 1' },
  )
  return [relationships, paths, steps, history, ...(view ? [active] : [])]
}

// A trigger with UPDATE OF is not read: declared, it would be created a second time. So an option has triggers left alone.
const orm = await MikroORM.init({
  entities: entities(shapes[shapeName], task !== 'create'),
  dbName: file,
  schemaGenerator: { ignoreTriggers: true },
})
const tasks = {
  create: () => orm.schema.create(),
  prepare: async () => writeFileSync(migration, (await orm.schema.getUpdateSchemaMigrationSQL()).down),
  after: () => orm.schema.update(),
  before: () => orm.schema.execute(readFileSync(migration, 'utf8')),
}
const [{ foreign_keys }] = await orm.em.getConnection().execute('PRAGMA foreign_keys')
console.log(`foreign_keys ${foreign_keys}`)
try {
  await tasks[task]()
} finally {
  await orm.close()
}
