import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import {
  ConvergeError,
  convergeSync,
  type DeclaredSchema,
  fingerprint,
  isDeclaredSchema,
  type Plan,
  type PlanOptions,
  type Progress,
  plan,
  revert,
} from 'sqlite-converge'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyPlan } from '../../src/apply/apply-plan.ts'
import { diffSchemas } from '../../src/diff/diff-schemas.ts'
import { handleExecutor } from '../../src/engine/handle.ts'
import { runSync } from '../../src/engine/operation.ts'
import { loadScript, targetOf } from '../../src/introspect/load-target.ts'
import { readTarget } from '../../src/introspect/target.ts'
import { exclusion } from '../../src/model/exclude.ts'
import { hasRenames, type Renames } from '../../src/model/renames.ts'
import { filterSchema, type Schema } from '../../src/model/schema.ts'
import { schemaIn } from '../introspect/schema-of.ts'
import { answer } from './after.ts'
import { type Content, readContent, renamed, survivors } from './content.ts'
import { type Case, type Expected, readCase } from './read-case.ts'

/** What the handle has to come back with. */
const pragmas = ['foreign_keys', 'legacy_alter_table', 'recursive_triggers', 'ignore_check_constraints', 'query_only']

const everything = ['data-loss', 'definition-loss']

type Target = string | DeclaredSchema<unknown>

const here = import.meta.dirname
const directories = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe.each(directories.map((entry) => entry.name))('%s', (name) => {
  const one = readOrFail(name)
  if (one === undefined) return
  const fixed = one.options.handle?.foreign_keys
  for (const foreignKeys of fixed === undefined ? ['ON', 'OFF'] : [fixed]) {
    test(`foreign_keys ${foreignKeys}`, () => runCase(one, foreignKeys, {}))
  }
  test('with what SQLite 3.40 can do', () => runCase(one, fixed ?? 'ON', { for: '3.40' }))
  test('fast, and back', () => runFast(one, fixed ?? 'ON'))
  if (one.options.expect?.refused === undefined) {
    test('in parts of two rowids', () => runInParts(one, fixed ?? 'OFF'))
  }
})

/** What is copied and compared in parts gives what is copied at once, row by row. */
async function runInParts(one: Case, foreignKeys: string): Promise<void> {
  const { exclude = [], allow = [], keep = false, renames = [], backfills = [], conversions = [] } = one.options
  const options = { exclude, keep, renames, backfills, conversions }
  const [db, other] = [openStart(one, foreignKeys), openStart(one, foreignKeys)]
  try {
    const target = await loadTarget(one.to)
    const made = await plan(db, target, options)
    convergeSync(other, target, { ...options, allow })
    const counted = new Map<string, number>()
    const watch = ({ step, rows }: Progress): void => {
      if (rows !== undefined) counted.set(`${step!.number} ${rows.work}`, rows.done)
    }
    const now = (): Date => new Date()
    const rules = { allow, journal: true, verify: 'values', inTransaction: false, toolVersion: '0', now } as const
    if (!made.inSync) runSync(applyPlan(made, { ...rules, watch, rangeWidth: 2n }), handleExecutor(db))
    expect(withoutChance(look(db, exclude, target))).toEqual(withoutChance(look(other, exclude, target)))
    for (const [index, step] of made.steps.entries()) {
      const rows = made.rebuilds.find((rebuild) => rebuild.table === step.object)?.rows
      if (step.ranged !== undefined && rows) expect(counted.get(`${index + 1} copied`)).toBe(rows)
      if (step.compareRanged !== undefined && rows) expect(counted.get(`${index + 1} compared`)).toBe(rows)
    }
  } finally {
    db.close()
    other.close()
  }
}

/** A table that is changed where it is keeps its place in the catalog, and its columns theirs; its text is the same, in another order. */
function inNoOrder({ schema, content, ...rest }: Look): unknown {
  const inOrder = (list: readonly unknown[]): readonly string[] => list.map((one) => JSON.stringify(one)).sort()
  const tables = schema.tables.map(({ sql, primaryKey, columns, uniques, checks, foreignKeys, ...table }) => ({
    ...table,
    characters: [...sql].sort().join(''),
    primaryKey: { ...primaryKey, uniquesBefore: undefined },
    parts: [columns, uniques, checks, foreignKeys].map(inOrder),
  }))
  const lists = Object.entries({ ...schema, tables }).map(([kind, list]) => [
    kind,
    [...list].sort((a, b) => (a.name < b.name ? -1 : 1)),
  ])
  const rows = Object.entries(content.tables).map(([name, { columns, rows }]) => [
    name,
    { columns: inOrder(columns), rows: inOrder(rows.map((row) => Object.entries(row).sort())) },
  ])
  return withoutChance({ ...rest, ...content, schema: Object.fromEntries(lists), tables: Object.fromEntries(rows) })
}

