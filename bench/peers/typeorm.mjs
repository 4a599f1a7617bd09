import { DataSource } from 'typeorm'
import { shapes } from './database.mjs'
import { entities } from './typeorm-entities.mjs'

/** `synchronize` with the entities of one side. It has no way back. */
const [database, shapeName, task] = process.argv.slice(2)
const source = new DataSource({
  type: 'better-sqlite3',
  database,
  entities: entities(shapes[shapeName], task === 'after'),
})
await source.initialize()
console.log(`foreign_keys ${(await source.query('PRAGMA foreign_keys'))[0].foreign_keys}`)
try {
  await source.synchronize()
} finally {
  await source.destroy()
}
