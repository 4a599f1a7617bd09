import { expect, test } from 'vitest'
import { diffSchemas } from '../../src/diff/diff-schemas.ts'
import { fingerprint } from '../../src/diff/fingerprint.ts'
import { schemaOf } from '../introspect/schema-of.ts'

const parent = 'CREATE TABLE p (id INTEGER PRIMARY KEY, x TEXT UNIQUE);'

/** Two spellings of one thing, and why they are one. */
const pairs: readonly (readonly [why: string, one: string, other: string])[] = [
  ['the case of keywords', 'create table t (a int not null)', 'CREATE TABLE t (a INT NOT NULL)'],
  ['the case of a table', 'CREATE TABLE T (a)', 'CREATE TABLE t (a)'],
  ['the case of a column', 'CREATE TABLE t (Name TEXT)', 'CREATE TABLE t (name TEXT)'],
  ['the case of a type', 'CREATE TABLE t (a VarChar(10))', 'CREATE TABLE t (a VARCHAR(10))'],
  [
    'the case of a constraint name',
    'CREATE TABLE t (a CONSTRAINT X CHECK (a))',
    'CREATE TABLE t (a CONSTRAINT x CHECK (a))',
  ],
  ['the case of a collation', 'CREATE TABLE t (a COLLATE NOCASE)', 'CREATE TABLE t (a COLLATE nocase)'],
  ['double quotes around names', 'CREATE TABLE "t" ("a" INT)', 'CREATE TABLE t (a INT)'],
  ['brackets around names', 'CREATE TABLE [t] ([a] INT)', 'CREATE TABLE t (a INT)'],
  ['backticks around names', 'CREATE TABLE `t` (`a` INT)', 'CREATE TABLE t (a INT)'],
  ['a string where a name is due', "CREATE TABLE 't' ('a' INT)", 'CREATE TABLE t (a INT)'],
  ['quotes in an expression', 'CREATE TABLE t (a CHECK ("a" > 0))', 'CREATE TABLE t (a CHECK (a > 0))'],
  [
    'quotes around a word that only a statement could use',
    'CREATE TABLE t (key, CHECK ("key" > 0))',
    'CREATE TABLE t (key, CHECK (key > 0))',
  ],
  ['spaces', 'CREATE TABLE t(a INT CHECK(a>0))', 'CREATE  TABLE\nt ( a INT\n CHECK ( a > 0 ) )'],
  ['spaces in a type', 'CREATE TABLE t (a DECIMAL(10,2))', 'CREATE TABLE t (a DECIMAL ( 10 , 2 ))'],
  ['line comments', 'CREATE TABLE t (a, -- the a\n b)', 'CREATE TABLE t (a, b)'],
  ['block comments', 'CREATE TABLE t (a CHECK (a /* , */ > 0))', 'CREATE TABLE t (a CHECK (a > 0))'],
  ['!= and <>', 'CREATE TABLE t (a CHECK (a != 1))', 'CREATE TABLE t (a CHECK (a <> 1))'],
  ['== and =', 'CREATE TABLE t (a CHECK (a == 1))', 'CREATE TABLE t (a CHECK (a = 1))'],
  ['parentheses around the whole', 'CREATE TABLE t (a CHECK (((a > 0))))', 'CREATE TABLE t (a CHECK (a > 0))'],
  ['separators in a number', 'CREATE TABLE t (a CHECK (a < 1_000))', 'CREATE TABLE t (a CHECK (a < 1000))'],
  [
    'the case of hexadecimal digits',
    "CREATE TABLE t (a CHECK (a <> X'AB' AND a <> 0XFF))",
    "CREATE TABLE t (a CHECK (a <> x'ab' AND a <> 0xff))",
  ],
  ['DEFAULT TRUE is 1', 'CREATE TABLE t (a DEFAULT TRUE)', 'CREATE TABLE t (a DEFAULT 1)'],
  ['DEFAULT (1) is 1', 'CREATE TABLE t (a DEFAULT (1))', 'CREATE TABLE t (a DEFAULT 1)'],
  ['DEFAULT TRUE is (1)', 'CREATE TABLE t (a DEFAULT TRUE)', 'CREATE TABLE t (a DEFAULT (1))'],
  ['DEFAULT (TRUE) is 1', 'CREATE TABLE t (a DEFAULT (TRUE))', 'CREATE TABLE t (a DEFAULT 1)'],
  ['DEFAULT (-1) is -1', 'CREATE TABLE t (a DEFAULT (-1))', 'CREATE TABLE t (a DEFAULT -1)'],
  ["DEFAULT (X'AB') is x'ab'", "CREATE TABLE t (a DEFAULT (X'AB'))", "CREATE TABLE t (a DEFAULT x'ab')"],
  ['DEFAULT (1.50) is 1.5', 'CREATE TABLE t (a DEFAULT (1.50))', 'CREATE TABLE t (a DEFAULT 1.5)'],
  ['DEFAULT +5 is 5', 'CREATE TABLE t (a DEFAULT +5)', 'CREATE TABLE t (a DEFAULT 5)'],
  ['DEFAULT - 5 is -5', 'CREATE TABLE t (a DEFAULT - 5)', 'CREATE TABLE t (a DEFAULT -5)'],
  ['DEFAULT 0x10 is 16', 'CREATE TABLE t (a DEFAULT 0x10)', 'CREATE TABLE t (a DEFAULT 16)'],
  ['DEFAULT 1e2 is 100.0', 'CREATE TABLE t (a DEFAULT 1e2)', 'CREATE TABLE t (a DEFAULT 100.0)'],
  ["DEFAULT X'AB' is x'ab'", "CREATE TABLE t (a DEFAULT X'AB')", "CREATE TABLE t (a DEFAULT x'ab')"],
  ["DEFAULT foo is 'foo'", 'CREATE TABLE t (a DEFAULT foo)', "CREATE TABLE t (a DEFAULT 'foo')"],
  ['DEFAULT "foo" is \'foo\'', 'CREATE TABLE t (a DEFAULT "foo")', "CREATE TABLE t (a DEFAULT 'foo')"],
  ["DEFAULT ('foo') is 'foo'", "CREATE TABLE t (a DEFAULT ('foo'))", "CREATE TABLE t (a DEFAULT 'foo')"],
  [
    'CURRENT_TIMESTAMP in parentheses',
    'CREATE TABLE t (a DEFAULT CURRENT_TIMESTAMP)',
    'CREATE TABLE t (a DEFAULT (current_timestamp))',
  ],
  ['DEFAULT NULL is none', 'CREATE TABLE t (a DEFAULT NULL)', 'CREATE TABLE t (a)'],
  ['DEFAULT (NULL) is none', 'CREATE TABLE t (a DEFAULT (NULL))', 'CREATE TABLE t (a)'],
  ['of two defaults the last', 'CREATE TABLE t (a DEFAULT 1 DEFAULT 2)', 'CREATE TABLE t (a DEFAULT 2)'],
  ['NULL as a constraint', 'CREATE TABLE t (a NULL)', 'CREATE TABLE t (a)'],
  [
    'PRIMARY KEY at the column or the table',
    'CREATE TABLE t (a TEXT PRIMARY KEY)',
    'CREATE TABLE t (a TEXT, PRIMARY KEY (a))',
  ],
  [
    'INTEGER PRIMARY KEY at the column or the table',
    'CREATE TABLE t (a INTEGER PRIMARY KEY)',
    'CREATE TABLE t (a INTEGER, PRIMARY KEY (a))',
  ],
  [
    'DESC in a key whose index another one has made',
    'CREATE TABLE t (a, b, UNIQUE (a, b), PRIMARY KEY (a DESC, b))',
    'CREATE TABLE t (a, b, PRIMARY KEY (a, b), UNIQUE (a, b DESC))',
  ],
  ['DESC on a rowid', 'CREATE TABLE t (a INTEGER, PRIMARY KEY (a DESC))', 'CREATE TABLE t (a INTEGER PRIMARY KEY)'],
  [
    'AUTOINCREMENT at the column or the table',
    'CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)',
    'CREATE TABLE t (a INTEGER, PRIMARY KEY (a AUTOINCREMENT))',
  ],
  ['UNIQUE at the column or the table', 'CREATE TABLE t (a UNIQUE, b)', 'CREATE TABLE t (a, b, UNIQUE (a))'],
  ['CHECK at the column or the table', 'CREATE TABLE t (a CHECK (a > 0), b)', 'CREATE TABLE t (a, b, CHECK (a > 0))'],
  [
    'REFERENCES at the column or the table',
    `${parent}CREATE TABLE t (a REFERENCES p (id))`,
    `${parent}CREATE TABLE t (a, FOREIGN KEY (a) REFERENCES p (id))`,
  ],
  [
    'REFERENCES without columns means the primary key',
    `${parent}CREATE TABLE t (a REFERENCES p)`,
    `${parent}CREATE TABLE t (a REFERENCES p (id))`,
  ],
  [
    'NO ACTION is what happens anyway',
    `${parent}CREATE TABLE t (a REFERENCES p ON DELETE NO ACTION ON UPDATE NO ACTION)`,
    `${parent}CREATE TABLE t (a REFERENCES p)`,
  ],
  [
    'the order of the actions',
    `${parent}CREATE TABLE t (a REFERENCES p ON UPDATE CASCADE ON DELETE SET NULL)`,
    `${parent}CREATE TABLE t (a REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE)`,
  ],
  [
    'INITIALLY IMMEDIATE is what happens anyway',
    `${parent}CREATE TABLE t (a REFERENCES p DEFERRABLE INITIALLY IMMEDIATE)`,
    `${parent}CREATE TABLE t (a REFERENCES p)`,
  ],
  [
    'NOT DEFERRABLE INITIALLY DEFERRED is not deferred',
    `${parent}CREATE TABLE t (a REFERENCES p NOT DEFERRABLE INITIALLY DEFERRED)`,
    `${parent}CREATE TABLE t (a REFERENCES p)`,
  ],
  [
    'DEFERRABLE alone is immediate',
    `${parent}CREATE TABLE t (a REFERENCES p DEFERRABLE)`,
    `${parent}CREATE TABLE t (a REFERENCES p)`,
  ],
  [
    'ABORT is what happens anyway',
    'CREATE TABLE t (a NOT NULL ON CONFLICT ABORT UNIQUE ON CONFLICT ABORT)',
    'CREATE TABLE t (a NOT NULL UNIQUE)',
  ],
  [
    'a conflict clause of a CHECK is ignored',
    'CREATE TABLE t (a, CHECK (a) ON CONFLICT IGNORE)',
    'CREATE TABLE t (a, CHECK (a))',
  ],
  ['BINARY is what a column has anyway', 'CREATE TABLE t (a TEXT COLLATE BINARY)', 'CREATE TABLE t (a TEXT)'],
  [
    "a key's collation that its column has",
    'CREATE TABLE t (a COLLATE nocase, UNIQUE (a COLLATE NOCASE))',
    'CREATE TABLE t (a COLLATE nocase, UNIQUE (a))',
  ],
  ['ASC is what a key has anyway', 'CREATE TABLE t (a, UNIQUE (a ASC))', 'CREATE TABLE t (a, UNIQUE (a))'],
  [
    'the order of constraints',
    'CREATE TABLE t (a, b, CHECK (a), CHECK (b), UNIQUE (a), UNIQUE (b))',
    'CREATE TABLE t (a, b, UNIQUE (b), CHECK (b), UNIQUE (a), CHECK (a))',
  ],
  [
    'no commas between table constraints',
    'CREATE TABLE t (a, PRIMARY KEY (a) CHECK (a > 0))',
    'CREATE TABLE t (a, PRIMARY KEY (a), CHECK (a > 0))',
  ],
  ['a name that names nothing', 'CREATE TABLE t (a CONSTRAINT lonely)', 'CREATE TABLE t (a)'],
  [
    'GENERATED ALWAYS may be left out',
    'CREATE TABLE t (a, b GENERATED ALWAYS AS (a) VIRTUAL)',
    'CREATE TABLE t (a, b AS (a))',
  ],
  [
    'NOT NULL on the key of a WITHOUT ROWID table',
    'CREATE TABLE t (a NOT NULL PRIMARY KEY) WITHOUT ROWID',
    'CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID',
  ],
  [
    'NOT NULL on the key of a STRICT table',
    'CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY) STRICT',
    'CREATE TABLE t (a TEXT PRIMARY KEY) STRICT',
  ],
  [
    'the order of the options',
    'CREATE TABLE t (a INT PRIMARY KEY) STRICT, WITHOUT ROWID',
    'CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ROWID, STRICT',
  ],
  ['IF NOT EXISTS', 'CREATE TABLE IF NOT EXISTS t (a)', 'CREATE TABLE t (a)'],
  [
    'the schema in front of the name',
    'CREATE TABLE main.t (a); CREATE INDEX main.i ON t (a)',
    'CREATE TABLE t (a); CREATE INDEX i ON t (a)',
  ],
  [
    'the order in which tables are created',
    'CREATE TABLE t (a); CREATE TABLE u (b)',
    'CREATE TABLE u (b); CREATE TABLE t (a)',
  ],
  [
    'ASC and parentheses in an index',
    'CREATE TABLE t (a); CREATE INDEX i ON t ((a) ASC)',
    'CREATE TABLE t (a); CREATE INDEX i ON t (a)',
  ],
  [
    'parentheses around WHERE',
    'CREATE TABLE t (a); CREATE INDEX i ON t (a) WHERE (a > 0)',
    'CREATE TABLE t (a); CREATE INDEX i ON t (a) WHERE a>0',
  ],
  [
    'quotes in an index',
    'CREATE TABLE t (a); CREATE INDEX "i" ON [t] ("a" COLLATE "nocase")',
    'CREATE TABLE t (a); CREATE INDEX i ON t (a COLLATE nocase)',
  ],
  [
    'the layout of a view',
    'CREATE TABLE t (a); CREATE VIEW v AS SELECT a -- it\nFROM t;',
    'CREATE TABLE t (a); create view "v" as select "a" from t',
  ],
  [
    'BEFORE and FOR EACH ROW are what a trigger has anyway',
    'CREATE TABLE t (a); CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW BEGIN SELECT 1; END',
    'CREATE TABLE t (a); CREATE TRIGGER r INSERT ON t BEGIN SELECT 1; END',
  ],
  [
    'the layout of a virtual table',
    'CREATE VIRTUAL TABLE f USING FTS5 (a, b)',
    'create virtual table if not exists f using fts5(a,b)',
  ],
]

test.each(pairs)('%s', (_, one, other) => {
  const [from, to] = [schemaOf(one), schemaOf(other)]
  expect([...from.unsupported, ...to.unsupported]).toEqual([])
  expect(diffSchemas(from, to)).toEqual([])
  expect(diffSchemas(to, from)).toEqual([])
  expect(fingerprint(from)).toBe(fingerprint(to))
})

test('the order of columns is no change, and yet in the fingerprint that binds a plan', () => {
  const [from, to] = [schemaOf('CREATE TABLE t (a, b)'), schemaOf('CREATE TABLE t (b, a)')]
  expect(diffSchemas(from, to)).toEqual([])
  expect(fingerprint(from)).not.toBe(fingerprint(to))
})