/** What is done by the catalog is what is done by copying, row by row, there and back. */
async function runFast(one: Case, foreignKeys: string): Promise<void> {
  const { exclude = [], allow = [], keep = false, renames = [], backfills = [], conversions = [] } = one.options
  const options = { exclude, keep, renames, backfills, conversions }
  const [db, other] = [openStart(one, foreignKeys), openStart(one, foreignKeys)]
  try {
    const target = await loadTarget(one.to)
    const { refused, doneInPlace } = one.options.expect ?? {}
    if (refused !== undefined && !doneInPlace) {
      await expectRefusal(db, target, one, { fast: true })
      return
    }
    const start = look(db, exclude, target)
    const { plan: made } = convergeSync(db, target, { ...options, allow, fast: true })
    const reached = look(db, exclude, target)
    if (!doneInPlace) {
      convergeSync(other, target, { ...options, allow })
      expect(inNoOrder(reached)).toEqual(inNoOrder(look(other, exclude, target)))
    }
    expectTarget(reached.schema, managed(targetSchema(target), exclude, target))
    expect(db.pragma('writable_schema', { simple: true })).toBe(0)
    if (made.inSync || made.reverse.kind !== 'exact') return
    await revert(db, { fast: true })
    const back = look(db, exclude, target)
    expect(fingerprint(back.schema)).toBe(fingerprint(start.schema))
    expect({ ...back, schema: undefined }).toEqual({ ...start, schema: undefined })
  } finally {
    db.close()
    other.close()
  }
}

/** A directory that is no case fails by itself, and keeps no other from running. */
function readOrFail(name: string): Case | undefined {
  try {
    return readCase(join(here, name))
  } catch (error) {
    test('is a case', () => {
      throw error
    })
    return undefined
  }
}

/** What a default of `hex(randomblob(8))` gives is another text each time, and CURRENT_TIMESTAMP one a second later. */
function withoutChance(content: object): unknown {
  const text = JSON.stringify(content).replace(/'[0-9A-F]{16}'/g, "'random'")
  return JSON.parse(text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'now'))
}

/** Up, equals fresh creation, second plan empty, rows checked, down, equals the start, and up again. */
async function runCase(one: Case, foreignKeys: string, version: Pick<PlanOptions, 'for' | 'fast'>): Promise<void> {
  const db = openStart(one, foreignKeys)
  try {
    const {
      exclude = [],
      allow = [],
      keep = false,
      renames = [],
      backfills = [],
      conversions = [],
      expect: expected = {},
    } = one.options
    const target = await loadTarget(one.to)
    const start = look(db, exclude, target)
    if (expected.refused !== undefined) {
      await expectRefusal(db, target, one, version)
      return
    }
    const made = await plan(db, target, { exclude, keep, renames, backfills, conversions, ...version })
    expectPlan(made, expected, version)
    const converge = (): void =>
      void convergeSync(db, target, { exclude, allow, keep, renames, backfills, conversions, ...version })

    converge()
    const reached = look(db, exclude, target)
    expectTarget(reached.schema, managed(targetSchema(target), exclude, target))
    expectSurvival(start, reached, expected, made.details.renames)
    expect(answer(db, one.after)).toEqual(one.after)
    await expectInSync(db, target, exclude, converge)
    if (made.inSync) return

    if (made.reverse.kind === 'impossible') {
      const before = db.serialize()
      await expect(revert(db, { allow: everything })).rejects.toThrow(ConvergeError)
      expect(before.equals(db.serialize())).toBe(true)
      return
    }
    // What is exact needs no consent.
    await revert(db, { allow: made.reverse.kind === 'exact' ? [] : everything })
    const back = look(db, exclude, target)
    expect(diffSchemas(back.schema, start.schema)).toEqual([])
    if (made.reverse.kind !== 'exact') return
    expect(fingerprint(back.schema)).toBe(fingerprint(start.schema))
    expect({ ...back, schema: undefined }).toEqual({ ...start, schema: undefined })

    converge()
    const again = look(db, exclude, target)
    expect(fingerprint(again.schema)).toBe(fingerprint(reached.schema))
    if (expected.rewritten === undefined) expect(again.content.tables).toEqual(reached.content.tables)
  } finally {
    db.close()
  }
}

