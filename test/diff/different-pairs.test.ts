import { expect, test } from 'vitest'
import type { ChangeKind } from '../../src/diff/change.ts'
import { diffSchemas } from '../../src/diff/diff-schemas.ts'
import { fingerprint } from '../../src/diff/fingerprint.ts'
import { schemaOf } from '../introspect/schema-of.ts'

const parent = 'CREATE TABLE p (id INTEGER PRIMARY KEY, x TEXT UNIQUE);'
const t = 'CREATE TABLE t (a, b);'

/** A constraint has no name that would tell that it is the same one, changed: the one goes, the other comes. */
const unique: readonly ChangeKind[] = ['drop-unique', 'add-unique']
const check: readonly ChangeKind[] = ['drop-check', 'add-check']
const foreignKey: readonly ChangeKind[] = ['drop-foreign-key', 'add-foreign-key']

/** Two schemas that differ in one thing, what it is, and the change that is found. */
const pairs: readonly (readonly [why: string, change: ChangeKind | readonly ChangeKind[], from: string, to: string])[] =
  [
    ["the text 'true' is not 1", 'change-default', "CREATE TABLE t (a DEFAULT 'true')", 'CREATE TABLE t (a DEFAULT 1)'],
    [
      "the text 'true' is not TRUE",
      'change-default',
      "CREATE TABLE t (a DEFAULT 'true')",
      'CREATE TABLE t (a DEFAULT TRUE)',
    ],
    [
      'the quoted name "true" is the text',
      'change-default',
      'CREATE TABLE t (a DEFAULT "true")',
      'CREATE TABLE t (a DEFAULT true)',
    ],
    [
      'another byte of a blob',
      'change-default',
      "CREATE TABLE t (a DEFAULT x'ff')",
      "CREATE TABLE t (a DEFAULT x'fe')",
    ],
    [
      'the next floating point number',
      'change-default',
      'CREATE TABLE t (a DEFAULT 1.0)',
      'CREATE TABLE t (a DEFAULT 1.0000000000000002)',
    ],
    ['an integer and a real', 'change-default', 'CREATE TABLE t (a DEFAULT 1)', 'CREATE TABLE t (a DEFAULT 1.0)'],
    [
      'a large integer and its neighbour',
      'change-default',
      'CREATE TABLE t (a DEFAULT 9007199254740993)',
      'CREATE TABLE t (a DEFAULT 9007199254740992)',
    ],
    ['a number and its text', 'change-default', 'CREATE TABLE t (a DEFAULT 1)', "CREATE TABLE t (a DEFAULT '1')"],
    ['a sign', 'change-default', 'CREATE TABLE t (a DEFAULT 1)', 'CREATE TABLE t (a DEFAULT -1)'],
    ['a space at the end', 'change-default', "CREATE TABLE t (a DEFAULT 'a')", "CREATE TABLE t (a DEFAULT 'a ')"],
    ['the case of a text', 'change-default', "CREATE TABLE t (a DEFAULT 'a')", "CREATE TABLE t (a DEFAULT 'A')"],
    [
      'the case of a bare word, which is a text',
      'change-default',
      'CREATE TABLE t (a DEFAULT foo)',
      'CREATE TABLE t (a DEFAULT Foo)',
    ],
    ['a text and a blob', 'change-default', "CREATE TABLE t (a DEFAULT 'a')", "CREATE TABLE t (a DEFAULT x'61')"],
    ['the empty text is not NULL', 'change-default', "CREATE TABLE t (a DEFAULT '')", 'CREATE TABLE t (a)'],
    [
      'the text NULL is not NULL',
      'change-default',
      "CREATE TABLE t (a DEFAULT 'NULL')",
      'CREATE TABLE t (a DEFAULT NULL)',
    ],
    [
      "the text 'CURRENT_TIMESTAMP'",
      'change-default',
      "CREATE TABLE t (a DEFAULT 'CURRENT_TIMESTAMP')",
      'CREATE TABLE t (a DEFAULT CURRENT_TIMESTAMP)',
    ],
    [
      'CURRENT_DATE and CURRENT_TIME',
      'change-default',
      'CREATE TABLE t (a DEFAULT CURRENT_DATE)',
      'CREATE TABLE t (a DEFAULT CURRENT_TIME)',
    ],
    [
      'spaces in a text of an expression',
      'change-default',
      "CREATE TABLE t (a DEFAULT ('a' || ' '))",
      "CREATE TABLE t (a DEFAULT ('a' || '  '))",
    ],
    [
      'the name of a default',
      'change-default',
      'CREATE TABLE t (a CONSTRAINT d DEFAULT 1)',
      'CREATE TABLE t (a DEFAULT 1)',
    ],
    ['a column', 'add-column', 'CREATE TABLE t (a)', 'CREATE TABLE t (a, b)'],
    ['a column less', 'drop-column', 'CREATE TABLE t (a, b)', 'CREATE TABLE t (a)'],
    [
      'the case of letters that are not ASCII',
      ['add-column', 'drop-column'],
      'CREATE TABLE t (é)',
      'CREATE TABLE t (É)',
    ],
    ['a space in a name', ['add-column', 'drop-column'], 'CREATE TABLE t ("a")', 'CREATE TABLE t ("a ")'],
    ['a type', 'change-type', 'CREATE TABLE t (a INT)', 'CREATE TABLE t (a TEXT)'],
    ['a type of the same affinity', 'change-type', 'CREATE TABLE t (a INT)', 'CREATE TABLE t (a INTEGER)'],
    ["a type's length", 'change-type', 'CREATE TABLE t (a VARCHAR(10))', 'CREATE TABLE t (a VARCHAR(100))'],
    ['no type and BLOB', 'change-type', 'CREATE TABLE t (a)', 'CREATE TABLE t (a BLOB)'],
    ['NOT NULL', 'change-not-null', 'CREATE TABLE t (a)', 'CREATE TABLE t (a NOT NULL)'],
    [
      'the name of NOT NULL',
      'change-not-null',
      'CREATE TABLE t (a CONSTRAINT n NOT NULL)',
      'CREATE TABLE t (a NOT NULL)',
    ],
    [
      'the conflict clause of NOT NULL',
      'change-not-null',
      'CREATE TABLE t (a NOT NULL ON CONFLICT IGNORE)',
      'CREATE TABLE t (a NOT NULL)',
    ],
    [
      'NOT NULL on the key of a table with rowids',
      'change-not-null',
      'CREATE TABLE t (a TEXT PRIMARY KEY)',
      'CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY)',
    ],
    ['a collation', 'change-collation', 'CREATE TABLE t (a TEXT COLLATE nocase)', 'CREATE TABLE t (a TEXT)'],
    [
      'another collation',
      'change-collation',
      'CREATE TABLE t (a TEXT COLLATE nocase)',
      'CREATE TABLE t (a TEXT COLLATE rtrim)',
    ],
    [
      'STORED and VIRTUAL',
      'change-generated',
      'CREATE TABLE t (a, b AS (a) STORED)',
      'CREATE TABLE t (a, b AS (a) VIRTUAL)',
    ],
    [
      'how a column is computed',
      'change-generated',
      'CREATE TABLE t (a, b AS (a + 1))',
      'CREATE TABLE t (a, b AS (a + 2))',
    ],
    [
      'a generated column and one with values',
      'change-generated',
      'CREATE TABLE t (a, b AS (a))',
      'CREATE TABLE t (a, b)',
    ],
    ['a primary key', 'change-primary-key', 'CREATE TABLE t (a INT)', 'CREATE TABLE t (a INT PRIMARY KEY)'],
    [
      'the order of a primary key',
      'change-primary-key',
      'CREATE TABLE t (a, b, PRIMARY KEY (a, b))',
      'CREATE TABLE t (a, b, PRIMARY KEY (b, a))',
    ],
    [
      'DESC in a primary key',
      'change-primary-key',
      'CREATE TABLE t (a, b, PRIMARY KEY (a, b))',
      'CREATE TABLE t (a, b, PRIMARY KEY (a, b DESC))',
    ],
    [
      'a collation in a primary key',
      'change-primary-key',
      'CREATE TABLE t (a, PRIMARY KEY (a))',
      'CREATE TABLE t (a, PRIMARY KEY (a COLLATE nocase))',
    ],
    [
      'the name of a primary key',
      'change-primary-key',
      'CREATE TABLE t (a, CONSTRAINT k PRIMARY KEY (a))',
      'CREATE TABLE t (a, PRIMARY KEY (a))',
    ],
    [
      'the conflict clause of a primary key',
      'change-primary-key',
      'CREATE TABLE t (a PRIMARY KEY ON CONFLICT REPLACE)',
      'CREATE TABLE t (a PRIMARY KEY)',
    ],
    [
      'AUTOINCREMENT',
      'change-primary-key',
      'CREATE TABLE t (a INTEGER PRIMARY KEY)',
      'CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)',
    ],
    [
      'INTEGER PRIMARY KEY DESC is no rowid',
      'change-primary-key',
      'CREATE TABLE t (a INTEGER PRIMARY KEY)',
      'CREATE TABLE t (a INTEGER PRIMARY KEY DESC)',
    ],
    [
      'a key that says its column twice is no rowid',
      'change-primary-key',
      'CREATE TABLE t (a INTEGER, PRIMARY KEY (a))',
      'CREATE TABLE t (a INTEGER, PRIMARY KEY (a, a))',
    ],
    ['a UNIQUE', 'add-unique', 'CREATE TABLE t (a)', 'CREATE TABLE t (a UNIQUE)'],
    [
      'a second UNIQUE over the same column',
      'add-unique',
      'CREATE TABLE t (a UNIQUE)',
      'CREATE TABLE t (a UNIQUE UNIQUE)',
    ],
    ['a column more in a UNIQUE', unique, 'CREATE TABLE t (a, b, UNIQUE (a))', 'CREATE TABLE t (a, b, UNIQUE (a, b))'],
    ['the order in a UNIQUE', unique, 'CREATE TABLE t (a, b, UNIQUE (a, b))', 'CREATE TABLE t (a, b, UNIQUE (b, a))'],
    ['DESC in a UNIQUE', unique, 'CREATE TABLE t (a, UNIQUE (a))', 'CREATE TABLE t (a, UNIQUE (a DESC))'],
    [
      'DESC in a primary key that has no UNIQUE before it',
      ['change-primary-key', 'drop-unique', 'add-unique'],
      'CREATE TABLE t (a UNIQUE, PRIMARY KEY (a DESC))',
      'CREATE TABLE t (a PRIMARY KEY DESC UNIQUE)',
    ],
    [
      'DESC in the first of two UNIQUEs',
      ['drop-unique', 'drop-unique', 'add-unique', 'add-unique'],
      'CREATE TABLE t (a, UNIQUE (a), UNIQUE (a DESC))',
      'CREATE TABLE t (a, UNIQUE (a DESC), UNIQUE (a))',
    ],
    [
      'a collation in a UNIQUE',
      unique,
      'CREATE TABLE t (a, UNIQUE (a))',
      'CREATE TABLE t (a, UNIQUE (a COLLATE nocase))',
    ],
    [
      'the conflict clause of a UNIQUE',
      unique,
      'CREATE TABLE t (a UNIQUE)',
      'CREATE TABLE t (a UNIQUE ON CONFLICT IGNORE)',
    ],
    ['the name of a UNIQUE', unique, 'CREATE TABLE t (a, CONSTRAINT u UNIQUE (a))', 'CREATE TABLE t (a, UNIQUE (a))'],
    ['a CHECK', 'add-check', 'CREATE TABLE t (a)', 'CREATE TABLE t (a CHECK (a > 0))'],
    [
      'the name of a CHECK',
      check,
      'CREATE TABLE t (a CONSTRAINT c CHECK (a))',
      'CREATE TABLE t (a CONSTRAINT d CHECK (a))',
    ],
    ['a number in a CHECK', check, 'CREATE TABLE t (a CHECK (a > 1))', 'CREATE TABLE t (a CHECK (a > 1.0))'],
    [
      'the case of a text in a CHECK',
      check,
      "CREATE TABLE t (a CHECK (a = 'x'))",
      "CREATE TABLE t (a CHECK (a = 'X'))",
    ],
    ['= and IS', check, 'CREATE TABLE t (a, b, CHECK (a = b))', 'CREATE TABLE t (a, b, CHECK (a IS b))'],
    [
      'where inner parentheses stand',
      check,
      'CREATE TABLE t (a, b, CHECK ((a OR b) AND b))',
      'CREATE TABLE t (a, b, CHECK (a OR (b AND b)))',
    ],
    [
      'parentheses that are not around the whole',
      check,
      'CREATE TABLE t (a, b, CHECK ((a + b) * (a - b)))',
      'CREATE TABLE t (a, b, CHECK (a + b * a - b))',
    ],
    [
      'a column and a text of the same letters',
      check,
      'CREATE TABLE t (a, b, CHECK (a = "b"))',
      "CREATE TABLE t (a, b, CHECK (a = 'b'))",
    ],
    [
      'a column called true and TRUE',
      check,
      'CREATE TABLE t ("true", CHECK ("true"))',
      'CREATE TABLE t ("true", CHECK (true))',
    ],
    [
      'a column called current_date and the date',
      'change-view',
      'CREATE TABLE t ("current_date"); CREATE VIEW v AS SELECT "current_date" FROM t',
      'CREATE TABLE t ("current_date"); CREATE VIEW v AS SELECT current_date FROM t',
    ],
    [
      'a comment mark inside a text',
      check,
      "CREATE TABLE t (a CHECK (a <> '/* */'))",
      "CREATE TABLE t (a CHECK (a <> ''))",
    ],
    ['a foreign key', 'add-foreign-key', `${parent}CREATE TABLE t (a)`, `${parent}CREATE TABLE t (a REFERENCES p)`],
    [
      'ON DELETE CASCADE',
      foreignKey,
      `${parent}CREATE TABLE t (a REFERENCES p)`,
      `${parent}CREATE TABLE t (a REFERENCES p ON DELETE CASCADE)`,
    ],
    [
      'ON DELETE and ON UPDATE',
      foreignKey,
      `${parent}CREATE TABLE t (a REFERENCES p ON UPDATE SET NULL)`,
      `${parent}CREATE TABLE t (a REFERENCES p ON DELETE SET NULL)`,
    ],
    [
      'RESTRICT is not NO ACTION',
      foreignKey,
      `${parent}CREATE TABLE t (a REFERENCES p ON DELETE RESTRICT)`,
      `${parent}CREATE TABLE t (a REFERENCES p ON DELETE NO ACTION)`,
    ],
    [
      'DEFERRABLE INITIALLY DEFERRED',
      foreignKey,
      `${parent}CREATE TABLE t (a REFERENCES p)`,
      `${parent}CREATE TABLE t (a REFERENCES p DEFERRABLE INITIALLY DEFERRED)`,
    ],
    [
      'a column of the parent other than its key',
      foreignKey,
      `${parent}CREATE TABLE t (a REFERENCES p)`,
      `${parent}CREATE TABLE t (a REFERENCES p (x))`,
    ],
    [
      'another parent',
      foreignKey,
      `${parent}CREATE TABLE q (id INTEGER PRIMARY KEY);CREATE TABLE t (a REFERENCES p (id))`,
      `${parent}CREATE TABLE q (id INTEGER PRIMARY KEY);CREATE TABLE t (a REFERENCES q (id))`,
    ],
    [
      'the name of a foreign key',
      foreignKey,
      `${parent}CREATE TABLE t (a CONSTRAINT f REFERENCES p)`,
      `${parent}CREATE TABLE t (a REFERENCES p)`,
    ],
    [
      'WITHOUT ROWID',
      'change-table-options',
      'CREATE TABLE t (a NOT NULL PRIMARY KEY)',
      'CREATE TABLE t (a NOT NULL PRIMARY KEY) WITHOUT ROWID',
    ],
    ['STRICT', 'change-table-options', 'CREATE TABLE t (a INT)', 'CREATE TABLE t (a INT) STRICT'],
    ['a table', 'create-table', t, `${t}CREATE TABLE u (x)`],
    [
      'a table with its index and trigger less',
      'drop-table',
      `${t}CREATE TABLE u (x);CREATE INDEX i ON u (x);CREATE TRIGGER r AFTER INSERT ON u BEGIN SELECT 1; END`,
      t,
    ],
    ['an index', 'create-index', t, `${t}CREATE INDEX i ON t (a)`],
    ['an index less', 'drop-index', `${t}CREATE INDEX i ON t (a)`, t],
    ['UNIQUE of an index', 'change-index', `${t}CREATE INDEX i ON t (a)`, `${t}CREATE UNIQUE INDEX i ON t (a)`],
    ['DESC of an index', 'change-index', `${t}CREATE INDEX i ON t (a)`, `${t}CREATE INDEX i ON t (a DESC)`],
    ['the order in an index', 'change-index', `${t}CREATE INDEX i ON t (a, b)`, `${t}CREATE INDEX i ON t (b, a)`],
    [
      'a collation of an index',
      'change-index',
      `${t}CREATE INDEX i ON t (a)`,
      `${t}CREATE INDEX i ON t (a COLLATE nocase)`,
    ],
    [
      'the condition of an index',
      'change-index',
      `${t}CREATE INDEX i ON t (a) WHERE b > 0`,
      `${t}CREATE INDEX i ON t (a) WHERE b >= 0`,
    ],
    ['a condition', 'change-index', `${t}CREATE INDEX i ON t (a)`, `${t}CREATE INDEX i ON t (a) WHERE a IS NOT NULL`],
    [
      'the table of an index',
      'change-index',
      `${t}CREATE TABLE u (a);CREATE INDEX i ON t (a)`,
      `${t}CREATE TABLE u (a);CREATE INDEX i ON u (a)`,
    ],
    ['a view', 'create-view', t, `${t}CREATE VIEW v AS SELECT a FROM t`],
    ['a view less', 'drop-view', `${t}CREATE VIEW v AS SELECT a FROM t`, t],
    [
      'the query of a view',
      'change-view',
      `${t}CREATE VIEW v AS SELECT a FROM t`,
      `${t}CREATE VIEW v AS SELECT DISTINCT a FROM t`,
    ],
    [
      'the columns of a view',
      'change-view',
      `${t}CREATE VIEW v AS SELECT a FROM t`,
      `${t}CREATE VIEW v (x) AS SELECT a FROM t`,
    ],
    [
      'a table alias that is a join',
      'change-view',
      `${t}CREATE TABLE u (c);CREATE VIEW v AS SELECT 1 FROM t "left" JOIN u`,
      `${t}CREATE TABLE u (c);CREATE VIEW v AS SELECT 1 FROM t left JOIN u`,
    ],
    ['a trigger', 'create-trigger', t, `${t}CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END`],
    ['a trigger less', 'drop-trigger', `${t}CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END`, t],
    [
      'when a trigger fires',
      'change-trigger',
      `${t}CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END`,
      `${t}CREATE TRIGGER r BEFORE INSERT ON t BEGIN SELECT 1; END`,
    ],
    [
      'on what a trigger fires',
      'change-trigger',
      `${t}CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END`,
      `${t}CREATE TRIGGER r AFTER DELETE ON t BEGIN SELECT 1; END`,
    ],
    [
      'the columns of an UPDATE OF',
      'change-trigger',
      `${t}CREATE TRIGGER r AFTER UPDATE OF a ON t BEGIN SELECT 1; END`,
      `${t}CREATE TRIGGER r AFTER UPDATE OF a, b ON t BEGIN SELECT 1; END`,
    ],
    [
      'UPDATE OF any column',
      'change-trigger',
      `${t}CREATE TRIGGER r AFTER UPDATE OF a ON t BEGIN SELECT 1; END`,
      `${t}CREATE TRIGGER r AFTER UPDATE ON t BEGIN SELECT 1; END`,
    ],
    [
      'the condition of a trigger',
      'change-trigger',
      `${t}CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END`,
      `${t}CREATE TRIGGER r AFTER INSERT ON t WHEN new.a BEGIN SELECT 1; END`,
    ],
    [
      'the body of a trigger',
      'change-trigger',
      `${t}CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END`,
      `${t}CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; SELECT 2; END`,
    ],
    [
      'the table of a trigger',
      'change-trigger',
      'CREATE TABLE é (a);CREATE TABLE É (a);CREATE TRIGGER r AFTER INSERT ON é BEGIN SELECT 1; END',
      'CREATE TABLE é (a);CREATE TABLE É (a);CREATE TRIGGER r AFTER INSERT ON É BEGIN SELECT 1; END',
    ],
    [
      'the arguments of a virtual table',
      'change-virtual-table',
      'CREATE VIRTUAL TABLE f USING fts5 (a)',
      "CREATE VIRTUAL TABLE f USING fts5 (a, tokenize = 'porter')",
    ],
    ['a virtual table', 'create-virtual-table', '', 'CREATE VIRTUAL TABLE f USING fts5 (a)'],
  ]

test.each(pairs)('%s: %s', (_, change, before, after) => {
  const [from, to] = [schemaOf(before), schemaOf(after)]
  expect([...from.unsupported, ...to.unsupported]).toEqual([])
  expect(diffSchemas(from, to).map((found) => found.kind)).toEqual([change].flat())
  expect(fingerprint(from)).not.toBe(fingerprint(to))
})

test.each(pairs)('%s: and the way back is a change too', (_, __, before, after) => {
  expect(diffSchemas(schemaOf(after), schemaOf(before))).not.toEqual([])
})
