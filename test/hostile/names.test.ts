import { expect, test } from 'vitest'
import { attack, innocent, loot, sql } from './attack.ts'

const names: Readonly<Record<string, string>> = {
  'every quote': `a"b'c\`d]e[f`,
  'only quotes': `"'\`[`,
  'line ends': 'a\nb\r\nc\td',
  'control characters': '\u0001\u0002\u0007\u001f\u007f\u009b31m',
  'what a terminal obeys': '\u001b[31mred\u001b]0;title\u0007',
  'line separators': 'a\u2028b\u2029c',
  'what turns the direction': 'a\u202eb\u2066c\u200f',
  'a byte order mark': '\ufeffa',
  'an emoji, and an accent in two characters': '😀e\u0301',
  'a statement': '; DROP TABLE users; --',
  'a statement after a quote': `'; ATTACH DATABASE '${loot}' AS loot; --`,
  'a statement after a double quote': `"; ATTACH DATABASE '${loot}' AS loot; CREATE TABLE loot.taken (a); --`,
  'a statement after a parenthesis': `x); DELETE FROM users; --`,
  'a template': `\${process.exit(7)}\`+process.exit(7)+\``,
  backslashes: '\\u0041\\',
  'the end of a comment': '*/ DROP TABLE users /*',
  dashes: '--',
  nothing: '',
  'a space': ' ',
  '10,000 characters': 'x'.repeat(10_000),
  'a glob': '!(*[a-z]{1..9}?)',
  'a format': '%s%d%n',
  'what every object has': '__proto__',
  'what makes an object': 'constructor',
  'what promises have': 'then',
  'a keyword': 'select',
  'a number': '1e3',
  'a schema': 'main',
  'a rowid': 'rowid',
  'another rowid': 'oid',
  'ours in a rebuild': '_schema_old_pets',
}

const name = (text: string): string => `"${text.replaceAll('"', '""')}"`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** A table, column, type, constraint, index, view and trigger of one name, on tables that change and on one that goes. */
function everywhere(one: string): string {
  const [id, value] = [name(one), text(one)]
  return `
    CREATE TABLE ${id} (${id} ${id} DEFAULT ${value} CONSTRAINT ${id} CHECK (${id} IS NOT ${text(`${one}.`)})
      REFERENCES users (id), ${name(`${one}.`)} AS (${id} || ${value}), CONSTRAINT ${id} UNIQUE (${id}));
    CREATE INDEX ${name(`i${one}`)} ON ${id} (${id}, ${name(`${one}.`)}) WHERE ${id} <> ${value};
    CREATE INDEX ${name(`j${one}`)} ON users (name) WHERE name <> ${value};
    CREATE VIEW ${name(`v${one}`)} AS SELECT ${id} AS ${id}, ${value} AS x FROM ${id};
    CREATE TRIGGER ${name(`t${one}`)} AFTER INSERT ON ${id} BEGIN UPDATE ${id} SET ${id} = ${value} WHERE ${id} = new.${id}; END;
    CREATE TRIGGER ${name(`u${one}`)} AFTER DELETE ON pets BEGIN DELETE FROM ${id}; DELETE FROM users; END;
    INSERT INTO ${id} (${id}) VALUES (${text(`${one}!`)});`
}

for (const [what, one] of Object.entries(names)) {
  test(`a name that is ${what} is read, and goes without harm`, async () => {
    expect(await attack(sql(everywhere(one)))).toBe('done')
  })
}

test('a name in UTF-16 is read as it is', async () => {
  const start = `PRAGMA encoding = 'UTF-16le'; ${innocent}`
  expect(await attack(sql(everywhere(`é"😀'`)), start)).toBe('done')
})

test('names that differ in the case of letters beyond ASCII are two', async () => {
  const tables = ['É', 'é', 'İ', 'i̇', 'ß', 'ss', 'k', '\u212a'].map((one) => `CREATE TABLE ${name(one)} (a)`)
  expect(await attack(sql(tables.join(';')))).toBe('done')
})