function openStart(one: Case, foreignKeys: string): Database.Database {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = OFF')
  for (const [pragma, value] of Object.entries(one.options.handle ?? {})) db.pragma(`${pragma} = ${value}`)
  db.pragma('foreign_keys = OFF')
  db.exec(one.from)
  db.exec(one.rows)
  db.pragma(`foreign_keys = ${foreignKeys}`)
  return db
}

/** A declaration is imported here, such that it and `convergeSync` share one copy of the package. */
async function loadTarget(path: string): Promise<Target> {
  if (path.endsWith('.sql')) return path
  const { default: declared } = (await import(path)) as { default: unknown }
  if (!isDeclaredSchema(declared)) throw new Error(`${path} declares no schema`)
  return declared
}

function targetSchema(target: Target): Schema {
  if (typeof target !== 'string') return readTarget(targetOf(target as DeclaredSchema))
  const db = new Database(':memory:')
  try {
    db.exec(readFileSync(target, 'utf8'))
    return schemaIn(db)
  } finally {
    db.close()
  }
}

function managed(schema: Schema, exclude: readonly string[], target: Target): Schema {
  const declared = typeof target === 'string' ? [] : target.exclude
  const isExcluded = exclusion([...exclude, ...declared], targetSchema(target))
  return filterSchema(schema, (object) => !isExcluded(object))
}

interface Look {
  /** Without what is excluded. */
  readonly schema: Schema
  readonly content: Content
  readonly orphans: readonly string[]
  /** `ok`, where the case does not begin otherwise. */
  readonly integrity: unknown
  readonly pragmas: Readonly<Record<string, unknown>>
  /** The text of everything that is excluded. */
  readonly excluded: readonly string[]
}

function look(db: Database.Database, exclude: readonly string[], target: Target): Look {
  const whole = schemaIn(db)
  const schema = managed(whole, exclude, target)
  const names = new Set(Object.values(schema).flatMap((list: Schema['tables']) => list.map((object) => object.name)))
  const excluded = db
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name <> '_schema_journal' AND name NOT LIKE 'sqlite%'
         AND name NOT LIKE '\\_schema\\_kept\\_%' ESCAPE '\\'
         AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')`,
    )
    .all()
    .flatMap(({ name, sql }) => (names.has(name) ? [] : [sql]))
  return {
    schema,
    content: readContent(db),
    orphans: readOrphans(db),
    integrity: db.pragma('integrity_check'),
    pragmas: Object.fromEntries(pragmas.map((pragma) => [pragma, db.pragma(pragma, { simple: true })])),
    excluded: excluded.sort(),
  }
}

function readOrphans(db: Database.Database): readonly string[] {
  const tables = db.prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all()
  return tables
    .flatMap(({ name }) => {
      try {
        const rows = db
          .prepare<string[], { parent: string; columns: string; rowid: number | null }>(
            `SELECT f.parent, f.rowid, k.columns FROM pragma_foreign_key_check(?) AS f JOIN
               (SELECT id, group_concat("from") AS columns FROM pragma_foreign_key_list(?) GROUP BY id) AS k ON k.id = f.fkid`,
          )
          .all(name, name)
        return rows.map((row) => `${name} (${row.columns}) → ${row.parent}: row ${row.rowid}`)
      } catch (error) {
        return [`${name}: ${(error as Error).message}`]
      }
    })
    .sort()
}

