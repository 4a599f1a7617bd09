import { type Applied, applyPlan } from '../apply/apply-plan.ts'
import { withSession } from '../engine/session.ts'
import { prepareWith, type Setup } from '../engine/setup.ts'
import type { Plan } from '../prove/plan.ts'
import { type DatabaseLike, verifyLevel, type WriteOptions } from './options.ts'
import { toolVersion } from './version.ts'
import { afterInterruption, watched } from './watch.ts'

/** Options of applying a plan that has been made. */
export interface ApplyOptions
  extends Setup,
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
  const [prepare, { watch, child }] = [prepareWith(options), watched(options)]
  const done = withSession(database, { mode: 'write', create, prepare, ...child }, async (session) => {
    if (plan.inSync) return { verified: [] }
    return session.run(
      applyPlan(plan, {
        allow: options.allow ?? [],
        journal: options.journal ?? true,
        verify: verifyLevel(options),
        inTransaction: session.inTransaction,
        toolVersion: toolVersion(),
        now: () => new Date(),
        ...watch,
        ...(targetName !== undefined && { targetName }),
      }),
    )
  })
  return done.catch((error: unknown) => afterInterruption(error, database, plan, { prepare }))
}
