import { openDatabase } from 'sqlite-converge'
import { lend, overdue } from './loans.ts'
import schema from './schema.ts'

const [, , path = 'lending.db'] = process.argv

// The first time this makes the file; after a change of the schema it converges it, and loses nothing.
const db = await openDatabase(path, schema)
const { id: book } = await db
  .insertInto('books')
  .values({ title: 'The Dispossessed' })
  .returning('id')
  .executeTakeFirstOrThrow()
const { id: member } = await db
  .insertInto('members')
  .values({ name: 'Ada', email: `ada-${book}@example.org` })
  .returning('id')
  .executeTakeFirstOrThrow()
await lend(db, book, member, '2026-01-31')
for (const { title, name } of await overdue(db, '2026-02-01')) console.log(`${name} has ${title}`)
await db.destroy()
