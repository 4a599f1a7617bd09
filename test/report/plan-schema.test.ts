import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { bindPlan } from '../../src/apply/saved-plan.ts'
import { handleExecutor } from '../../src/engine/handle.ts'
import { runSync } from '../../src/engine/operation.ts'
import { scriptStatements } from '../../src/introspect/script-statements.ts'
import { hazardCodes, preflightCodes } from '../../src/plan/step.ts'
import { makePlan } from '../../src/prove/make-plan.ts'
import type { Plan } from '../../src/prove/plan.ts'
import { planToJson } from '../../src/report/json.ts'

const schema = JSON.parse(readFileSync(new URL('../../plan.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv({ strict: true, allErrors: true }).compile(schema)

function planFor(from: string, to: string): Plan {
  const db = new Database(':memory:')
  db.exec(from)
  const statements = scriptStatements(to, 'to.sql')
  const target = { statements, code: 'target-invalid', backfills: [], excludes: ['x_*'], renames: [] } as const
  return runSync(makePlan(target), handleExecutor(db))
}

function errorsOf(document: unknown): unknown {
  validate(JSON.parse(JSON.stringify(document)))
  return validate.errors
}

const plans: readonly (readonly [string, string, string])[] = [
  ['in sync', 'CREATE TABLE t (a)', 'CREATE TABLE t (a)'],
  [
    'a new table, view, index and trigger',
    '',
    'CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t; CREATE INDEX i ON t (a); CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END;',
  ],
  [
    'drops that are refused',
    'CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2); CREATE TABLE u (a); CREATE VIEW v AS SELECT a FROM t',
    'CREATE TABLE t (a)',
  ],
  [
    'a rebuild',
    'CREATE TABLE t (a INT, b BOOLEAN)',
    "CREATE TABLE t (a INTEGER PRIMARY KEY, b BOOLEAN DEFAULT 'true')",
  ],
  [
    'rows that do not fit',
    'CREATE TABLE t (a); INSERT INTO t VALUES (1), (1), (NULL)',
    'CREATE TABLE t (a NOT NULL UNIQUE)',
  ],
]

test.each(plans)('the JSON of a plan is as its JSON Schema says: %s', (_, from, to) => {
  const plan = planFor(from, to)
  expect(errorsOf(planToJson(plan))).toBeNull()
  expect(errorsOf({ ...planToJson(plan), database: 'a.db' })).toBeNull()
  expect(errorsOf({ ...planToJson(plan), ...bindPlan(plan, 'to.sql') })).toBeNull()
})

test('the JSON Schema refuses what is no plan', () => {
  const document = planToJson(planFor('', 'CREATE TABLE t (a)'))
  expect(errorsOf({ ...document, steps: [{ kind: 'create-table', sql: 1 }] })).not.toBeNull()
  expect(errorsOf({ ...document, inSync: 'yes' })).not.toBeNull()
  expect(errorsOf({})).not.toBeNull()
})

test('the JSON Schema knows the codes that the source knows', () => {
  const { hazards, preflight, changes, steps } = schema.definitions.plan.properties
  expect(hazards.items.properties.code.enum).toEqual(Object.keys(hazardCodes))
  expect(preflight.items.properties.code.enum).toEqual(preflightCodes)
  const source = (file: string): string => readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8')
  const kinds = [...source('diff/change.ts').matchAll(/readonly kind: '([a-z-]+)'/g)].map(([, kind]) => kind)
  expect([...changes.items.properties.kind.enum].sort()).toEqual([...new Set(kinds)].sort())
  const stepKinds = [
    ...source('plan/step.ts')
      .split('export interface Step')[0]!
      .matchAll(/\| '([a-z-]+)'/g),
  ].map(([, kind]) => kind)
  expect(steps.items.$ref).toBe('#/definitions/step')
  expect(schema.definitions.step.properties.kind.enum).toEqual(stepKinds)
})
