import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import {
  any,
  blob,
  boolean,
  type Column as ColumnBuilder,
  column,
  type Table as DeclaredTable,
  datetime,
  defineSchema,
  float,
  integer,
  json,
  numeric,
  real,
  sql,
  table,
  text,
  varchar,
  view,
} from '../../src/declare/index.ts'
import { declaredHints, writeDdl } from '../../src/declare/write-ddl.ts'
import { targetOf } from '../../src/introspect/load-target.ts'
import { readTarget } from '../../src/introspect/target.ts'
import { ConvergeError } from '../../src/model/error.ts'
import type { Column, Table } from '../../src/model/schema.ts'

/** The one column `c` of a table, as SQLite took it. */
function taken(declared: ColumnBuilder): Column {
  const schema = readTarget(targetOf(defineSchema({ t: table({ c: declared, other: any() }) })))
  return schema.tables[0]!.columns[0]!
}

function takenTable(declared: DeclaredTable<unknown>): Table {
  return readTarget(targetOf(defineSchema({ t: declared as never }))).tables[0]!
}

const columns = { a: integer(), b: text(), c: text() }

describe('a type', () => {
  test.each([
    ['integer', integer(), 'INTEGER'],
    ['real', real(), 'REAL'],
    ['float', float(), 'FLOAT'],
    ['text', text(), 'TEXT'],
    ['varchar', varchar(), 'VARCHAR'],
    ['varchar with a length', varchar(16), 'VARCHAR(16)'],
    ['blob', blob(), 'BLOB'],
    ['numeric', numeric(), 'NUMERIC'],
    ['any', any(), 'ANY'],
    ['boolean', boolean(), 'BOOLEAN'],
    ['datetime', datetime(), 'DATETIME'],
    ['json', json(), 'JSON'],
    ['a type of your own', column('DECIMAL(10, 2)'), 'DECIMAL(10, 2)'],
    ['no type', column(), ''],
  ])('%s', (_, declared, type) => {
    expect(taken(declared)).toEqual({ name: 'c', type })
  })
})

describe('a column', () => {
  test('notNull', () => {
    expect(taken(text().notNull()).notNull).toEqual({})
    expect(taken(text().notNull({ name: 'the name', onConflict: 'replace' })).notNull).toEqual({
      name: 'the name',
      onConflict: 'REPLACE',
    })
  })

  test('collate', () => {
    expect(taken(text().collate('nocase')).collation).toBe('nocase')
  })

  test('generatedAs', () => {
    expect(taken(text().generatedAs(sql`lower(other)`)).generated).toMatchObject({
      expression: { text: 'lower(other)' },
      stored: false,
    })
    expect(taken(text().generatedAs(sql`other || ')'`, { stored: true })).generated).toMatchObject({
      expression: { text: "other || ')'" },
      stored: true,
    })
  })

  test('backfill is no part of the schema, and is handed on', () => {
    const schema = defineSchema({
      t: table({ a: text().notNull().backfill("it's"), b: integer().backfill(sql`length(a)`), c: text() }),
    })
    expect(writeDdl(schema)[0]!.sql).not.toMatch(/length/)
    expect(declaredHints(schema).backfills).toEqual([
      { table: 't', column: 'a', expression: "'it''s'" },
      { table: 't', column: 'b', expression: 'length(a)' },
    ])
  })

  test('each call gives a new one', () => {
    const plain = text()
    plain.notNull()
    expect(taken(plain).notNull).toBeUndefined()
  })
})

