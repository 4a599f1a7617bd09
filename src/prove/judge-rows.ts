import type { Operation } from '../engine/operation.ts'
import { countRows } from '../introspect/read-facts.ts'
import { formerName } from '../model/renames.ts'
import type { Schema } from '../model/schema.ts'
import { withoutRepeats } from '../plan/changed-behaviour.ts'
import type { Draft } from '../plan/draft.ts'
import type { Hazard } from '../plan/step.ts'
import { weigh } from './ask.ts'
import type { Start } from './handled-tables.ts'
import { irreversible, judgeReverse } from './judge-reverse.ts'
import { longLock, type Work } from './long-lock.ts'
import type { CountedRebuild, Reverse, WayBack } from './plan.ts'

/** What a plan says of the rows of one database. */
export interface JudgedRows {
  readonly hazards: readonly Hazard[]
  readonly reverse: Reverse
  readonly rebuilds: readonly CountedRebuild[]
  readonly work?: Work
}

/** The draft that is judged, and what the copy has shown of it. */
export interface Judging {
  readonly draft: Draft
  readonly wayBack: WayBack
  readonly start: Start
  readonly target: Schema
  /** Hazards that only the caller can see. */
  readonly hazards: readonly Hazard[]
  /** Whether this is the way back of an earlier plan. */
  readonly isWayBack: boolean
}

/** Asks the live rows what a draft means for them: what would be lost, what the way back is worth, and how long it takes. */
export function* judgeRows({ draft, wayBack, start, target, ...more }: Judging): Operation<JudgedRows> {
  const reverse = yield* judgeReverse(draft, wayBack)
  const rebuilds = []
  for (const rebuild of draft.rebuilds) {
    const former = formerName(rebuild.table, start.renames)
    rebuilds.push({ ...rebuild, former, rows: yield* countRows(former) })
  }
  const lock = yield* longLock(draft, start, target, rebuilds)
  const hazards = [
    ...withoutRepeats(yield* weigh(draft.hazards)),
    ...more.hazards,
    ...lock.hazards,
    ...irreversible(reverse, more.isWayBack),
  ]
  return { hazards, reverse, rebuilds, ...(lock.work && { work: lock.work }) }
}