async function expectRefusal(
  db: Database.Database,
  target: Target,
  { options }: Case,
  version: Pick<PlanOptions, 'for' | 'fast'>,
): Promise<void> {
  const { exclude = [], allow = [], keep = false, renames = [], backfills = [], conversions = [] } = options
  const { expect: expected = {} } = options
  const before = db.serialize()
  const start = look(db, exclude, target)
  let refusal: unknown
  try {
    expectPlan(
      await plan(db, target, { exclude, keep, renames, backfills, conversions, ...version }),
      expected,
      version,
    )
    convergeSync(db, target, { exclude, allow, keep, renames, backfills, conversions, ...version })
  } catch (error) {
    refusal = error
  }
  if (!(refusal instanceof ConvergeError)) throw refusal ?? new Error(`not refused: ${expected.refused} was expected`)
  expect(`${refusal.code}: ${refusal.message}`).toMatch(new RegExp(`^${expected.refused}: `))
  expect(look(db, exclude, target)).toEqual(start)
  expect(before.equals(db.serialize()), 'a refusal changes nothing').toBe(true)
}

function expectPlan(made: Plan, expected: Expected, version: Pick<PlanOptions, 'for' | 'fast'>): void {
  const { changes, reverse, hazards, preflight } = expected
  const steps = (version.for === undefined ? expected.nativeSteps : undefined) ?? expected.steps
  if (changes) expect(made.changes.map((change) => change.kind).sort()).toEqual([...changes].sort())
  if (steps && version.fast === undefined) expect(made.steps.map((step) => step.kind)).toEqual(steps)
  if (hazards) expect(codes(made.hazards)).toEqual([...hazards].sort())
  if (preflight) expect(codes(made.preflight)).toEqual([...preflight].sort())
  if (reverse) {
    const { kind, losses, reasons } = made.reverse
    expect(kind, [...losses, ...reasons].join('; ')).toBe(reverse)
  }
}

function codes(list: readonly { readonly code: string }[]): readonly string[] {
  return list.map(({ code }) => code).sort()
}

function expectTarget(reached: Schema, wanted: Schema): void {
  expect(diffSchemas(reached, wanted)).toEqual([])
  expect(diffSchemas(wanted, reached)).toEqual([])
}

function expectSurvival(start: Look, reached: Look, { rewritten = [] }: Expected, renames: Renames): void {
  const { before, after } = survivors(renamed(start.content, renames), reached.content, reached.schema, rewritten)
  expect(after).toEqual(before)
  // SQLite rewrites what refers to a renamed table, what is excluded too.
  if (!hasRenames(renames)) expect(reached.excluded).toEqual(start.excluded)
  expect(reached.integrity).toEqual(start.integrity)
  expect(reached.pragmas).toEqual(start.pragmas)
  const worse = reached.orphans.filter((orphan) => !start.orphans.includes(orphan))
  expect(worse, 'foreign_key_check').toEqual([])
}

async function expectInSync(
  db: Database.Database,
  target: Target,
  exclude: readonly string[],
  converge: () => void,
): Promise<void> {
  const before = db.serialize()
  const second = await plan(db, target, { exclude })
  expect(second.changes).toEqual([])
  expect(second.inSync).toBe(true)
  converge()
  expect(before.equals(db.serialize()), 'what is in sync is not written').toBe(true)
}

describe('a case directory', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cases-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['without-a-start', { 'to.sql': '' }, 'lacks from.sql'],
    ['without-a-target', { 'from.sql': '' }, 'needs to.sql or to.ts'],
    ['with-two-targets', { 'from.sql': '', 'to.sql': '', 'to.ts': '' }, 'one of them only'],
    ['with-another-file', { 'from.sql': '', 'to.sql': '', 'form.sql': '' }, 'form.sql'],
    ['with-unknown-option', { 'from.sql': '', 'to.sql': '', 'options.json': '{"except":[]}' }, 'except'],
    ['with-unknown-expectation', { 'from.sql': '', 'to.sql': '', 'options.json': '{"expect":{"step":[]}}' }, 'step'],
    ['without-an-answer', { 'from.sql': '', 'to.sql': '', 'after.sql': 'SELECT 1;' }, 'no answer'],
    ['short', { 'from.sql': '', 'to.sql': '' }, 'a-sentence-with-hyphens'],
  ])('%s fails', (name, files, message) => {
    const directory = join(folder, name)
    mkdirSync(directory)
    for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text)
    expect(() => readCase(directory)).toThrow(message)
  })

  test('of a script is read as the library reads it', () => {
    for (const entry of directories) {
      const { to } = readCase(join(here, entry.name))
      if (to.endsWith('.sql')) expect(diffSchemas(readTarget(loadScript(to)), targetSchema(to))).toEqual([])
    }
  })
})
