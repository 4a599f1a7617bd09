import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { diffSchemas } from '../../src/diff/diff-schemas.ts'
import { fingerprint } from '../../src/diff/fingerprint.ts'
import { targetOf } from '../../src/introspect/load-target.ts'
import { readTarget } from '../../src/introspect/target.ts'
import { foldName } from '../../src/model/name.ts'
import type { Schema } from '../../src/model/schema.ts'
import { writeDeclaration } from '../../src/report/write-declaration.ts'
import { writeScript } from '../../src/report/write-script.ts'
import { tokenize } from '../../src/sql/token.ts'
import { corpusCases } from '../corpus-cases.ts'
import { pragmaDisagreements } from '../introspect/pragma-disagreements.ts'
import { schemaIn, schemaOfTarget } from '../introspect/schema-of.ts'
import { declare } from '../report/declare.ts'
import { mutate, pick, randomNumbers, respell } from './mutate.ts'

/** CONVERGE_FUZZ_SEED (a number, or `random`) for other mutants, and CONVERGE_FUZZ_MUTANTS for more of them. */
const given = process.env.CONVERGE_FUZZ_SEED ?? '20261124'
const seed = given === 'random' ? Math.floor(Math.random() * 2 ** 32) : Number(given)
const wanted = Number(process.env.CONVERGE_FUZZ_MUTANTS ?? 20_000)
/** One mutant in three or so is accepted; should SQLite suddenly accept none, the test ends all the same. */
const attempts = wanted * 10

interface Origin {
  readonly setup: string
  readonly ddl: string
}

const table =
  'CREATE TABLE t (a INT, b TEXT, c, "d e" TEXT); CREATE TABLE log (x, y); CREATE TABLE words (begin, end); CREATE VIEW vw AS SELECT a, b FROM t;'
const triggers = [
  'CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log (x) VALUES (new.a); END',
  `CREATE TRIGGER IF NOT EXISTS main.tr BEFORE UPDATE OF a, "d e" ON t FOR EACH ROW WHEN new.a IS NOT old.a BEGIN
     UPDATE log SET x = CASE WHEN new.a THEN 1 ELSE 2 END WHERE y = old.b; DELETE FROM log WHERE x = 'end;'; END`,
  "CREATE TRIGGER [t r] INSTEAD OF DELETE ON vw BEGIN SELECT raise(ABORT, 'no'); END",
  'CREATE TRIGGER tr DELETE ON t BEGIN SELECT 1; SELECT (SELECT max(x) FROM log); END',
  'CREATE TRIGGER tr AFTER UPDATE ON words WHEN begin AND new.begin IS NOT end BEGIN UPDATE words SET end = begin; END',
]
const virtualTables = [
  'CREATE VIRTUAL TABLE ft USING fts5(title, body, tokenize = "porter ascii", prefix=\'2 3\')',
  'CREATE VIRTUAL TABLE IF NOT EXISTS rt USING rtree(id, x0, x1, +label)',
]

/** What is mutated: everything of the corpus that lands in the main catalog. CREATE TABLE … AS SELECT would run queries. */
const origins: readonly Origin[] = [
  ...corpusCases.filter(
    (one) => one.ddl !== '' && !/^s0|c012/.test(one.name) && !/^CREATE TEMP/.test(one.ddl + one.setup),
  ),
  ...triggers.map((ddl) => ({ setup: table, ddl })),
  ...virtualTables.map((ddl) => ({ setup: table, ddl })),
].filter(({ setup }) => !/CREATE TEMP/.test(setup))

const vocabulary = [
  ...new Set(origins.flatMap(({ ddl }) => tokenize(ddl).map((token) => token.text))),
  ..."STRICT ROWID STORED NULLS FIRST COLLATE nocase \"key\" 'a' [b] `c` x'00' -1 1e3 0x1F".split(' '),
]

