import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { readIndex } from '../../src/sql/read-object.ts'
import { pragmaDisagreements } from '../introspect/pragma-disagreements.ts'
import { schemaIn } from '../introspect/schema-of.ts'

describe('an index is read as SQLite has it', () => {
  test.each([
    'CREATE INDEX i ON t (a)',
    'CREATE INDEX i ON t (a DESC, b COLLATE nocase ASC, (c))',
    'CREATE INDEX i ON t (b COLLATE rtrim COLLATE nocase DESC)',
    'CREATE INDEX i ON t ((b COLLATE nocase) DESC, (b) COLLATE rtrim)',
    'CREATE UNIQUE INDEX i ON t (a + c, lower(b) DESC) WHERE b IS NOT NULL',
    // A bare `desc` is a column where an operand is due.
    'CREATE INDEX i ON t (desc, asc DESC)',
    'CREATE INDEX i ON t (-desc)',
    'CREATE INDEX i ON t (a || desc, NOT asc, a + asc DESC, b LIKE desc)',
    "CREATE INDEX i ON t (a COLLATE nocase, c ->> 'k' COLLATE nocase DESC)",
  ])('%s', (sql) => {
    const handle = new Database(':memory:')
    handle.exec(`CREATE TABLE t (a, b TEXT, c, desc INT, asc INT); ${sql}`)
    expect(pragmaDisagreements(handle, schemaIn(handle))).toEqual([])
    handle.close()
  })
})

test('an index keeps its parts as they were written', () => {
  expect(
    readIndex('CREATE UNIQUE INDEX IF NOT EXISTS main."i" ON [t] ( "a" COLLATE nocase DESC, Lower(B) ) WHERE (a>1);'),
  ).toMatchObject({
    name: 'i',
    table: 't',
    unique: true,
    columns: [
      { expression: { text: '"a"' }, collation: 'nocase', order: 'DESC' },
      { expression: { text: 'Lower(B)', normal: 'lower ( b )' }, order: 'ASC' },
    ],
    where: { text: '(a>1)', normal: 'a > 1' },
  })
})
