import { readFileSync, writeFileSync } from 'node:fs'
import { DataSource } from 'typeorm'
import { shapes } from './database.mjs'
import { entities } from './typeorm-entities.mjs'

/** A migration with what `migration:generate` writes into `up` and `down`, run and reverted as `migration:run` and `migration:revert` do. */
const [database, shapeName, task, migration] = process.argv.slice(2)
const source = new DataSource({
  type: 'better-sqlite3',
  database,
  entities: entities(shapes[shapeName], task !== 'create'),
  migrations: task === 'after' || task === 'before' ? [migrationOf(JSON.parse(readFileSync(migration, 'utf8')))] : [],
})
const tasks = {
  create: () => source.synchronize(),
  prepare: async () => {
    const { upQueries, downQueries } = await source.driver.createSchemaBuilder().log()
    writeFileSync(migration, JSON.stringify({ up: upQueries, down: downQueries.reverse() }))
  },
  after: () => source.runMigrations(),
  before: () => source.undoLastMigration(),
}
await source.initialize()
console.log(`foreign_keys ${(await source.query('PRAGMA foreign_keys'))[0].foreign_keys}`)
try {
  await tasks[task]()
} finally {
  await source.destroy()
}

function migrationOf({ up, down }) {
  const run = async (runner, queries) => {
    for (const { query, parameters } of queries) await runner.query(query, parameters)
  }
  return class {
    name = 'EntityType1700000000000'
    up = (runner) => run(runner, up)
    down = (runner) => run(runner, down)
  }
}
