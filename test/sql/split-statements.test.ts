import { expect, test } from 'vitest'
import { splitStatements } from '../../src/sql/split-statements.ts'
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
