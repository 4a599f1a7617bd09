import { type Applied, applyPlan } from '../apply/apply-plan.ts'
import { type Guards, guardsOf } from '../apply/guards.ts'
import { withSession } from '../engine/session.ts'
import { prepareWith, type Setup } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import type { Plan } from '../prove/plan.ts'
import { type DatabaseLike, verifyLevel, type WriteOptions } from './options.ts'
import { toolVersion } from './version.ts'
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
  const [prepare, { watch, child }, guards] = [prepareWith(options), watched(options), guardsOf(options)]
  const { lockTimeout } = guards
  const opening = { mode: 'write', create, lockTimeout, prepare, ...child } as const
  const done = withSession(database, opening, async ({ name, inTransaction, run, end }) => {
    if (plan.inSync) return { verified: [] }
    const applied = applyPlan(plan, {
      ...guards,
      allow: options.allow ?? [],
      journal: options.journal ?? true,
      verify: verifyLevel(options),
      inTransaction,
      toolVersion: toolVersion(),
      now: () => new Date(),
      ...watch,
      ...(end && { end }),
      ...(targetName !== undefined && { targetName }),
    })
    return run(waitForLocks({ name, lockTimeout }, applied))
  })
  return done.catch((error: unknown) => afterInterruption(error, database, plan, { prepare }))
}
