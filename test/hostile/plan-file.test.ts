import { copyFileSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bindPlan } from '../../src/apply/saved-plan.ts'
import { apply, plan, planToJson } from '../../src/index.ts'
import { planFromFile } from '../../src/library/saved-plan.ts'
import { randomNumbers } from '../sql/mutate.ts'
import { loot, makeHostile, outcomeOf, theft } from './attack.ts'

const seed = 20261125
const edits = 400
const target = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT);
  CREATE TABLE pets (id INTEGER PRIMARY KEY, owner REFERENCES users (id), name TEXT);
  CREATE INDEX by_name ON users (name);
  CREATE VIEW named AS SELECT name FROM users;`

type Json = { [key: string]: unknown }

let folder: string
let saved: string
let wanted: unknown
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-hostile-')))
  const [origin, to] = [join(folder, 'origin.db'), join(folder, 'to.sql')]
  makeHostile(origin, () => {})
  writeFileSync(to, target)
  const made = await plan(origin, to)
  saved = JSON.stringify({ ...planToJson(made), ...bindPlan(made, 'to.sql') })
  expect(await applySaved(saved)).toBe('done')
  wanted = contentOf()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function applySaved(text: string): Promise<string> {
  const [path, file] = [join(folder, 'app.db'), join(folder, 'plan.json')]
  copyFileSync(join(folder, 'origin.db'), path)
  writeFileSync(file, text)
  return outcomeOf(async () => {
    const { plan: made, target: name } = await planFromFile(path, file)
    return [JSON.stringify(await apply(path, made, { targetName: name }))]
  })
}

function contentOf(name = 'app.db'): unknown {
  const db = new Database(join(folder, name), { readonly: true })
  const catalog = db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE tbl_name <> '_schema_journal' ORDER BY name")
    .raw()
    .all()
  const rows = ['users', 'pets'].map((table) => db.prepare(`SELECT * FROM ${table}`).raw().all())
  db.close()
  return [catalog, rows]
}

/** An edited plan does what the plan did that was reviewed, or nothing. */
async function expectHarmless(text: string): Promise<string> {
  const outcome = await applySaved(text)
  expect(readdirSync(folder).sort()).toEqual(['app.db', 'origin.db', 'plan.json', 'to.sql'])
  expect(readdirSync(tmpdir())).not.toContain(loot.split('/').at(-1))
  expect(contentOf()).toEqual(outcome === 'done' ? wanted : contentOf('origin.db'))
  return outcome
}

const catalogRow = (sql: string, type = 'table', name = 'users'): Json => ({ type, name, tbl_name: name, sql })
const handMade: readonly (readonly [what: string, edit: (plan: Json) => void, code: string])[] = [
  ['steals in a step', (file) => void Object.assign((file.steps as Json[])[0]!, { sql: theft }), 'plan-differs'],
  [
    'steals after a step',
    (file) => void Object.assign((file.steps as Json[])[0]!, { sql: `DROP TABLE users; ${theft}` }),
    'plan-differs',
  ],
  ['has a step more', (file) => void (file.steps as unknown[]).push({ sql: theft }), 'plan-differs'],
  ['steals in its target', (file) => void catalogOf(file).push(catalogRow(theft)), 'plan-file-unreadable'],
  [
    'runs a query in its target',
    (file) => void catalogOf(file).push(catalogRow('CREATE TABLE a AS SELECT 1')),
    'plan-file-unreadable',
  ],
  [
    'goes on in a table',
    (file) => void catalogOf(file).push(catalogRow(`CREATE TABLE a (b); ${theft}`)),
    'plan-file-unreadable',
  ],
  [
    'goes on in an index',
    (file) => void catalogOf(file).push(catalogRow(`CREATE INDEX i ON users (id) WHERE id; ${theft}`, 'index', 'i')),
    'plan-file-unreadable',
  ],
  [
    'goes on in a view',
    (file) => void catalogOf(file).push(catalogRow(`CREATE VIEW v AS SELECT 1; ${theft}`, 'view', 'v')),
    'plan-file-unreadable',
  ],
  ['has a table twice', (file) => void catalogOf(file).push(...catalogOf(file)), 'plan-file-unreadable'],
  ['has a null in its target', (file) => void catalogOf(file).push(null), 'plan-file-unreadable'],
  [
    'fills by two statements',
    (file) =>
      void Object.assign(file.target as Json, {
        backfills: [{ table: 'users', column: 'name', expression: `1); ${theft}; --` }],
      }),
    'plan-file-unreadable',
  ],
  [
    'fills a table that is not there',
    (file) =>
      void Object.assign(file.target as Json, { backfills: [{ table: '"; --', column: '"', expression: '1' }] }),
    'usage',
  ],
  ['excludes everything', (file) => void Object.assign(file.target as Json, { excludes: ['*'] }), 'plan-differs'],
  [
    'excludes by a glob that is too long',
    (file) => void Object.assign(file.target as Json, { excludes: ['a'.repeat(70_000)] }),
    'plan-file-unreadable',
  ],
  ['is of another version', (file) => void Object.assign(file, { version: 2 }), 'plan-file-unreadable'],
  ['is bound to nothing', (file) => void Object.assign(file, { binding: '' }), 'schema-drifted'],
  ['is called as a terminal obeys', (file) => void Object.assign(file.target as Json, { name: '\u001b[31m' }), 'done'],
]
const broken: Readonly<Record<string, string>> = {}

function catalogOf(file: Json): unknown[] {
  return (file.target as Json).catalog as unknown[]
}

for (const [what, edit, code] of handMade) {
  const bug = broken[what]
  const run = bug === undefined ? test : test.fails
  run(`a plan file that ${what} does no harm${bug === undefined ? '' : ` (${bug})`}`, async () => {
    const file = JSON.parse(saved) as Json
    edit(file)
    expect(await expectHarmless(JSON.stringify(file))).toBe(code)
  })
}

test('a plan file that is cut, empty or no JSON is not read', async () => {
  for (const text of [
    '',
    '\u0000',
    saved.slice(0, -2),
    `${saved}x`,
    '['.repeat(100_000),
    'null',
    '"x"',
    '[[]]',
    '1e999',
  ]) {
    expect(await expectHarmless(text)).toBe('plan-file-unreadable')
  }
})

test(`${edits} plan files with something else anywhere do no harm`, async () => {
  const random = randomNumbers(seed)
  const outcomes = new Map<string, number>()
  for (let n = 0; n < edits; n++) {
    const file = JSON.parse(saved) as Json
    const places = placesOf(file)
    const [owner, key] = places[Math.floor(random() * places.length)]!
    const values = [null, 5, -1, true, 'x', '', [], {}, [null], `'; ${theft}; --`, '__proto__', '\u001b[31m']
    const value = values[Math.floor(random() * values.length)]
    owner[key] = value
    const outcome = await expectHarmless(JSON.stringify(file)).catch((cause: unknown) => {
      throw new Error(`edit ${n} of seed ${seed}: ${key} = ${JSON.stringify(value)}`, { cause })
    })
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  console.log(`${edits} edited plan files of seed ${seed}:`, Object.fromEntries(outcomes))
  expect([...outcomes.keys()].sort()).toEqual(expect.arrayContaining(['done', 'plan-differs', 'plan-file-unreadable']))
}, 60_000)

/** Every place in a document that something else can be put. */
function placesOf(value: unknown): readonly (readonly [owner: Json, key: string])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [[value as Json, key] as const, ...placesOf(inner)])
}
