import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitStatements } from '../../src/sql/split-statements.ts'
import { type Token, tokenize } from '../../src/sql/token.ts'
import { corpusCases } from '../corpus-cases.ts'

function texts(script: string): readonly string[] {
  return splitStatements(script).map((statement) => statement.sql)
}

test('a script is split at its semicolons', () => {
  expect(texts('CREATE TABLE a (x);CREATE TABLE b (y);\n')).toEqual(['CREATE TABLE a (x)', 'CREATE TABLE b (y)'])
})

test('the last statement needs no semicolon', () => {
  expect(texts('CREATE TABLE a (x); CREATE TABLE b (y)')).toEqual(['CREATE TABLE a (x)', 'CREATE TABLE b (y)'])
})

test.each(['', '  \n', ';', ';; ;', '-- only a comment', '/* only a comment', '\ufeff'])(
  '%j has no statement',
  (script) => {
    expect(splitStatements(script)).toEqual([])
  },
)

test('a semicolon in a string, a name or a comment ends nothing', () => {
  const one = `CREATE TABLE "a;b" (x DEFAULT ';', [c;d], \`e;f\` /* ; */, -- ;\n y)`
  expect(texts(`${one};\nCREATE VIEW v AS SELECT 1`)).toEqual([one, 'CREATE VIEW v AS SELECT 1'])
})

test('a comment inside a statement stays, one between statements goes', () => {
  expect(texts('-- a\nCREATE /* b */ TABLE a (x -- c\n); -- d\n/* e */ DROP TABLE a; -- f')).toEqual([
    'CREATE /* b */ TABLE a (x -- c\n)',
    'DROP TABLE a',
  ])
})

test('a statement knows the line it starts on, and its first words', () => {
  const script = '-- first\n\nCREATE TABLE a (\n  x\n);\r\n  create unique index i on a (x); DROP\nVIEW v'
  expect(splitStatements(script).map(({ line, words }) => [line, ...words.slice(0, 2)])).toEqual([
    [3, 'CREATE', 'TABLE'],
    [6, 'CREATE', 'UNIQUE'],
    [6, 'DROP', 'VIEW'],
  ])
})

const bodies = [
  'CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END',
  'CREATE TEMP TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END',
  'create temporary trigger a delete on t begin delete from u; end',
  'CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE WHEN new.x THEN 1 ELSE 2 END; SELECT 3; END',
  'CREATE TRIGGER a AFTER INSERT ON t WHEN CASE new.x WHEN 1 THEN 1 END BEGIN SELECT 1; END',
  "CREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO u VALUES ('; END;'); -- ; END;\n END",
  'CREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO "end" (x) VALUES (1) ; /* ; */ END',
  'CREATE TRIGGER IF NOT EXISTS a AFTER INSERT ON t BEGIN UPDATE u SET x = (SELECT 1); END',
]

test.each(bodies)('%s is one statement', (body) => {
  expect(texts(`CREATE TABLE t (x);\n${body};\nCREATE TABLE u (x);`)).toEqual([
    'CREATE TABLE t (x)',
    body,
    'CREATE TABLE u (x)',
  ])
})

test('a table called trigger is no trigger', () => {
  expect(texts('CREATE TABLE trigger (begin); CREATE INDEX trigger_ix ON trigger (begin)')).toHaveLength(2)
})

test('the corpus, joined to one script, comes apart again', () => {
  // Where a case ends in an unclosed comment, nothing can follow it.
  const statements = corpusCases
    .map((one) => one.ddl.trim())
    .filter((ddl) => ddl !== '' && !ddl.includes('/* never closed'))
  const alone = statements.map((ddl) => texts(ddl))
  expect(alone.filter((found) => found.length !== 1)).toEqual([])
  expect(texts(statements.join('\n;'))).toEqual(alone.flat())
})

/** What the splitter says, made from all tokens: slow, and plain to see. */
function splitByTokens(script: string): readonly string[] {
  const statements: Token[][] = [[]]
  for (const token of tokenize(script)) {
    const run = statements.at(-1)!
    const [first, second, third] = run.map(({ key }) => key)
    const isTrigger = first === 'CREATE' && (second?.startsWith('TEMP') ? third : second) === 'TRIGGER'
    const isOver = !isTrigger || (run.at(-1)?.key === 'END' && run.at(-2)?.key === ';')
    if (token.key === ';' && isOver) statements.push([])
    else run.push(token)
  }
  return statements.flatMap((run) => (run.length === 0 ? [] : [script.slice(run[0]!.start, run.at(-1)!.end)]))
}

const pieces = [
  ...[
    'CREATE TABLE a (',
    'CREATE INDEX i ON',
    'CREATE UNIQUE INDEX u ON ',
    'CREATE TRIGGER ',
    'CREATE TEMP TRIGGER t',
    'END',
  ],
  ...["'", '"', '`', '[', ']', ';', ';', '; END', '--', '/*', '*/', '\n', '\r', '\t', '\v', '\f', ' ', '\ufeff', '\0'],
  ...["x'", 'é', 'a', '1', '.', '1e', '0x', '$', '@a', ':', '?', '-', '/', '>', '|', '(', ')', ',', '!=', '<>'],
]

test('any text is split where its tokens say', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
      const script = parts.join('')
      expect(texts(script)).toEqual(splitByTokens(script))
      for (const { sql, start, line } of splitStatements(script)) {
        expect(script.slice(start, start + sql.length)).toBe(sql)
        expect(line).toBe(script.slice(0, start).split('\n').length)
      }
    }),
    { numRuns: 5_000 },
  )
})