describe('a default gives the value that was declared', () => {
  test.each<[string, Parameters<ColumnBuilder['default']>[0], string]>([
    ['a text', 'x', "'x'"],
    ['a text with a quote', "it's", "'it''s'"],
    ["the text 'true'", 'true', "'true'"],
    ['the empty text', '', "''"],
    ['a number', 5, '5'],
    ['a negative number', -5, '-5'],
    ['a fraction', 0.1, '0.1'],
    ['a large number', 1e21, '1.0e+21'],
    ['a tiny number', 5e-324, '4.9406564584124654e-324'],
    ['a bigint', 9223372036854775807n, '9223372036854775807'],
    ['true', true, '1'],
    ['false', false, '0'],
    ['null', null, 'NULL'],
    ['bytes', new Uint8Array([0, 255]), "X'00FF'"],
    ['a literal in SQL', sql`'x'`, "'x'"],
    ['a blob in SQL', sql`x'00'`, "X'00'"],
    ['a number in SQL', sql`-1.5`, '-1.5'],
    ['an expression', sql`1 + 1`, '2'],
    ['an expression in parentheses', sql`(1 + 1)`, '2'],
    ['an expression that starts and ends with parentheses', sql`(1 + 1) * (2 + 1)`, '6'],
    ['texts put together', sql`'a' || 'b'`, "'ab'"],
    ['a function', sql`lower('A')`, "'a'"],
    ['an exponent', sql`1e2`, '100.0'],
    ['interpolated values', sql`${1} || ${2n} || ${"it's"} || ${sql`'x'`}`, "'12it''sx'"],
  ])('%s', (_, value, stored) => {
    expect(defaultValue(column().default(value))).toBe(stored)
  })

  test.each(['CURRENT_TIMESTAMP', 'current_date', 'CURRENT_TIME'])('%s stays bare', (keyword) => {
    expect(taken(text().default({ kind: 'sql', text: keyword })).default!.expression.text).toBe(keyword)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('SQL has no literal for %s', (value) => {
    expect(() => real().default(value)).toThrow(RangeError)
  })
})

describe('a table', () => {
  test('primaryKey', () => {
    expect(takenTable(table(columns).primaryKey(['a'])).primaryKey).toMatchObject({
      columns: [{ name: 'a', order: 'ASC' }],
      autoincrement: false,
    })
    expect(
      takenTable(
        table(columns).primaryKey([{ column: 'b', order: 'desc', collate: 'nocase' }, 'a'], {
          name: 'pk',
          onConflict: 'replace',
        }),
      ).primaryKey,
    ).toMatchObject({
      name: 'pk',
      onConflict: 'REPLACE',
      columns: [
        { name: 'b', order: 'DESC', collation: 'nocase' },
        { name: 'a', order: 'ASC' },
      ],
    })
  })

  test('autoincrement', () => {
    expect(takenTable(table(columns).primaryKey(['a'], { name: 'pk', autoincrement: true })).primaryKey).toMatchObject({
      name: 'pk',
      columns: [{ name: 'a' }],
      autoincrement: true,
    })
  })

  test('autoincrement over two columns is refused, and not cut down to one', () => {
    const schema = defineSchema({ t: table(columns).primaryKey(['a', 'b'], { autoincrement: true }) })
    expect(() => readTarget(targetOf(schema))).toThrow(ConvergeError)
  })

  test('a misspelt column with autoincrement, which only JavaScript can say, is refused', () => {
    const schema = defineSchema({ t: table(columns).primaryKey(['nope' as 'a'], { autoincrement: true }) })
    expect(() => readTarget(targetOf(schema))).toThrow(ConvergeError)
  })

  test('unique', () => {
    expect(
      takenTable(
        table(columns)
          .unique(['a'])
          .unique('uq', ['b', { column: 'c', collate: 'rtrim', order: 'desc' }], { onConflict: 'ignore' }),
      ).uniques,
    ).toEqual([
      { columns: [{ name: 'a', order: 'ASC' }] },
      {
        name: 'uq',
        columns: [
          { name: 'b', order: 'ASC' },
          { name: 'c', order: 'DESC', collation: 'rtrim' },
        ],
        onConflict: 'IGNORE',
      },
    ])
  })

  test('check', () => {
    expect(takenTable(table(columns).check(sql`a > 0`).check('ck', sql`b <> ')'`)).checks).toMatchObject([
      { expression: { text: 'a > 0' } },
      { name: 'ck', expression: { text: "b <> ')'" } },
    ])
  })

  test('foreignKey', () => {
    const schema = defineSchema({
      p: table({ x: integer(), y: integer() }).primaryKey(['x', 'y']),
      t: table({ a: integer(), b: integer() })
        .foreignKey(['a', 'b'], 'p', ['x', 'y'], {
          name: 'fk',
          onDelete: 'cascade',
          onUpdate: 'set null',
          deferrable: 'initially deferred',
        })
        .foreignKey(['b'], 'p', [], { onDelete: 'set default', deferrable: 'initially immediate' })
        .foreignKey(['a'], 't', ['a'], { onDelete: 'no action', onUpdate: 'restrict' }),
    })
    expect(readTarget(targetOf(schema)).tables[1]!.foreignKeys).toEqual([
      {
        name: 'fk',
        columns: ['a', 'b'],
        table: 'p',
        referencedColumns: ['x', 'y'],
        onDelete: 'CASCADE',
        onUpdate: 'SET NULL',
        deferrable: 'DEFERRABLE',
        initially: 'DEFERRED',
      },
      {
        columns: ['b'],
        table: 'p',
        referencedColumns: [],
        onDelete: 'SET DEFAULT',
        onUpdate: 'NO ACTION',
        deferrable: 'DEFERRABLE',
        initially: 'IMMEDIATE',
      },
      { columns: ['a'], table: 't', referencedColumns: ['a'], onDelete: 'NO ACTION', onUpdate: 'RESTRICT' },
    ])
  })

  test('index', () => {
    const schema = defineSchema({
      t: table(columns)
        .index('i1', ['a', { column: 'b', order: 'desc', collate: 'nocase' }])
        .index('i 2', [sql`lower(b)`], { unique: true, where: sql`c IS NOT NULL` }),
    })
    expect(readTarget(targetOf(schema)).indexes).toMatchObject([
      {
        name: 'i1',
        table: 't',
        unique: false,
        columns: [
          { expression: { text: 'a' }, order: 'ASC' },
          { expression: { text: 'b' }, order: 'DESC', collation: 'nocase' },
        ],
      },
      { name: 'i 2', unique: true, columns: [{ expression: { text: 'lower(b)' } }], where: { text: 'c IS NOT NULL' } },
    ])
  })

  test('trigger', () => {
    const schema = defineSchema({
      t: table(columns)
        .trigger('r1', { after: 'insert', body: sql`SELECT 1` })
        .trigger('r2', { before: { updateOf: ['a', 'b'] }, when: sql`new.a > 0`, body: sql`SELECT 1; SELECT 2;` })
        .trigger('r3', { before: 'delete', body: sql`SELECT 3;` })
        .trigger('r4', { after: 'update', body: sql`SELECT 4` }),
    })
    expect(readTarget(targetOf(schema)).triggers).toMatchObject([
      { name: 'r1', table: 't', timing: 'AFTER', event: 'INSERT', body: 'SELECT 1;' },
      {
        timing: 'BEFORE',
        event: 'UPDATE',
        updateOf: ['a', 'b'],
        when: { text: 'new.a > 0' },
        body: 'SELECT 1; SELECT 2;',
      },
      { name: 'r3', timing: 'BEFORE', event: 'DELETE', body: 'SELECT 3;' },
      { name: 'r4', timing: 'AFTER', event: 'UPDATE', body: 'SELECT 4;' },
    ])
  })

  test('strict and withoutRowid', () => {
    const plain = table({ a: integer() }).primaryKey(['a'])
    expect(takenTable(plain)).toMatchObject({ strict: false, withoutRowid: false })
    expect(takenTable(plain.strict())).toMatchObject({ strict: true, withoutRowid: false })
    expect(takenTable(plain.withoutRowid())).toMatchObject({ strict: false, withoutRowid: true })
    expect(takenTable(plain.withoutRowid().strict())).toMatchObject({ strict: true, withoutRowid: true })
  })
})

test('a view, its columns and its triggers', () => {
  const schema = defineSchema({
    v: view(['x', 'the y'], sql`SELECT a, b FROM t`).trigger('r', { insteadOf: 'insert', body: sql`SELECT 1` }),
    w: view(sql`SELECT * FROM v`),
    t: table(columns),
  })
  const read = readTarget(targetOf(schema))
  expect(read.views).toMatchObject([
    { name: 'v', columns: ['x', 'the y'], query: 'SELECT a, b FROM t' },
    { name: 'w', query: 'SELECT * FROM v' },
  ])
  expect(read.views[1]!.columns).toBeUndefined()
  expect(declaredHints(schema).backfills).toEqual([])
  expect(read.triggers).toMatchObject([{ name: 'r', table: 'v' }])
})

test('names that SQL would misread are quoted, everywhere', () => {
  const awkward = ['order', 'a b', 'a"b', "it's", '', '1st', 'é', 'TRUE', 'key', '--', '[x]', 'a.b']
  for (const name of awkward) {
    const other = `${name}_2`
    const schema = defineSchema({
      [name]: table({ [name]: text().notNull({ name }), [other]: text() })
        .primaryKey([name], { name })
        .unique(name, [other])
        .check(name, sql`1`)
        .foreignKey([other], name, [name], { name }),
      [`v${name}`]: view([name], sql`SELECT 1`),
    } as never)
    const read = readTarget(targetOf(schema))
    expect(read.unsupported).toEqual([])
    expect(read.tables.map((one) => [one.name, ...one.columns.map((part) => part.name)])).toEqual([[name, name, other]])
    const [one] = read.tables
    const constraints = [one!.primaryKey, ...one!.uniques, ...one!.checks, ...one!.foreignKeys]
    expect([one!.columns[0]!.notNull, ...constraints].map((named) => named?.name)).toEqual(Array(5).fill(name))
    expect(read.views.map((each) => each.name)).toEqual([`v${name}`])
  }
})

test('the text is laid out for people, one line each', () => {
  const schema = defineSchema({
    users: table({ id: integer().notNull(), email: text().notNull().default('') })
      .primaryKey(['id'])
      .unique('uq_email', ['email'])
      .index('ix_email', ['email'])
      .strict(),
    emails: view(sql`SELECT email FROM users`),
  })
  expect(writeDdl(schema)).toEqual([
    {
      object: 'users',
      sql: `CREATE TABLE users (
  id INTEGER NOT NULL,
  email TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (id),
  CONSTRAINT uq_email UNIQUE (email)
) STRICT`,
    },
    { object: 'ix_email', sql: 'CREATE INDEX ix_email ON users (email)' },
    { object: 'emails', sql: 'CREATE VIEW emails AS\nSELECT email FROM users' },
  ])
})

test('what SQLite refuses is an error that names the object', () => {
  const schema = defineSchema({ t: table({ a: text() }).check(sql`a >`) })
  expect(() => readTarget(targetOf(schema))).toThrow(
    expect.objectContaining({
      code: 'target-invalid',
      objects: ['t'],
      message: expect.stringContaining('syntax error'),
    }),
  )
})

/** What SQLite gives to a row that says nothing of the column. */
function defaultValue(declared: ColumnBuilder): unknown {
  const handle = new Database(':memory:')
  try {
    for (const statement of writeDdl(defineSchema({ t: table({ c: declared, other: any() }) })))
      handle.exec(statement.sql)
    handle.exec('INSERT INTO t (other) VALUES (1)')
    return handle.prepare('SELECT quote(c) FROM t').pluck().get()
  } finally {
    handle.close()
  }
}
