import { createFixture, toJson } from 'sqlite-converge'
import schema from '../src/schema.ts'

/** What every test begins with. The compiler holds the rows against the schema; their order does not matter. */
export const fixture = createFixture(schema, {
  rows: {
    loans: [{ id: 1, book_id: 2, member_id: 1, due: '2026-01-10' }],
    books: [
      { id: 1, title: 'The Dispossessed' },
      { id: 2, title: 'Solaris' },
      { id: 3, title: 'The SQLite Manual', kind: 'manual' },
    ],
    members: [
      { id: 1, name: 'Ada', email: 'ada@example.org', settings: toJson({ reminders: true }) },
      { id: 2, name: 'Grace', email: 'grace@example.org' },
    ],
  },
})
