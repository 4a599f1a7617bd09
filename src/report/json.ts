import type { Step } from '../plan/step.ts'
import type { Plan } from '../prove/plan.ts'

/** A plan as one JSON document, described by `plan.schema.json` in this package. */
export interface PlanDocument {
  readonly version: 1
  readonly database?: string
  readonly engine: Plan['engine']
  readonly inSync: boolean
  readonly from: string
  readonly to: string
  readonly changes: Plan['changes']
  readonly steps: readonly StepDocument[]
  readonly hazards: Plan['hazards']
  readonly preflight: Plan['preflight']
  readonly reverse: Omit<Plan['reverse'], 'steps'> & { readonly steps: readonly StepDocument[] }
  readonly proof: Plan['proof']
  readonly kept: Plan['kept']
  readonly fast: Plan['fast']
  readonly excludes: readonly string[]
}

type StepDocument = Pick<Step, 'kind' | 'object' | 'sql' | 'why'>

/**
 * Writes a plan as data for a machine: the stable part of it, without what only applying needs.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { defineSchema, integer, plan, planToJson, table } from 'sqlite-converge'
 *
 * const schema = defineSchema({ users: table({ id: integer().notNull() }).primaryKey(['id']) })
 * const document = planToJson(await plan(new Database(':memory:'), schema))
 * console.log(document.changes[0].kind) // create-table
 * ```
 */
export function planToJson(plan: Plan): PlanDocument {
  const { version, engine, inSync, from, to, changes, hazards, preflight, proof, kept, fast, excludes } = plan
  const reverse = { ...plan.reverse, steps: plan.reverse.steps.map(stepToJson) }
  return {
    version,
    engine,
    inSync,
    from,
    to,
    changes,
    steps: plan.steps.map(stepToJson),
    hazards,
    preflight,
    reverse,
    proof,
    kept,
    fast,
    excludes,
  }
}

function stepToJson({ kind, object, sql, why }: Step): StepDocument {
  return { kind, object, sql, why }
}
