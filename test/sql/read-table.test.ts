import { describe, expect, test } from 'vitest'
import { DdlError } from '../../src/sql/cursor.ts'
import { readTable } from '../../src/sql/read-table.ts'
import { corpusCases } from '../corpus-cases.ts'

const column = (definition: string) => readTable(`CREATE TABLE t (${definition})`).columns[0]!

test('a table is its columns, its constraints and its options', () => {
  const sql = `CREATE TABLE IF NOT EXISTS main."the table" (
    id INTEGER CONSTRAINT pk PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT,
    name TEXT CONSTRAINT nn NOT NULL ON CONFLICT IGNORE CONSTRAINT df DEFAULT 'x' COLLATE nocase,
    n INT GENERATED ALWAYS AS (length(name)) STORED,
    parent REFERENCES p (x) ON DELETE SET NULL ON UPDATE CASCADE MATCH full DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq UNIQUE (name COLLATE rtrim DESC, parent) ON CONFLICT REPLACE,
    CONSTRAINT ck CHECK ((n > 0))
  ) STRICT, WITHOUT ROWID`
  expect(readTable(sql)).toEqual({
    kind: 'table',
    name: 'the table',
    sql,
    columns: [
      { name: 'id', type: 'INTEGER' },
      {
        name: 'name',
        type: 'TEXT',
        notNull: { name: 'nn', onConflict: 'IGNORE' },
        default: { name: 'df', expression: { text: "'x'", normal: "'x'" }, constant: true },
        collation: 'nocase',
      },
      {
        name: 'n',
        type: 'INT',
        generated: { expression: { text: 'length(name)', normal: 'length ( name )' }, stored: true },
      },
      { name: 'parent', type: '' },
    ],
    primaryKey: {
      name: 'pk',
      columns: [{ name: 'id', order: 'ASC' }],
      onConflict: 'FAIL',
      autoincrement: true,
      atColumn: true,
      uniquesBefore: 0,
    },
    uniques: [
      {
        name: 'uq',
        columns: [
          { name: 'name', collation: 'rtrim', order: 'DESC' },
          { name: 'parent', order: 'ASC' },
        ],
        onConflict: 'REPLACE',
      },
    ],
    checks: [{ name: 'ck', expression: { text: '(n > 0)', normal: 'n > 0' } }],
    foreignKeys: [
      {
        columns: ['parent'],
        table: 'p',
        referencedColumns: ['x'],
        onDelete: 'SET NULL',
        onUpdate: 'CASCADE',
        match: 'full',
        deferrable: 'DEFERRABLE',
        initially: 'DEFERRED',
        atColumn: 'parent',
      },
    ],
    strict: true,
    withoutRowid: true,
  })
})

describe('a declared type is what stands between the name and the first constraint', () => {
  test.each([
    ['a', ''],
    ['a INT', 'INT'],
    ['a integer', 'INTEGER'],
    ['a text', 'TEXT'],
    ['a varchar( 10 )', 'varchar( 10 )'],
    ['a UNSIGNED  BIG INT NOT NULL', 'UNSIGNED  BIG INT'],
    ['a DECIMAL(10, -2) DEFAULT 1', 'DECIMAL(10, -2)'],
    ['a key action', 'key action'],
    ['a INT generated always AS (1)', 'INT'],
    ['a generated always AS (1)', ''],
    ['a generated INT', 'generated INT'],
    ['a INT CONSTRAINT x NOT NULL', 'INT'],
    ['a DOUBLE /* x */ PRECISION', 'DOUBLE /* x */ PRECISION'],
  ])('%s: %j', (definition, type) => {
    expect(column(definition).type).toBe(type)
  })
})

describe('SQLite takes a GENERATED ALWAYS for a part of the type, and cuts it off by its letters', () => {
  // sqlite3AddColumn in https://www.sqlite.org/src/file/src/build.c; each row is what PRAGMA table_xinfo says.
  test.each([
    ['a INT generated always', 'INT'],
    ['a generated always', ''],
    ['a INT generated always always AS (1)', 'INT generated always'],
    ['a REGEXP UNSIGNED always AS (1)', 'REGEXP UNSIGNED'],
    ['a always', 'always'],
  ])('%s: %j', (definition, type) => {
    expect(column(definition).type).toBe(type)
  })
})

