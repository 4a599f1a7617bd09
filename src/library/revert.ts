import { choosePlans, type RevertChoice } from '../apply/choose-plans.ts'
import { type Guards, guardsOf } from '../apply/guards.ts'
import { readJournal } from '../apply/journal.ts'
import { planRevert, type RevertPlan } from '../apply/plan-revert.ts'
import { type Expected, rehearseReverts, revertPlans, type Undone } from '../apply/revert-plans.ts'
import { withSession } from '../engine/session.ts'
import { prepareWith, type Setup } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import { withCopy } from '../engine/with-copy.ts'
import { howToApply } from './how-to-apply.ts'
import type { DatabaseLike, PlanOptions, WriteOptions } from './options.ts'
import { toolVersion } from './version.ts'
import { afterInterruption, watched } from './watch.ts'

/** What reverting has done: how the last plan was undone, and those before it where several were. */
export interface Reverted extends Undone {
  /** In the order in which they were undone. */
  readonly further: readonly Undone[]
}

/** The way back from the last plan, and from those before it where several are undone. */
export interface WayBack extends RevertPlan {
  /** In the order in which they are undone. It ends before a plan whose way back live rows do not fit. */
  readonly further: readonly RevertPlan[]
}

/** Options of planning the way back: `steps` or `to`, and what the application brings. */
export interface PlanBackOptions extends Setup, RevertChoice, Pick<Guards, 'lockTimeout'>, Pick<PlanOptions, 'fast'> {}

/** Options of reverting. */
export interface RevertOptions
  extends PlanBackOptions,
    Guards,
    Pick<WriteOptions, 'allow' | 'verify' | 'signal' | 'onProgress'> {
  /** What has been shown to somebody, for each plan: where it is no longer so, the revert is refused. */
  readonly expect?: Expected | readonly Expected[]
}

/**
 * Plans the way back from the last plan in force, or from the last `steps` plans, or from all after the plan `to`. It only reads;
 * several are tried on a copy of the whole database, in the folder for temporary files, since each starts from what the one before
 * has left.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { converge, defineSchema, integer, planBack, table } from 'sqlite-converge'
 *
 * const db = new Database(':memory:')
 * await converge(db, defineSchema({ users: table({ id: integer().notNull() }).primaryKey(['id']) }))
 * const { plan } = await planBack(db)
 * console.log(plan.steps.map((step) => step.sql)) // [ 'DROP TABLE "users"' ]
 * ```
 * @throws ConvergeError `nothing-to-revert`, `usage`, `no-way-back`, `journal-unreadable`; for several plans
 * `unsupported-connection` for a Kysely instance, and `in-transaction` in one.
 */
export async function planBack(database: DatabaseLike, options: PlanBackOptions = {}): Promise<WayBack> {
  const [choice, prepare, { lockTimeout }] = [choiceOf(options), prepareWith(options), guardsOf(options)]
  const { fast = false } = options
  const opening = { mode: 'read', lockTimeout, prepare } as const
  const only = await withSession(database, opening, async ({ name, run }) => {
    const { length } = choosePlans(await run(waitForLocks({ name, lockTimeout }, readJournal())), choice)
    return length === 1 ? run(waitForLocks({ name, lockTimeout }, planRevert({ prepare, fast }))) : undefined
  })
  if (only !== undefined) return { ...only, further: [] }
  const once = { toolVersion: toolVersion(), now: () => new Date() }
  const [first, ...further] = await withCopy(database, opening, rehearseReverts(choice, { prepare, fast }, once))
  return { ...first!, further }
}

/**
 * Undoes the last plan in force, or the last `steps` plans, or all after the plan `to`: plans the way back anew to the schema that
 * the journal recorded before each, proves it, and applies it, all in one transaction. A revert is never reverted: two calls go two
 * plans back.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { converge, defineSchema, integer, revert, table } from 'sqlite-converge'
 *
 * const db = new Database(':memory:')
 * await converge(db, defineSchema({ users: table({ id: integer().notNull() }).primaryKey(['id']) }))
 * await converge(db, defineSchema({ users: table({ id: integer().notNull(), age: integer() }).primaryKey(['id']) }))
 * await revert(db, { steps: 2 }) // the column and then the table are gone again: they held nothing
 * ```
 * @throws ConvergeError `nothing-to-revert`, `usage`, `hazards` where data came since, `rows-do-not-fit`, …
 */
export async function revert(database: DatabaseLike, options: RevertOptions = {}): Promise<Reverted> {
  const { expect, fast = false } = options
  const [choice, prepare] = [choiceOf(options), prepareWith(options)]
  const [{ child }, { lockTimeout }] = [watched(options), guardsOf(options)]
  let begun: RevertPlan['plan'] | undefined
  const opening = { mode: 'write', lockTimeout, prepare, ...child } as const
  const done = withSession(database, opening, async ({ name, run, ...session }) => {
    const shown = expect === undefined ? {} : { expect: [expect].flat() }
    const begins = (plan: RevertPlan['plan']): void => {
      begun = plan
    }
    const how = { ...howToApply(options, session), choice, prepare, fast, begins, ...shown }
    const [first, ...further] = await run(waitForLocks({ name, lockTimeout }, revertPlans(how)))
    return { ...first!, further }
  })
  return done.catch((error: unknown) => afterInterruption(error, database, begun, { prepare }))
}

function choiceOf({ steps, to }: { steps?: number | undefined; to?: string | undefined }): RevertChoice {
  return { ...(steps !== undefined && { steps }), ...(to !== undefined && { to }) }
}
