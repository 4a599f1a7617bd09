import type { Operation } from '../engine/operation.ts'
import { readFlaws } from '../introspect/read-flaws.ts'
import { readCatalog } from '../introspect/read-schema.ts'
import { ask } from './ask.ts'
import { judgeRows } from './judge-rows.ts'
import type { Plan } from './plan.ts'
import { refuseSharedPages } from './shared-pages.ts'

/**
 * Makes a plan for one database that of another one with the same catalog: the steps and the proof are the same, and everything that is
 * said of rows is asked again. Undefined where that can't be: the proof has found rows that would not fit on the way back, or the file
 * holds what only an edited one does.
 *
 * @param plan Made for a database whose `readStart` is that of this one.
 * @throws ConvergeError `rows-do-not-fit`, `database-corrupt`
 */
export function* carryPlan(plan: Plan): Operation<Plan | undefined> {
  const { details } = plan
  const { draft, wayBack, live, renamed, renames, target } = details
  if (wayBack.unfit.length > 0) return undefined
  yield* refuseSharedPages()
  const written = yield* readCatalog()
  const flawOf = yield* readFlaws(written)
  if (written.some((row) => flawOf(row) !== undefined)) return undefined
  if (plan.inSync) return plan
  const preflight = yield* ask(details.probes)
  const { work, ...judged } = yield* judgeRows({
    draft,
    wayBack,
    start: { live, renamed, renames },
    target,
    hazards: [],
    isWayBack: false,
  })
  const { work: _, ...same } = details
  return { ...plan, ...judged, preflight, details: { ...same, ...(work && { work }), isCarried: true } }
}
