import { type Applied, type ApplyOptions, applyPlan } from '../apply/apply-plan.ts'
import { schemaDrifted } from '../apply/drift.ts'
import type { Operation } from '../engine/operation.ts'
import { withSessionSync } from '../engine/session.ts'
import { type Prepare, prepareWith } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import { dataVersion } from '../introspect/read-facts.ts'
import { carryPlan } from '../prove/carry-plan.ts'
import { makePlan } from '../prove/make-plan.ts'
import { matchTarget } from '../prove/match-target.ts'
import type { Plan } from '../prove/plan.ts'
import type { GroupPlan } from './groups.ts'
import type { Applying, Manner } from './manner.ts'
import { readStart } from './read-start.ts'

/** What became of a file; `undefined` where it was in sync in the meantime. */
export type AppliedToFile = Pick<Applied, 'id' | 'backup'> | undefined

export type Watch = Pick<ApplyOptions, 'watch'>

/**
 * Applies the plan of a group to one of its databases. What it holds is compared first, and whatever the plan says of rows is asked of its own.
 *
 * @throws ConvergeError as `applyPlan` does, and where the file can't be opened.
 */
export function applyToFile(
  path: string,
  group: Pick<GroupPlan, 'fingerprint' | 'plan'>,
  manner: Manner & { readonly applying: Applying },
  watch: Watch = {},
): AppliedToFile {
  const { lockTimeout } = manner
  const prepare = prepareWith(manner.setup)
  return withSessionSync(path, { mode: 'write', lockTimeout, prepare }, ({ name, run }) =>
    run(waitForLocks({ name, lockTimeout }, applyInside(group, manner, prepare, watch))),
  )
}

function* applyInside(
  group: Pick<GroupPlan, 'fingerprint' | 'plan'>,
  { target, planning, applying }: Manner & { readonly applying: Applying },
  prepare: Prepare,
  watch: Watch,
): Operation<AppliedToFile> {
  const asked = yield* dataVersion()
  const start = yield* readStart()
  if (start.fingerprint !== group.fingerprint) {
    if ((yield* matchTarget(target)) !== undefined) return undefined
    const then = group.plan.details.catalog
    throw schemaDrifted('the schema has been changed since the plan was made', then, start.catalog)
  }
  const plan: Plan = (yield* carryPlan(group.plan)) ?? (yield* makePlan(target, { prepare, ...planning }))
  const options = { ...applying, ...watch, asked, inTransaction: false, now: () => new Date() }
  const { id, backup } = yield* applyPlan(plan, options)
  return { ...(id !== undefined && { id }), ...(backup && { backup }) }
}
