import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Schema } from '../../src/model/schema.ts'
import { type CatalogRow, readObject } from '../../src/sql/read-object.ts'
import { type CorpusCase, corpusCases } from '../corpus-cases.ts'
import { pragmaDisagreements } from './pragma-disagreements.ts'
import { schemaIn } from './schema-of.ts'

/** Cases whose text can't stand in a corpus file as it is (`@gen`). */
const generated: Readonly<Record<string, string>> = {
  'm006-crlf': 'CREATE TABLE t (\r\n  a INT NOT NULL, -- the a\r\n  b TEXT /* the\r\n b */\r\n)\r\n',
  // A vertical tab is a space to SQLite only after another space.
  'm007-formfeed-vtab-whitespace': 'CREATE\fTABLE t\f( \va\f \vINT,\f \v\fb TEXT)',
}

/**
 * What a table can hold only once. The corpus counts what is written; of several DEFAULT or COLLATE of a column,
 * SQLite keeps the last.
 */
const heldOnce: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'd005-default-then-constraints-no-space': { df: 4 },
  'c011-collations': { coll: 4 },
}

/** Names that are legal and name nothing, or a COLLATE clause. */
const nameless: Readonly<Record<string, readonly string[]>> = {
  'c008-double-constraint-name': ['x', 'z'],
  'c009-constraint-name-alone-col': ['lonely', 'l3'],
  'c013-all-named-in-odd-order': ['c1'],
  'k007-double-names-table': ['x', 'lonely'],
  'k008-name-then-comma-then-constraint': ['x', 'z'],
}

const texts = corpusCases.map((one): CorpusCase => ({ ...one, ddl: generated[one.name] ?? one.ddl }))
const temporary = /^CREATE TEMP/
const inMain = texts.filter((one) => !temporary.test(one.ddl) && !temporary.test(one.setup))
const inTemp = texts.filter((one) => !inMain.includes(one))

test('the corpus has its cases, and no empty one', () => {
  expect(texts.length).toBeGreaterThanOrEqual(141)
  expect(texts.filter((one) => one.ddl.trim() === '').map((one) => one.name)).toEqual([])
  expect(inTemp.map((one) => one.name)).toEqual(['s003-ctas-temp-values', 'i010-temp-schema', 'v003-temp-ine'])
})

describe.each(inMain.map((one) => [one.name, one] as const))('%s', (name, one) => {
  const handle = create(one)
  const schema = schemaIn(handle)

  test('is read, and the pragmas agree', () => {
    expect(pragmaDisagreements(handle, schema)).toEqual([])
  })

  if (one.expect !== '') {
    test('has what the corpus says', () => {
      const { names, counts } = expectation(one.expect)
      const found = findings(schema)
      // What a case does not mention, it does not have.
      const none = Object.fromEntries(Object.keys(found.counts).map((key) => [key, 0]))
      expect(found.counts).toEqual({ ...none, ...counts, ...heldOnce[name] })
      expect([...found.names, ...(nameless[name] ?? [])].sort()).toEqual([...names].sort())
    })
  }
})

test.each(inTemp.map((one) => [one.name, one] as const))('%s is read from the temporary catalog', (_, one) => {
  const handle = create(one)
  const rows = handle.prepare('SELECT type, name, tbl_name, sql FROM temp.sqlite_schema').all() as CatalogRow[]
  expect(rows.length).toBeGreaterThan(0)
  expect(rows.map((row) => readObject(row).kind)).toEqual(rows.map((row) => row.type))
})

function create({ name, setup, ddl }: CorpusCase): Database.Database {
  const handle = new Database(':memory:')
  if (setup !== '') handle.exec(setup)
  if (name !== 'c012-custom-collation') {
    handle.prepare(ddl).run()
    return handle
  }
  // better-sqlite3 can't define a collation, and SQLite refuses to create a table with an unknown one; a database of
  // somebody who can holds it all the same. So the text gets into the catalog as such a file would bring it.
  handle.exec('CREATE TABLE t (a TEXT, b TEXT)')
  handle.unsafeMode(true)
  handle.pragma('writable_schema = ON')
  handle.prepare('UPDATE sqlite_schema SET sql = ?').run(ddl.trim())
  handle.pragma('writable_schema = RESET')
  handle.unsafeMode(false)
  return handle
}

/** `nn=1 fk=2 names=a|b c`: how many there are of each, and the names of constraints, which may hold spaces. */
function expectation(text: string): { counts: Record<string, number>; names: readonly string[] } {
  const [counts = '', names] = text.split(/(?:^| )names=/)
  const entries = counts.split(' ').map((part): [string, number] => {
    const [key = '', count] = part.split('=')
    return [key, Number(count)]
  })
  return {
    counts: counts === '' ? {} : Object.fromEntries(entries),
    names: names === undefined ? [] : names.split('|'),
  }
}

function findings(schema: Schema): { counts: Record<string, number>; names: readonly string[] } {
  const { tables, indexes, views } = schema
  const columns = tables.flatMap((table) => table.columns)
  const named = [
    ...columns.flatMap((column) => [column.notNull, column.default, column.generated]),
    ...tables.flatMap((table) => [table.primaryKey, ...table.uniques, ...table.checks, ...table.foreignKeys]),
  ]
  const count = (list: readonly unknown[]): number => list.filter((item) => item !== undefined).length
  const counts = {
    pk: count(tables.map((table) => table.primaryKey)),
    nn: count(columns.map((column) => column.notNull)),
    df: count(columns.map((column) => column.default)),
    coll: count(columns.map((column) => column.collation)),
    gen: count(columns.map((column) => column.generated)),
    uq: tables.flatMap((table) => table.uniques).length,
    ck: tables.flatMap((table) => table.checks).length,
    fk: tables.flatMap((table) => table.foreignKeys).length,
    terms: indexes.find((index) => index.name !== 'ia')?.columns.length ?? 0,
    unique: count(indexes.filter((index) => index.unique)),
    where: count(indexes.map((index) => index.where)),
    vcols: views[0]?.columns?.length ?? 0,
  }
  return { counts, names: named.flatMap((constraint) => constraint?.name ?? []) }
}
