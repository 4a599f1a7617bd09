import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { diffSchemas } from '../../src/diff/diff-schemas.ts'
import { loadTarget } from '../../src/introspect/load-target.ts'
import { readTarget } from '../../src/introspect/target.ts'
import { writeCatalog } from '../../src/introspect/write-catalog.ts'
import type { Schema } from '../../src/model/schema.ts'
import { writeDeclaration } from '../../src/report/write-declaration.ts'
import { writeScript } from '../../src/report/write-script.ts'
import { type CorpusCase, corpusCases } from '../corpus-cases.ts'
import { schemaIn, schemaOfTarget } from '../introspect/schema-of.ts'
import { typeCheck } from './type-check.ts'

const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), '.tmp-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function schemaOf({ setup, ddl, after }: Pick<CorpusCase, 'setup' | 'ddl' | 'after'>): Schema {
  const db = new Database(':memory:')
  db.exec(setup)
  // SQLite refuses to create a table with a collation that it does not know, and reads one that somebody else has made.
  if (ddl.includes('my_coll')) writeCatalog(db, [{ type: 'table', name: 't', tbl_name: 't', sql: ddl.trim() }], 'own')
  else db.exec(ddl)
  db.exec(after)
  return schemaIn(db)
}

function fileOf(one: CorpusCase): string {
  const file = join(folder, `${one.name}.ts`)
  writeFileSync(file, writeDeclaration(schemaOf(one)))
  return file
}

test.each(corpusCases)('written as a script, $name is the same schema', (one) => {
  const schema = schemaOf(one)
  const again = schemaOfTarget(writeScript(schema))
  expect(diffSchemas(schema, again)).toEqual([])
  // A comment behind the statement is not part of it.
  for (const [index, table] of schema.tables.entries())
    expect(table.sql.startsWith(again.tables[index]!.sql)).toBe(true)
})

test.each(corpusCases)('written as a declaration, $name is the same schema', async (one) => {
  expect(diffSchemas(schemaOf(one), readTarget(await loadTarget(fileOf(one))))).toEqual([])
})

test('the declarations of the whole corpus type-check', () => {
  expect(typeCheck(corpusCases.map(fileOf))).toEqual([])
})

const everything = `
CREATE TABLE parents (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT COLLATE NOCASE CONSTRAINT nn NOT NULL ON CONFLICT IGNORE);
CREATE TABLE "odd ""name"" \`\${x}" (
  "__proto__" TEXT DEFAULT 'a\\b', b "my type" CONSTRAINT d DEFAULT (1 + 1), c AS (upper(b)) STORED, d REAL DEFAULT 1.50,
  e BLOB DEFAULT x'00ff', f INTEGER DEFAULT 9223372036854775807, g DATETIME DEFAULT CURRENT_TIMESTAMP, p INTEGER
    REFERENCES parents ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT pk PRIMARY KEY (b DESC, d), UNIQUE (e COLLATE RTRIM) ON CONFLICT REPLACE, CHECK (b <> '\`' AND d > 0 -- why
  )
) WITHOUT ROWID;
CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, a ANY);
CREATE TABLE letters (Id INTEGER, Name TEXT, PRIMARY KEY (ID), UNIQUE (NAME), FOREIGN KEY (NAME) REFERENCES Parents (CODE),
  FOREIGN KEY (ID) REFERENCES nowhere (x), FOREIGN KEY (id) REFERENCES parents (absent), FOREIGN KEY (id) REFERENCES v (one));
CREATE INDEX by_letters ON letters (NAME DESC);
CREATE TRIGGER of_letters AFTER UPDATE OF NAME ON Letters BEGIN SELECT 1; END;
CREATE TABLE tight (id INTEGER NOT NULL, a ANY, PRIMARY KEY (id)) STRICT;
CREATE UNIQUE INDEX i ON parents (code COLLATE BINARY DESC, lower(code)) WHERE code LIKE '\\%' ESCAPE '\\';
CREATE VIEW v (one, two) AS SELECT id, code FROM parents -- a comment
;
CREATE TRIGGER t INSTEAD OF UPDATE OF one, two ON v WHEN new.one IS NOT old.one BEGIN
  UPDATE parents SET code = CASE WHEN new.two = '' THEN NULL ELSE new.two END WHERE id = old.one; SELECT 1;
END;
CREATE VIRTUAL TABLE search USING fts5(code, content='parents', content_rowid='id', tokenize = "porter ascii");
`

test('everything that the model holds can be declared', async () => {
  const schema = schemaOf({ setup: '', ddl: everything, after: '' })
  const file = join(folder, 'everything.ts')
  writeFileSync(file, writeDeclaration(schema))
  expect(diffSchemas(schema, readTarget(await loadTarget(file)))).toEqual([])
  expect(typeCheck([file])).toEqual([])
  expect(schema.unsupported).toEqual([])
  expect(diffSchemas(schema, schemaOfTarget(writeScript(schema)))).toEqual([])
})
