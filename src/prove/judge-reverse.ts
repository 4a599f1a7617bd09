import { type Operation, queryOne } from '../engine/operation.ts'
import { countRows } from '../introspect/read-facts.ts'
import { groupBy } from '../model/group.ts'
import { type Kept, keptObjects } from '../model/kept.ts'
import type { Draft } from '../plan/draft.ts'
import { type Hazard, hazardCodes, type Probe } from '../plan/step.ts'
import type { Reverse, WayBack } from './plan.ts'

/** Says what the way back is worth, from what the copy has shown and what the live tables hold. */
export function* judgeReverse(draft: Draft, { back, exact, refused, unfit }: WayBack): Operation<Reverse> {
  const until = untilWhen([...back.hazards.map((hazard) => hazard.probe), ...back.preflight])
  const common = { steps: back.steps, until }
  const reasons = [...(refused === undefined ? [] : [refused]), ...unfit]
  for (const probe of back.preflight) {
    if (probe.table === undefined) continue
    // The way back adds the column to a table that is there now, under the name that it will have again.
    const n = yield* countRows(probe.table)
    if (n > 0) reasons.push(`${probe.object} is NOT NULL without a default: no value for ${n} rows`)
  }
  const losses: string[] = []
  for (const loss of draft.losses) {
    const { n } = yield* queryOne<{ n: number }>(loss.count)
    if (n > 0) losses.push(loss.what)
  }
  // What only can be brought back by hand is a loss of the draft already.
  const isBack = (one: Kept): boolean => one.kind === 'copy' || back.returned.some(({ name }) => name === one.name)
  losses.push(...draft.kept.filter((one) => !isBack(one)).map((one) => `what ${one.name} holds of ${keptObjects(one)}`))
  if (reasons.length > 0) return { kind: 'impossible', ...common, losses, reasons: [...new Set(reasons)] }
  if (!exact) losses.push('the exact former schema: the way back leads to another one')
  return { kind: losses.length > 0 ? 'lossy' : 'exact', ...common, losses, reasons: [] }
}

/** Says before anything is applied that there will be no way back. A way back itself is never taken back. */
export function irreversible({ kind }: Reverse, isWayBack: boolean): readonly Hazard[] {
  if (kind !== 'impossible' || isWayBack) return []
  const message = "can't be taken back once it is applied"
  return [{ code: 'irreversible', level: hazardCodes.irreversible, object: 'the plan', message }]
}

/** The conditions of a set of probes, those with the same verb in one: `a or b is given values of its own`. */
function untilWhen(probes: readonly (Probe | undefined)[]): readonly string[] {
  const conditions = probes.flatMap((probe) => probe?.until ?? [])
  return [...groupBy(conditions, ({ when }) => when)].map(([when, group]) => {
    const subjects = [...new Set(group.map(({ subject }) => subject))]
    const named = subjects.length > 3 ? [...subjects.slice(0, 2), `one of ${subjects.length - 2} others`] : subjects
    return `${named.join(' or ')} ${when}`
  })
}