describe(`with seed ${seed}`, { timeout: 60_000 + wanted * 20 }, () => {
  test('what SQLite accepts is read, and read as SQLite does', () => {
    const random = randomNumbers(seed)
    const found: string[] = []
    let accepted = 0
    let tried = 0
    for (; accepted < wanted && tried < attempts; tried++) {
      const origin = pick(random, origins)
      const sql = mutate(origin.ddl, vocabulary, random)
      const handle = create(origin.setup, sql)
      if (handle === undefined) continue
      accepted++
      const schema = schemaIn(handle)
      found.push(...report(sql, [...pragmaDisagreements(handle, schema), ...rewritten(schema)]))
      handle.close()
    }
    console.log(`fuzz: seed ${seed}, ${accepted} mutants accepted of ${tried}`)
    expect(found.slice(0, 10)).toEqual([])
    expect(accepted).toBe(wanted)
  })

  test('comments, spaces and the case of words make no difference', () => {
    const random = randomNumbers(seed)
    const found: string[] = []
    // The arguments of a virtual table are its module's own language. A type such as `[int eger](10)` SQLite itself
    // reports otherwise where a comment stands in it.
    const respelt = origins.filter(({ ddl }) => !virtualTables.includes(ddl) && !ddl.includes('[int eger]'))
    for (let round = 0; round * respelt.length < wanted / 8; round++) {
      for (const { setup, ddl } of respelt) {
        const before = read(setup, ddl)!
        const sql = respell(ddl, random)
        const after = read(setup, sql)
        if (after === undefined) found.push(`SQLite does not accept ${sql}`)
        else
          found.push(
            ...report(
              sql,
              diffSchemas(before, after).map((change) => change.kind),
            ),
          )
      }
    }
    expect(found.slice(0, 10)).toEqual([])
  })

  test('two mutants with the same fingerprint are the same to the pragmas', () => {
    const random = randomNumbers(seed + 1)
    const found: string[] = []
    let compared = 0
    for (let tried = 0; compared < wanted / 8 && tried < attempts; tried++) {
      const origin = pick(random, origins)
      const sql = mutate(origin.ddl, vocabulary, random)
      const [one, other] = [create(origin.setup, origin.ddl)!, create(origin.setup, sql)]
      if (other === undefined) continue
      const schema = schemaIn(one)
      if (fingerprint(schema) === fingerprint(schemaIn(other))) {
        compared++
        const directions = !hasSharedIndex(schema)
        if (facts(one, directions) !== facts(other, directions)) found.push(`${origin.ddl}\nand\n${sql}`)
      }
      one.close()
      other.close()
    }
    expect(found.slice(0, 10)).toEqual([])
    expect(compared).toBeGreaterThan(0)
  })
})

/** A database with the mutant in it, if SQLite accepts it as one statement that creates something. */
function create(setup: string, sql: string): Database.Database | undefined {
  const tokens = tokenize(sql)
  // CREATE TABLE … AS would run a query, which a mutation can make endless; what is temporary is in another catalog.
  if (tokens[0]?.key !== 'CREATE' || ['TEMP', 'TEMPORARY'].includes(tokens[1]?.key ?? '')) return undefined
  if (tokens[1]?.key === 'TABLE' && tokens.some((token) => token.key === 'SELECT' || token.key === 'VALUES'))
    return undefined
  const handle = new Database(':memory:')
  try {
    if (setup !== '') handle.exec(setup)
    handle.prepare(sql).run()
    return handle
  } catch {
    handle.close()
    return undefined
  }
}

function read(setup: string, sql: string): Schema | undefined {
  const handle = create(setup, sql)
  try {
    return handle && schemaIn(handle)
  } finally {
    handle?.close()
  }
}

/** What differs when a schema is written down, as a script and as a declaration, and read again. */
function rewritten(schema: Schema): readonly string[] {
  const script = schemaOfTarget(writeScript(schema))
  const declaration = readTarget(targetOf(declare(writeDeclaration(schema))))
  return [
    ...diffSchemas(schema, script).map((change) => `as a script: ${change.kind}`),
    ...diffSchemas(schema, declaration).map((change) => `as a declaration: ${change.kind}`),
  ]
}

function report(sql: string, found: readonly string[]): readonly string[] {
  return found.length === 0 ? [] : [`${JSON.stringify(sql)}\n  ${found.join('\n  ')}`]
}

/**
 * Of two constraints over the same columns SQLite makes one index, with the directions of the one that is written first: that
 * changes in which direction rows are read, and no result.
 */
function hasSharedIndex({ tables }: Schema): boolean {
  return tables.some(({ primaryKey, uniques }) => {
    const keys = [...(primaryKey ? [primaryKey] : []), ...uniques].map(({ columns }) =>
      JSON.stringify(columns.map((part) => foldName(part.name))),
    )
    return new Set(keys).size < keys.length
  })
}

/** What the pragmas say of a database, without what the fingerprint leaves out: the spelling of types and defaults. */
function facts(handle: Database.Database, directions: boolean): string {
  const all = (sql: string): unknown => handle.prepare(sql).raw().all()
  const tables = `pragma_table_list AS t WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%'`
  const of = (pragma: string): string => tables.replace(' WHERE ', ` JOIN ${pragma} AS p WHERE `)
  const name = 'lower(t.name)'
  const inOrder = [
    all(`SELECT ${name}, strict, wr FROM ${tables} ORDER BY 1`),
    all(`SELECT ${name}, p.name, p.pk, p.hidden, p."notnull" OR (p.pk AND (t.strict OR t.wr))
         FROM ${of("pragma_table_xinfo(t.name, 'main')")} ORDER BY 1, p.cid`),
    all(`SELECT ${name}, lower(p."table"), p.seq, lower(p."from"), lower(p."to"), p.on_update, p.on_delete
         FROM ${of("pragma_foreign_key_list(t.name, 'main')")} ORDER BY 1, 2, 3, 4, 5, 6, 7`),
    all(`SELECT ${name}, p."unique", p.partial, (
           SELECT group_concat(coalesce(lower(x.name), x.cid) || ' ' || lower(x.coll) || ' ' || (x."desc" AND ${Number(directions)}))
           FROM pragma_index_xinfo(p.name, 'main') AS x WHERE x.key
         ) FROM ${of("pragma_index_list(t.name, 'main')")} ORDER BY 1, 2, 3, 4`),
  ]
  return JSON.stringify(inOrder).toLowerCase()
}
