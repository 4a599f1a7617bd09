/**
 * Waits for a line to read, opens a database as an application does when it starts, writes a row and prints how many it then sees, so that
 * several such processes start at the same time.
 *
 * node open-at-once.mjs DIST DATABASE wide|narrow
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [, , dist, path, width] = process.argv
const { defineSchema, integer, openDatabase, table, text } = await import(
  pathToFileURL(join(dist, 'src/index.js')).href
)
// Loaded before the start: what is loaded when it is needed would make one of them late.
await Promise.all([import('better-sqlite3'), import('kysely')])

const more = width === 'wide' ? { email: text().notNull().default('') } : {}
const schema = defineSchema({ users: table({ id: integer(), name: text(), ...more }).primaryKey(['id']) })

process.stdout.write('ready\n')
await once(process.stdin, 'data')
process.stdin.destroy()
const db = await openDatabase(path, schema)
await db
  .insertInto('users')
  .values({ name: `process ${process.pid}` })
  .execute()
await db.destroy()
process.stdout.write('open\n')
