import { describe, expect, test } from 'vitest'
import { scriptRenames } from '../../src/introspect/script-renames.ts'
import { ConvergeError } from '../../src/model/error.ts'

const found = (script: string): readonly string[] =>
  scriptRenames(script, 'to.sql').map(
    ({ table, column, to }) => `${table}${column === undefined ? '' : `.${column}`} → ${to}`,
  )

describe('a comment @renamed', () => {
  test.each<[string, string, readonly string[]]>([
    ['behind a column', 'CREATE TABLE t (\n  a INT, -- @renamed from=b\n  c INT\n)', ['t.b → a']],
    ['behind the last column', 'CREATE TABLE t (\n  a INT,\n  c INT -- @renamed from=b\n)', ['t.b → c']],
    ['behind the last column and its parenthesis', 'CREATE TABLE t (a INT, c INT); -- @renamed from=b', ['b → t']],
    ['on a line before a column', 'CREATE TABLE t (\n  -- @renamed from=b\n  a INT\n)', ['t.b → a']],
    ['inside a column', 'CREATE TABLE t (\n  a INT -- @renamed from=b\n  NOT NULL,\n  c INT\n)', ['t.b → a']],
    [
      'with two columns before it on the line',
      'CREATE TABLE t (\n  a INT, c INT, -- @renamed from=b\n  d INT\n)',
      ['t.b → c'],
    ],
    ['behind the opening parenthesis', 'CREATE TABLE t ( -- @renamed from=b\n  a INT\n)', ['b → t']],
    ['before the statement', '-- all users\n-- @renamed from=b\nCREATE TABLE t (a)', ['b → t']],
    ['in a block', 'CREATE TABLE t (a INT /* @renamed from=b */, c)', ['t.b → a']],
    ['with quotes', 'CREATE TABLE t (\n  a INT -- @renamed from="an old, name"\n)', ['t.an old, name → a']],
    ['of a virtual table', '-- @renamed from=b\nCREATE VIRTUAL TABLE t USING fts5(x)', ['b → t']],
    ['in a text is none', "CREATE TABLE t (a DEFAULT '-- @renamed from=b')", []],
    ['of another tool is none', 'CREATE TABLE t (a) -- renamed from=b', []],
    [
      'at each of two statements',
      'CREATE TABLE a (x); -- @renamed from=c\n-- @renamed from=d\nCREATE TABLE b (\n y, -- @renamed from=z\n w)',
      ['c → a', 'd → b', 'b.z → y'],
    ],
    ['behind commas in a CHECK', 'CREATE TABLE t (a CHECK (a IN (1, 2)), -- @renamed from=b\n c)', ['t.b → a']],
  ])('%s', (_, script, renames) => {
    expect(found(script)).toEqual(renames)
  })

  test.each([
    ['at a view', '-- @renamed from=b\nCREATE VIEW t AS SELECT 1'],
    ['without a name', 'CREATE TABLE t (a INT -- @renamed\n)'],
    ['without a sign', 'CREATE TABLE t (a INT -- @renamed from b\n)'],
  ])('%s is an error with the line', (_, script) => {
    expect(() => found(`\n${script}`)).toThrow(ConvergeError)
    expect(() => found(`\n${script}`)).toThrow(/^to\.sql:[23]: a comment @renamed/)
  })
})
