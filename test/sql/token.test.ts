import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nameOf, type TokenKind, tokenize } from '../../src/sql/token.ts'

function kinds(sql: string): readonly (readonly [TokenKind, string])[] {
  return tokenize(sql).map((token) => [token.kind, token.text])
}

describe('one token', () => {
  test.each<[TokenKind, string]>([
    ['word', 'abc'],
    ['word', 'a$1'],
    ['word', '_t'],
    ['word', 'größe'],
    ['word', '名前'],
    ['word', '𝒳é'],
    ['word', 'a\ufeffb'],
    ['word', 'x'],
    ['quoted', '"a""b"'],
    ['quoted', '`a``b`'],
    ['quoted', '[a "b" (c]'],
    ['quoted', '""'],
    ['quoted', '[]'],
    ['string', "'it''s'"],
    ['string', "''"],
    ['string', "'-- /* \n ;'"],
    ['blob', "x''"],
    ['blob', "X'DEADbeef'"],
    ['number', '0'],
    ['number', '1_000'],
    ['number', '0x1F'],
    ['number', '0XDEAD_BEEF'],
    ['number', '.5'],
    ['number', '5.'],
    ['number', '1.5e-3'],
    ['number', '1E+10'],
    ['variable', '?'],
    ['variable', '?12'],
    ['variable', ':a'],
    ['variable', '@a'],
    ['variable', '$a'],
    ['illegal', '1abc'],
    ['illegal', '0x'],
    ['illegal', '1e'],
    ['illegal', "x'1'"],
    ['illegal', "x'zz'"],
    ['illegal', "x'00"],
    ['illegal', "'open"],
    ['illegal', '"open'],
    ['illegal', '[open'],
    ['illegal', '!'],
    ['illegal', '^'],
    ['illegal', ':'],
    ['illegal', '\u0001'],
  ])('%s: %s', (kind, text) => {
    expect(kinds(text)).toEqual([[kind, text]])
  })

  test.each(['->>', '->', '||', '<<', '>>', '<=', '>=', '<>', '!=', '==', ...'+-*/%&|~<>=(),.;'])(
    'operator: %s',
    (text) => {
      expect(tokenize(text)).toEqual([{ kind: 'operator', start: 0, end: text.length, text, key: text }])
    },
  )
})

test('a token knows where it stands, and its word in upper case', () => {
  expect(tokenize('  Create\t"t"(1)')).toEqual([
    { kind: 'word', start: 2, end: 8, text: 'Create', key: 'CREATE' },
    { kind: 'quoted', start: 9, end: 12, text: '"t"', key: '' },
    { kind: 'operator', start: 12, end: 13, text: '(', key: '(' },
    { kind: 'number', start: 13, end: 14, text: '1', key: '' },
    { kind: 'operator', start: 14, end: 15, text: ')', key: ')' },
  ])
})

describe('a gap', () => {
  test.each([
    ['a space', ' '],
    ['a tab', '\t'],
    ['a line feed', '\n'],
    ['a form feed', '\f'],
    ['a carriage return', '\r'],
    ['a byte order mark', '\ufeff'],
    ['a vertical tab after a space', ' \v'],
    ['a line comment', "-- it's\n"],
    ['a line comment that CR does not end', '-- a\rb\n'],
    ['a block comment', '/* \' " -- */'],
    ['the shortest block comment', '/**/'],
    ['a block comment that /*/ does not end', '/*/ */'],
    ['a block comment with stars', '/*** ***/'],
  ])('%s is between two tokens', (_, gap) => {
    expect(kinds(`(${gap})`)).toEqual([
      ['operator', '('],
      ['operator', ')'],
    ])
  })

  test.each(['-- to the end', '/* to the end', '/* *', '--'])('%s reaches to the end', (gap) => {
    expect(kinds(`a ${gap}`)).toEqual([['word', 'a']])
  })

  test('a vertical tab is a space only after a space, as it is to SQLite', () => {
    expect(kinds('a\vb')).toEqual([
      ['word', 'a'],
      ['illegal', '\v'],
      ['word', 'b'],
    ])
    expect(kinds('a\n\v\vb')).toEqual([
      ['word', 'a'],
      ['word', 'b'],
    ])
  })
})

describe('tokens that touch', () => {
  test.each<[string, readonly string[]]>([
    ["a'b'c", ['a', "'b'", 'c']],
    ["x'00'x", ["x'00'", 'x']],
    ["ax'00'", ['ax', "'00'"]],
    ['a.b', ['a', '.', 'b']],
    ['t.5', ['t', '.5']],
    ['1.5.5', ['1.5', '.5']],
    ['a--b', ['a']],
    ['a- -b', ['a', '-', '-', 'b']],
    ['a->>b->c', ['a', '->>', 'b', '->', 'c']],
    ['a<-1', ['a', '<', '-', '1']],
    ['a<>=b', ['a', '<>', '=', 'b']],
    ['DEFAULT-1NOT', ['DEFAULT', '-', '1NOT']],
    ['"a""b""c"', ['"a""b""c"']],
    ['"a" "b"', ['"a"', '"b"']],
    ['[a]]', ['[a]', ']']],
    ['?1a', ['?1', 'a']],
  ])('%s', (sql, texts) => {
    expect(tokenize(sql).map((token) => token.text)).toEqual(texts)
  })
})

test.each([
  ['abc', 'abc'],
  ['"a""b"', 'a"b'],
  ['`c``d`', 'c`d'],
  ["'e''f'", "e'f"],
  ['[g"h]', 'g"h'],
  ['""', ''],
  ['"[x]"', '[x]'],
])('%s names %s', (text, name) => {
  expect(nameOf(tokenize(text)[0]!)).toBe(name)
})

/** Texts made of what matters to the tokenizer. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'\'"`[]()-/*;.,xX0159aZ_$?:@#<>=!|&~%+^\n\t\r\f\v \ufeffé名'),
      fc.constantFrom('--', '/*', '*/', "x'", '0x', '1e', '->>', 'CREATE', '🙂', '\u0000', '\ud800'),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))

test('the tokens and the gaps between them are the text, in order', () => {
  fc.assert(
    fc.property(texts, (sql) => {
      let at = 0
      let rebuilt = ''
      for (const token of tokenize(sql)) {
        expect(token.start).toBeGreaterThanOrEqual(at)
        expect(token.end).toBeGreaterThan(token.start)
        expect(sql.slice(token.start, token.end)).toBe(token.text)
        rebuilt += sql.slice(at, token.start) + token.text
        at = token.end
      }
      expect(rebuilt + sql.slice(at)).toBe(sql)
    }),
  )
})

test('a gap holds nothing but spaces and comments', () => {
  fc.assert(
    fc.property(texts, (sql) => {
      let at = 0
      for (const token of [...tokenize(sql), { start: sql.length, end: sql.length }]) {
        const gap = sql.slice(at, token.start)
        expect(gap.replace(/--[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)|[ \t\n\v\f\r\ufeff]/g, '')).toBe('')
        at = token.end
      }
    }),
  )
})
