import { realpathSync, statSync } from 'node:fs'
import { refuseUnguarded } from '../apply/guards.ts'
import { refuse } from '../apply/refuse.ts'
import { recoverInterrupted } from '../engine/open.ts'
import type { Operation } from '../engine/operation.ts'
import { withSession } from '../engine/session.ts'
import { prepareWith } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import { ConvergeError } from '../model/error.ts'
import { carryPlan } from '../prove/carry-plan.ts'
import { makePlan } from '../prove/make-plan.ts'
import { matchTarget } from '../prove/match-target.ts'
import type { Plan } from '../prove/plan.ts'
import { asFailure } from './failure.ts'
import { groupsOf, type PlanGroup, Plans } from './groups.ts'
import type { Applying, Manner } from './manner.ts'
import { readStart } from './read-start.ts'

/** What has been seen of one of many databases. */
export type Look =
  | { readonly state: 'in-sync'; readonly database: string }
  | {
      readonly state: 'differs'
      readonly database: string
      /** What it starts from, as `readStart` says it. */
      readonly fingerprint: string
      /** Its own: the steps of its group, and what its own rows say. */
      readonly plan: Plan
      /** Whether it had to be proven by itself. */
      readonly isAnew: boolean
      /** Why it is not going to be applied. */
      readonly error?: ConvergeError
    }
  | { readonly state: 'failed'; readonly database: string; readonly error: ConvergeError }

export type Differing = Extract<Look, { readonly state: 'differs' }>

export interface Looks {
  /** In the order in which the databases were given. */
  readonly looks: readonly Look[]
  /** Those that differ from the target, by what they hold. */
  readonly groups: readonly PlanGroup[]
}

/**
 * Looks at many databases, read only: which are in sync, and of those that are not, which hold the same and so have the same plan. That is
 * made and proven for one of them, the largest whose rows fit, and asked of the rows of each.
 *
 * @param seen Is told of each that has been looked at.
 */
export async function lookAtMany(
  databases: readonly string[],
  manner: Manner,
  seen: (look: Look) => void = () => {},
): Promise<Looks> {
  const plans = new Plans()
  const looks = new Map<string, Look>()
  // The largest is the likeliest to have rows, without which a proof shows less.
  const bySize = databases.map((database) => ({ database, bytes: sizeOf(database) })).sort((a, b) => b.bytes - a.bytes)
  for (const { database } of bySize) {
    const look = await lookAt(database, manner, plans).catch(
      (error: unknown): Look => ({ state: 'failed', database, error: asFailure(error, database) }),
    )
    looks.set(database, look)
    seen(look)
    // Whoever shows how far it is gets a turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const inOrder = databases.map((database) => looks.get(database)!)
  const differing = inOrder.filter((look) => look.state === 'differs')
  return { looks: inOrder, groups: groupsOf(differing, plans) }
}

async function lookAt(database: string, manner: Manner, plans: Plans): Promise<Look> {
  const { applying, lockTimeout, setup } = manner
  if (applying !== undefined) recoverInterrupted(database, lockTimeout)
  const prepare = prepareWith(setup)
  const look = await withSession(database, { mode: 'read', lockTimeout, prepare }, ({ name, run }) =>
    run(waitForLocks({ name, lockTimeout }, lookInside(database, manner, plans))),
  )
  if (applying === undefined || look.state !== 'differs') return look
  const error = whyRefused(look.plan, realpathSync(database), applying)
  return error === undefined ? look : { ...look, error }
}

function* lookInside(database: string, { target, planning, setup }: Manner, plans: Plans): Operation<Look> {
  if ((yield* matchTarget(target)) !== undefined) return { state: 'in-sync', database }
  const { fingerprint } = yield* readStart()
  const how = { prepare: prepareWith(setup), ...planning }
  const known = plans.find(fingerprint)
  const carried = known && (yield* carryPlan(known))
  const isAnew = known !== undefined && carried === undefined
  const plan =
    carried ?? (isAnew ? yield* makePlan(target, how) : yield* plans.make(fingerprint, database, makePlan(target, how)))
  return plan.inSync ? { state: 'in-sync', database } : { state: 'differs', database, fingerprint, plan, isAnew }
}

function whyRefused(plan: Plan, file: string, { allow, ...guards }: Applying): ConvergeError | undefined {
  try {
    refuse(plan.hazards, plan.preflight, allow, { canKeep: !plan.details.keep })
    refuseUnguarded(plan, guards, file)
    return undefined
  } catch (error) {
    if (error instanceof ConvergeError) return error
    throw error
  }
}

/** Of what is no file, nothing. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}