describe('a default keeps its text', () => {
  test.each([
    ['1', '1', true],
    ['-1', '-1', true],
    ['- 5', '- 5', true],
    ['+.5', '+.5', true],
    ["'it''s'", "'it''s'", true],
    ["x'AB'", "x'AB'", true],
    ['NULL', 'NULL', true],
    ['TRUE', 'TRUE', true],
    ['CURRENT_TIMESTAMP', 'CURRENT_TIMESTAMP', false],
    ['(1 + 1)', '1 + 1', false],
    ['((2))', '(2)', false],
    ['( /* x */ 3 )', '3', false],
  ])('DEFAULT %s', (written, text, constant) => {
    const read = column(`a DEFAULT ${written} NOT NULL`).default!
    expect([read.expression.text, read.constant]).toEqual([text, constant])
  })

  test.each(['foo', '"foo"', '[foo]', '`foo`', "'foo'"])('DEFAULT %s is the text foo', (written) => {
    expect(column(`a DEFAULT ${written}`).default!.expression.normal).toBe("'foo'")
  })
})

test('of several COLLATE on a key column, the last wins', () => {
  const { primaryKey, uniques } = readTable(
    'CREATE TABLE t (a, PRIMARY KEY (a COLLATE binary COLLATE nocase), UNIQUE (a COLLATE nocase COLLATE rtrim DESC))',
  )
  expect(primaryKey!.columns).toEqual([{ name: 'a', collation: 'nocase', order: 'ASC' }])
  expect(uniques[0]!.columns).toEqual([{ name: 'a', collation: 'rtrim', order: 'DESC' }])
})

test('a DEFERRABLE after other constraints belongs to the last foreign key', () => {
  const { foreignKeys } = readTable(
    'CREATE TABLE t (a REFERENCES p NOT NULL DEFERRABLE INITIALLY DEFERRED, b NOT DEFERRABLE)',
  )
  expect(foreignKeys).toEqual([
    {
      columns: ['a'],
      table: 'p',
      referencedColumns: [],
      onDelete: 'NO ACTION',
      onUpdate: 'NO ACTION',
      deferrable: 'NOT DEFERRABLE',
      initially: 'DEFERRED',
      deferredAt: 'b',
    },
  ])
})

test('a constraint has the last of the names before it, and a name alone names nothing', () => {
  const { columns, checks, uniques } = readTable(
    'CREATE TABLE t (a CONSTRAINT x CONSTRAINT y NOT NULL, CONSTRAINT p CONSTRAINT q CHECK (a), CONSTRAINT lonely, UNIQUE (a))',
  )
  expect(columns[0]!.notNull!.name).toBe('y')
  expect(checks.map((check) => check.name)).toEqual(['q'])
  expect(uniques).toEqual([{ columns: [{ name: 'a', order: 'ASC' }] }])
})

describe('what is no CREATE TABLE is an error that says where', () => {
  test.each([
    ['', 'expected CREATE at the end'],
    ['CREATE VIEW v AS SELECT 1', 'expected TABLE at "VIEW v AS SELECT 1"'],
    ['CREATE TABLE t', 'expected ( at the end'],
    ['CREATE TABLE t (a', 'expected a table constraint at the end'],
    ['CREATE TABLE t (a, b CHECK (a > 1)', 'expected a table constraint at the end'],
    ['CREATE TABLE t (a CHECK ())', 'expected an expression at ")"'],
    ['CREATE TABLE t (a) x', 'unexpected text at "x"'],
    ['CREATE TABLE t (a REFERENCES p ON DELETE nothing)', 'expected a foreign key action at "nothing)"'],
    ['CREATE TABLE t (a NOT NULL ON CONFLICT nothing)', 'expected a conflict action at "nothing)"'],
    ['CREATE TABLE t (a, UNIQUE (a + 1))', 'expected a column at "a + 1))"'],
    ['CREATE TABLE t (1 INT)', 'expected a name at "1 INT)"'],
    ['CREATE TABLE t AS SELECT 1', 'expected ( at "AS SELECT 1"'],
  ])('%s', (sql, message) => {
    const read = (): unknown => readTable(sql)
    expect(read).toThrow(DdlError)
    expect(read).toThrow(message)
  })
})

test.each(
  corpusCases
    .filter((one) => /^CREATE TABLE/i.test(one.ddl) && !/\bAS (SELECT|VALUES|WITH)/.test(one.ddl))
    .map((one) => [one.name, one.ddl]),
)('%s, cut off anywhere, is an error and never a smaller table', (_, ddl) => {
  const end = ddl.lastIndexOf(')')
  const read = readTable(ddl)
  for (let cut = 0; cut < end; cut++) {
    let shorter: unknown
    try {
      shorter = readTable(ddl.slice(0, cut))
    } catch (error) {
      expect(error).toBeInstanceOf(DdlError)
    }
    expect(shorter).toBeUndefined()
  }
  expect(read.sql).toBe(ddl)
})
