import knexOf from 'knex'
import { formerUniqueName, uniqueName } from './database.mjs'

/** A migration, as https://knexjs.org/guide/migrations.html says, in the schema builder's words. */
const [filename, , task] = process.argv.slice(2)

const migration = {
  up: (knex) =>
    knex.schema.alterTable('mapping_paths', (table) => {
      table.string('entity_type').notNullable().defaultTo('unknown')
      table.dropUnique(['name'])
      table.unique(['name', 'entity_type'], { indexName: uniqueName })
    }),
  down: (knex) =>
    knex.schema.alterTable('mapping_paths', (table) => {
      table.dropUnique(['name', 'entity_type'], uniqueName)
      table.dropColumn('entity_type')
      table.unique(['name'], { indexName: formerUniqueName })
    }),
}

/** The tables as the schema builder makes them. */
async function create(knex) {
  const id = (table) => table.increments('id')
  await knex.schema.createTable('endpoint_relationships', (table) => {
    id(table)
    table.text('description')
  })
  await knex.schema.createTable('mapping_paths', (table) => {
    id(table)
    table.string('name').notNullable().unique({ indexName: formerUniqueName })
    table.string('source_type').notNullable()
    table.string('target_type').notNullable()
    table.text('description')
    table.integer('priority')
    table.boolean('is_active').notNullable().defaultTo(knex.raw('1'))
    table.float('performance_score')
    table.datetime('last_used').defaultTo(knex.fn.now())
    table.integer('relationship_id').references('id').inTable('endpoint_relationships')
  })
  await knex.schema.createTable('mapping_path_steps', (table) => {
    id(table)
    table.integer('mapping_path_id').notNullable().references('id').inTable('mapping_paths').onDelete('CASCADE')
    table.integer('step_order').notNullable()
    table.text('config')
  })
  await knex.schema.createTable('mapping_paths_history', (table) => {
    id(table)
    table.integer('mapping_path_id').notNullable()
    table.text('event_type').notNullable()
  })
}

const knex = knexOf({
  client: 'better-sqlite3',
  connection: { filename },
  useNullAsDefault: true,
  migrations: {
    migrationSource: {
      getMigrations: async () => ['entity_type'],
      getMigrationName: (name) => name,
      getMigration: async () => migration,
    },
  },
})
try {
  console.log(`foreign_keys ${(await knex.raw('PRAGMA foreign_keys'))[0].foreign_keys}`)
  const tasks = {
    create: () => create(knex),
    after: () => knex.migrate.latest(),
    before: () => knex.migrate.rollback(),
  }
  await tasks[task]()
} finally {
  await knex.destroy()
}
