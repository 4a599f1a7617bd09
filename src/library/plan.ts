import { lockTimeoutOf } from '../engine/lock-timeout.ts'
import { withSession } from '../engine/session.ts'
import { prepareWith } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import { type MatchedTarget, matchTarget } from '../prove/match-target.ts'
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
  const made = await planOrMatch(database, target, options)
  return 'matched' in made ? made.plan() : made
}

/** A database that needs no plan. */
export interface Matched {
  readonly matched: MatchedTarget
  plan(): Promise<Plan>
}

/**
 * The same for who wants to know no more than that there is nothing to do, where that is so. Most of what makes a plan, and all that reads a
 * schema, is loaded where it is needed.
 *
 * @throws ConvergeError as `plan` does.
 */
export async function planOrMatch(
  database: DatabaseLike,
  target: TargetLike,
  options: PlanOptions,
): Promise<Plan | Matched> {
  const resolved = await resolveTarget(target, options)
  const [lockTimeout, prepare] = [lockTimeoutOf(options), prepareWith(options)]
  const how = { prepare, ...planningOf(options) }
  return withSession(database, { mode: 'read', lockTimeout, prepare }, async ({ name, run }) => {
    const matched = await run(waitForLocks({ name, lockTimeout }, matchTarget(resolved)))
    if (matched !== undefined) {
      return {
        matched,
        plan: async () => (await import('../prove/plan-in-sync.ts')).planInSync(resolved, matched, how),
      }
    }
    const { makePlan } = await import('../prove/make-plan.ts')
    return run(waitForLocks({ name, lockTimeout }, makePlan(resolved, how)))
  })
}
