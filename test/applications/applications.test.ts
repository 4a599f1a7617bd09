import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type Database from 'better-sqlite3'
import { converge, fingerprint, plan, revert } from 'sqlite-converge'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diffSchemas } from '../../src/diff/diff-schemas.ts'
import { loadTarget } from '../../src/introspect/load-target.ts'
import { readTarget } from '../../src/introspect/target.ts'
import { objectsOf, type Schema } from '../../src/model/schema.ts'
import { writeDeclaration } from '../../src/report/write-declaration.ts'
import { writeScript } from '../../src/report/write-script.ts'
import { pragmaDisagreements } from '../introspect/pragma-disagreements.ts'
import { schemaIn, schemaOfTarget } from '../introspect/schema-of.ts'
import { typeCheck } from '../report/type-check.ts'
import { applications, create, withoutFunctions } from './applications.ts'
import { type Change, changes } from './changes.ts'
import { defineFunctions } from './functions.ts'
import { readState, textsThatDiffer } from './state.ts'

const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), '.tmp-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('there are seven applications or more, and every change is of one', () => {
  expect(applications.length).toBeGreaterThanOrEqual(7)
  const names = applications.map((one) => one.name)
  expect(Object.keys(changes).filter((name) => !names.includes(name))).toEqual([])
})

describe.each(applications.map((one) => [one.name, one] as const))('%s', (name, application) => {
  let handle: Database.Database
  let schema: Schema
  /** A text in double quotes is only read beside a database that has it. */
  let beside: { known?: Schema }
  beforeAll(() => {
    handle = create(application)
    schema = schemaIn(handle)
    beside = application.foreign.length > 0 ? { known: schema } : {}
  })

  test('is read without error', () => {
    expect(schema.unsupported).toEqual([])
    expect(objectsOf(schema).length).toBeGreaterThanOrEqual(9)
  })

  test('has the names, types, flags and keys that the pragmas say', () => {
    expect(pragmaDisagreements(handle, schema)).toEqual([])
  })

  test('is read the same where nobody has defined its functions', () => {
    const stranger = withoutFunctions(handle)
    expect(schemaIn(stranger)).toEqual(schema)
    expect(pragmaDisagreements(stranger, schema)).toEqual([])
  })

  test('written as a script and created from it, is the same schema', () => {
    const again = schemaOfTarget(writeScript(schema), beside.known)
    expect(diffSchemas(schema, again)).toEqual([])
    expect(diffSchemas(again, schema)).toEqual([])
    expect(fingerprint(again)).toBe(fingerprint(schema))
  })

  test('written as a declaration and planned against itself, is in sync', async () => {
    const file = join(folder, `${name}.ts`)
    writeFileSync(file, writeDeclaration(schema))
    const declared = readTarget(await loadTarget(file), beside)
    expect(diffSchemas(schema, declared)).toEqual([])
    expect(diffSchemas(declared, schema)).toEqual([])
    const { inSync, changes: none, steps } = await plan(handle, file)
    expect({ inSync, none, steps }).toEqual({ inSync: true, none: [], steps: [] })
  })
})

/** What a change is tried on: the database as it is, and, where it has a foreign piece, one in which that works. */
const trials = applications.flatMap((application) => {
  const change = changes[application.name]
  if (change === undefined) return []
  if (application.foreign.length === 0) return [{ title: application.name, application, change, standIns: false }]
  // What uses the foreign piece can be read and planned, but not run.
  const inert = { ...change, exercise: [], queries: [] }
  return [
    { title: application.name, application, change: inert, standIns: false },
    { title: `${application.name} with stand-ins`, application, change, standIns: true },
  ]
})

describe.each(trials.map((one) => [one.title, one] as const))('a change of %s', (title, trial) => {
  const { application, change, standIns } = trial

  test.each(['script', 'declaration'])(
    'in a %s is applied and reverted; texts, rows, triggers and searches are as before',
    async (kind) => {
      const handle = create(application, standIns)
      const before = readState(handle, change)
      const script = changed(schemaIn(handle), change.tables)
      const target = join(folder, `${title.replaceAll(' ', '-')}-changed.${kind === 'script' ? 'sql' : 'ts'}`)
      const wanted = schemaOfTarget(script, schemaIn(handle))
      writeFileSync(target, kind === 'script' ? script : writeDeclaration(wanted))

      // Newer versions change some of these tables by ALTER; here they have to be rebuilt.
      const version = { for: '3.40' }
      const unprepared = await plan(handle, target, version)
      const { verified, plan: made } = await converge(handle, target, { setup: defineFunctions, ...version })
      const reached = readState(handle, change)
      expect((await plan(handle, target)).inSync).toBe(true)
      await revert(handle, { setup: defineFunctions })
      const after = readState(handle, change)

      const tables = Object.keys(change.tables).sort()
      expect(unprepared.steps).toEqual(made.steps)
      expect(made.reverse.kind).toBe('exact')
      expect(verified.map(({ table }) => table).sort()).toEqual(tables)
      expect(textsThatDiffer(before, reached)).toEqual(tables.map((table) => `table ${table}`))
      expect({ ...reached, texts: before.texts }).toEqual(before)
      expect(after).toEqual(before)
    },
  )

  if (change.exercise.length > 0) {
    test('is tried with statements and searches that all do something', () => {
      const { untouched, exercised } = readState(create(application, standIns), change)
      for (const exercise of change.exercise) {
        const alone = readState(create(application, standIns), { ...change, exercise: [exercise] })
        expect(alone.exercised, exercise).not.toEqual(untouched)
      }
      expect(exercised.rows).not.toEqual(untouched.rows)
      for (const [index, found] of untouched.queries.entries()) expect(found, change.queries[index]).not.toEqual([])
    })
  }

  const { refused } = change
  if (refused !== undefined && !standIns) {
    test('that has to create the foreign piece anew is refused by its name, and writes nothing', async () => {
      const handle = create(application)
      const before = handle.serialize()
      const target = join(folder, `${title}-refused.sql`)
      writeFileSync(target, changed(schemaIn(handle), { [refused.table]: refused.change }))
      const refusal = { code: refused.code, message: expect.stringContaining(refused.says) }
      await expect(converge(handle, target, { setup: defineFunctions })).rejects.toMatchObject(refusal)
      expect(handle.serialize().equals(before)).toBe(true)
    })
  }
})

test('the declarations of all applications type-check, and one with a misspelt column in its key does not', () => {
  const files = applications.map((application) => {
    const file = join(folder, `checked-${application.name}.ts`)
    writeFileSync(file, writeDeclaration(schemaIn(create(application))))
    return file
  })
  const wrong = join(folder, 'checked-misspelt.ts')
  const right = readFileSync(join(folder, 'checked-rpm-primary.ts'), 'utf8')
  writeFileSync(wrong, right.replace(`.primaryKey(['pkgKey'])`, `.primaryKey(['pkgKye'])`))

  const found = typeCheck([...files, wrong])
  expect(found.filter((message) => !message.startsWith(wrong))).toEqual([])
  expect(found.filter((message) => message.startsWith(wrong))).toEqual([expect.stringContaining('pkgKye')])
})

/** The script of a schema with pieces of its tables changed. */
function changed(schema: Schema, tables: Change['tables']): string {
  return writeScript({
    ...schema,
    tables: schema.tables.map((table) => {
      const change = tables[table.name]
      if (change === undefined) return table
      expect(table.sql).toContain(change[0])
      return { ...table, sql: table.sql.replace(...change) }
    }),
  })
}
