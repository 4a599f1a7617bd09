import { guardsOf } from '../apply/guards.ts'
import { withSession } from '../engine/session.ts'
import { prepareWith } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import { makePlan } from '../prove/make-plan.ts'
import type { Plan } from '../prove/plan.ts'
import { type DatabaseLike, type PlanOptions, planningOf, resolveTarget, type TargetLike } from './options.ts'

/**
 * Plans what turns a database into its target, with the way back, and proves both on a copy of the schema. It only
 * reads: a path is opened read-only.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { defineSchema, integer, plan, table } from 'sqlite-converge'
 *
 * const schema = defineSchema({ users: table({ id: integer().notNull() }).primaryKey(['id']) })
 * const { steps, reverse } = await plan(new Database(':memory:'), schema)
 * console.log(steps[0].sql, reverse.kind) // CREATE TABLE users (…) exact
 * ```
 * @throws ConvergeError where the database or the target can't be read, or the plan can't be made.
 */
export async function plan(database: DatabaseLike, target: TargetLike, options: PlanOptions = {}): Promise<Plan> {
  const resolved = await resolveTarget(target, options)
  const [{ lockTimeout }, prepare] = [guardsOf(options), prepareWith(options)]
  return withSession(database, { mode: 'read', lockTimeout, prepare }, ({ name, run }) =>
    run(waitForLocks({ name, lockTimeout }, makePlan(resolved, { prepare, ...planningOf(options) }))),
  )
}
