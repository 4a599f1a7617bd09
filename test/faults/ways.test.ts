import { copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { convergeSync, type Plan } from 'sqlite-converge'
import { afterAll, expect, test } from 'vitest'
import { makeShop } from './shop.ts'
import { stateOf } from './state.ts'
import { adopted, inPlace, rebuilt, type Way, writeWay } from './ways.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-faults-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const seed = join(folder, 'seed.db')
makeShop(seed, 1_000)

function converged(fast: boolean, target: string): { plan: Plan; path: string } {
  const path = join(folder, `${target.length}-${fast}.db`)
  copyFileSync(seed, path)
  return { ...convergeSync(path, target, { fast }), path }
}

/** What there is, in no order, and each table's rows. */
function contents(path: string): unknown {
  const db = new Database(path)
  const catalog = db
    .prepare("SELECT name, tbl_name, sql FROM sqlite_schema WHERE tbl_name <> '_schema_journal' ORDER BY name")
    .raw()
    .all()
  const rows = ['items', 'parts', 'tags', 'log'].map((name) => db.prepare(`SELECT rowid, * FROM ${name}`).raw().all())
  const marks = db
    .prepare("SELECT name, seq FROM sqlite_sequence WHERE name <> '_schema_journal' ORDER BY 1")
    .raw()
    .all()
  db.close()
  return { catalog, rows, marks }
}

const expected: readonly (readonly [way: Way, fast: Plan['fast'], kinds: readonly string[], not: readonly string[]])[] =
  [
    [rebuilt, [], ['set-aside-table', 'copy-rows'], ['edit-catalog', 'build-key']],
    [
      inPlace,
      [{ table: 'items', way: 'in-place', why: expect.any(String) }],
      ['build-key', 'edit-catalog'],
      ['copy-rows', 'set-aside-table'],
    ],
    [
      adopted,
      [{ table: 'items', way: 'copy', why: 'rows may show the default of note without storing it' }],
      ['copy-rows', 'build-key', 'edit-catalog'],
      [],
    ],
  ]

test.each(expected)('the shop is changed $name', (way, fast, kinds, not) => {
  const target = writeWay(folder, way)
  const { plan, path } = converged(way.fast, target)
  const plain = converged(false, target)
  expect(plan.fast).toEqual(fast)
  const made = plan.steps.flatMap(({ kind, object }) => (object === 'items' ? [kind as string] : []))
  expect(made).toEqual(expect.arrayContaining([...kinds]))
  expect(made.filter((kind) => not.includes(kind))).toEqual([])
  expect(contents(path)).toEqual(contents(plain.path))
  const { digest: _, ...state } = stateOf(path)
  expect(state).toEqual({ integrity: 'ok', orphans: 1, entries: ['apply'] })
})
