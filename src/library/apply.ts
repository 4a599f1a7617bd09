import { type Applied, applyPlan } from '../apply/apply-plan.ts'
import { type Guards, guardsOf } from '../apply/guards.ts'
import { withSession } from '../engine/session.ts'
import { prepareWith, type Setup } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import type { Plan } from '../prove/plan.ts'
import { howToApply } from './how-to-apply.ts'
import type { DatabaseLike, WriteOptions } from './options.ts'
import { afterInterruption, watched } from './watch.ts'

/** Options of applying a plan that has been made. */
export interface ApplyOptions
  extends Setup,
    Guards,
    Pick<WriteOptions, 'allow' | 'journal' | 'verify' | 'create' | 'signal' | 'onProgress'> {
  /** What the target is called, for the journal. */
  readonly targetName?: string
}

/**
 * Applies a plan made by `plan`, in one transaction. A schema that has been changed since is refused.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { apply, defineSchema, integer, plan, table } from 'sqlite-converge'
 *
 * const db = new Database(':memory:')
 * const schema = defineSchema({ users: table({ id: integer().notNull() }).primaryKey(['id']) })
 * const made = await plan(db, schema)
 * if (!made.inSync) await apply(db, made)
 * ```
 * @throws ConvergeError `hazards`, `rows-do-not-fit`, `schema-drifted`, `database-locked`, `step-failed`, `interrupted`, …
 */
export async function apply(database: DatabaseLike, plan: Plan, options: ApplyOptions = {}): Promise<Applied> {
  const { create = false, targetName } = options
  const [prepare, { child }, { lockTimeout }] = [prepareWith(options), watched(options), guardsOf(options)]
  const opening = { mode: 'write', create, lockTimeout, prepare, ...child } as const
  const done = withSession(database, opening, async ({ name, run, ...session }) => {
    if (plan.inSync) return { verified: [] }
    const how = { ...howToApply(options, session), ...(targetName !== undefined && { targetName }) }
    return run(waitForLocks({ name, lockTimeout }, applyPlan(plan, how)))
  })
  return done.catch((error: unknown) => afterInterruption(error, database, plan, { prepare }))
}
