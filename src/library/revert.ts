import { type Applied, applyPlan } from '../apply/apply-plan.ts'
import { type Guards, guardsOf } from '../apply/guards.ts'
import { planRevert, type RevertPlan } from '../apply/plan-revert.ts'
import type { Operation } from '../engine/operation.ts'
import { type Session, withSession } from '../engine/session.ts'
import { type Prepare, prepareWith, type Setup } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import { ConvergeError } from '../model/error.ts'
import { type DatabaseLike, verifyLevel, type WriteOptions } from './options.ts'
import { toolVersion } from './version.ts'
import { afterInterruption, watched } from './watch.ts'

/** What reverting has done. */
export interface Reverted extends Applied {
  /** The id of the plan that was undone. */
  readonly reverted: string
  readonly plan: RevertPlan['plan']
  readonly drifted: boolean
}

/** Options of reverting. */
export interface RevertOptions extends Setup, Guards, Pick<WriteOptions, 'allow' | 'verify' | 'signal' | 'onProgress'> {
  /** What has been shown to somebody: where it is no longer so, the revert is refused. */
  readonly expect?: { readonly entry: string; readonly binding: string }
}

/**
 * Plans the way back from the last plan in force. It only reads.
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
 * @throws ConvergeError `nothing-to-revert`, `no-way-back`, `journal-unreadable`
 */
export async function planBack(
  database: DatabaseLike,
  options: Setup & Pick<Guards, 'lockTimeout'> = {},
): Promise<RevertPlan> {
  const [{ lockTimeout }, prepare] = [guardsOf(options), prepareWith(options)]
  return withSession(database, { mode: 'read', lockTimeout, prepare }, ({ name, run }) =>
    run(waitForLocks({ name, lockTimeout }, planRevert(prepare))),
  )
}

/**
 * Undoes the last plan in force: plans the way back anew to the schema that the journal recorded before it, proves it, and
 * applies it in one transaction. Two calls go two plans back.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { converge, defineSchema, integer, revert, table } from 'sqlite-converge'
 *
 * const db = new Database(':memory:')
 * await converge(db, defineSchema({ users: table({ id: integer().notNull() }).primaryKey(['id']) }))
 * await revert(db) // the table is gone again: it held no rows
 * ```
 * @throws ConvergeError `nothing-to-revert`, `hazards` where data came since, `rows-do-not-fit`, …
 */
export async function revert(database: DatabaseLike, options: RevertOptions = {}): Promise<Reverted> {
  const [prepare, { child }, { lockTimeout }] = [prepareWith(options), watched(options), guardsOf(options)]
  let made: RevertPlan['plan'] | undefined
  const opening = { mode: 'write', lockTimeout, prepare, ...child } as const
  const done = withSession(database, opening, ({ name, run, ...session }) =>
    run(
      waitForLocks(
        { name, lockTimeout },
        revertOperation(options, session, prepare, (plan) => {
          made = plan
        }),
      ),
    ),
  )
  return done.catch((error: unknown) => afterInterruption(error, database, made, { prepare }))
}

function* revertOperation(
  { allow = [], expect, ...options }: RevertOptions,
  { inTransaction, end }: Pick<Session, 'inTransaction' | 'end'>,
  prepare: Prepare,
  planned: (plan: RevertPlan['plan']) => void,
): Operation<Reverted> {
  const { entry, plan, drifted } = yield* planRevert(prepare)
  planned(plan)
  if (expect !== undefined && (expect.entry !== entry.id || expect.binding !== plan.details.binding)) {
    throw new ConvergeError('schema-drifted', 'the database has been changed since the way back was shown', {
      advice: ['revert again'],
    })
  }
  const applied = yield* applyPlan(plan, {
    ...guardsOf(options),
    allow,
    // A revert without an entry could be reverted twice.
    journal: true,
    verify: verifyLevel(options),
    inTransaction,
    toolVersion: toolVersion(),
    now: () => new Date(),
    reverts: entry.id,
    ...watched(options).watch,
    ...(end && { end }),
    ...(entry.target !== null && { targetName: entry.target }),
  })
  return { reverted: entry.id, plan, drifted, ...applied }
}
