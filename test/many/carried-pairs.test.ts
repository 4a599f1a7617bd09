import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyPlan } from '../../src/apply/apply-plan.ts'
import { handleExecutor } from '../../src/engine/handle.ts'
import { type Operation, runSync } from '../../src/engine/operation.ts'
import { scriptStatements } from '../../src/introspect/script-statements.ts'
import type { Target } from '../../src/introspect/target.ts'
import { readStart } from '../../src/many/read-start.ts'
import { ConvergeError } from '../../src/model/error.ts'
import { carryPlan } from '../../src/prove/carry-plan.ts'
import { makePlan } from '../../src/prove/make-plan.ts'
import type { Plan } from '../../src/prove/plan.ts'
import { type Pair, pair, scriptOf } from '../property/arbitrary-pair.ts'
import { openFirst } from '../property/open-first.ts'

const runs = Number(process.env.PROPERTY_RUNS ?? 120)
const seed = Number(process.env.PROPERTY_SEED ?? 20261128)

const settings = {
  foreignKeys: false,
  legacyAlterTable: false,
  recursiveTriggers: false,
  safeIntegers: false,
  inTransaction: false,
}

/** How many plans were carried, by what became of them. */
type Tally = Record<'carried' | 'anew' | 'unfit' | 'applied' | 'impossible' | 'lossy', number>

test('the plan of one database says of the rows of another what its own plan says', { timeout: 300_000 }, () => {
  const tally: Tally = { carried: 0, anew: 0, unfit: 0, applied: 0, impossible: 0, lossy: 0 }
  const property = fc.property(pair, how, (made, { none, ...planning }) => {
    const rows = none ? {} : firstRows(made)
    checkCarried({ ...made, settings }, rows, planning, tally)
  })
  fc.assert(property, { numRuns: runs, seed })
  console.info(`carried plans: seed ${seed} ${JSON.stringify(tally)}`)
  expect(tally.carried).toBeGreaterThan(runs)
  for (const [what, n] of Object.entries(tally)) expect(n, what).toBeGreaterThan(runs / 200)
})

const how = fc.record({ none: fc.boolean(), keep: fc.boolean(), fast: fc.boolean() })

/** Of each table one row. */
function firstRows({ rows }: Pair): Pair['rows'] {
  return Object.fromEntries(Object.entries(rows).map(([table, list]) => [table, list.slice(0, 1)]))
}

/** From a database with all rows to one with others, and the other way round. */
function checkCarried(
  pair: Pair,
  rows: Pair['rows'],
  planning: { readonly keep: boolean; readonly fast: boolean },
  tally: Tally,
): void {
  const fresh = new Database(':memory:')
  fresh.exec(scriptOf(pair.to))
  const dbs = [openFirst({ ...pair, analyzed: false }, fresh), openFirst({ ...pair, rows, analyzed: false }, fresh)]
  try {
    const target: Target = {
      statements: scriptStatements(scriptOf(pair.to), 'to.sql'),
      code: 'target-invalid',
      backfills: [],
      excludes: [],
      renames: [],
    }
    const starts = dbs.map((db) => on(db, readStart()).fingerprint)
    expect(starts[0]).toBe(starts[1])
    const plans = dbs.map((db) => attempt(() => on(db, makePlan(target, planning))))
    for (const [one, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const given = plans[one]!
      if (given instanceof ConvergeError) continue
      const carried = attempt(() => on(dbs[other]!, carryPlan(given)))
      if (carried === undefined) {
        tally.anew++
        continue
      }
      compare(carried, plans[other]!, tally)
      if (!(carried instanceof ConvergeError)) apply(dbs[other]!, carried, plans[other]!, tally)
    }
  } finally {
    for (const db of [...dbs, fresh]) db.close()
  }
}

function compare(carried: Plan | ConvergeError, own: Plan | ConvergeError, tally: Tally): void {
  if (carried instanceof ConvergeError || own instanceof ConvergeError) {
    // A copy with its rows can show more than the questions do; that it fails on the rows themselves is left to applying it.
    if (carried instanceof ConvergeError) expect(own).toMatchObject({ code: carried.code })
    return
  }
  tally.carried++
  if (own.preflight.length > 0) tally.unfit++
  const { reverse, hazards, ...more } = saidOfRows(carried)
  const { reverse: ownReverse, hazards: ownHazards, ...ownMore } = saidOfRows(own)
  expect(more).toEqual(ownMore)
  // What its rows are after the steps only the copy has shown.
  if (own.details.wayBack.unfit.length > 0) return
  expect(reverse).toEqual(ownReverse)
  expect(hazards).toEqual(ownHazards)
}

function saidOfRows({
  steps,
  hazards,
  preflight,
  reverse,
  rebuilds,
  kept,
}: Plan): Pick<Plan, 'steps' | 'hazards' | 'preflight' | 'reverse' | 'rebuilds' | 'kept'> {
  return { steps, hazards, preflight, reverse, rebuilds, kept }
}

/** Applies it, and takes everything back again. */
function apply(db: Database.Database, carried: Plan, own: Plan | ConvergeError, tally: Tally): void {
  if (carried.inSync || carried.preflight.length > 0) return
  db.exec('SAVEPOINT before_it')
  try {
    const options = {
      allow: ['data-loss', 'definition-loss'],
      journal: true,
      verify: 'values',
      toolVersion: 'test',
      now: () => new Date(),
    } as const
    const done = attempt(() => on(db, applyPlan(carried, { ...options, inTransaction: true })))
    if (done instanceof ConvergeError) {
      expect(own).toBeInstanceOf(ConvergeError)
      return
    }
    tally.applied++
    if (own instanceof ConvergeError) return
    const { kind } = JSON.parse(
      db.prepare('SELECT "reverse" FROM _schema_journal ORDER BY seq DESC').pluck().get() as string,
    )
    if (kind !== 'exact') tally[kind as 'lossy' | 'impossible']++
    // The journal never claims more than the own plan does.
    if (own.reverse.kind === 'impossible') expect(kind).toBe('impossible')
    if (own.reverse.kind === 'lossy') expect(kind).not.toBe('exact')
  } finally {
    db.exec('ROLLBACK TO before_it; RELEASE before_it')
  }
}

function on<T>(db: Database.Database, operation: Operation<T>): T {
  return runSync(operation, handleExecutor(db))
}

function attempt<T>(run: () => T): T | ConvergeError {
  try {
    return run()
  } catch (error) {
    if (error instanceof ConvergeError) return error
    throw error
  }
}
