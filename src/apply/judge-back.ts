import type { Operation } from '../engine/operation.ts'
import { ask } from '../prove/ask.ts'
import type { Plan, Reverse } from '../prove/plan.ts'

/**
 * What the way back is worth for the rows as they are after the steps. A plan that was proven with the rows of another database says
 * nothing yet of whether these would fit again; what a column without a value would need has been counted before.
 */
export function* judgeBack({ reverse, details: { isCarried, wayBack } }: Plan): Operation<Reverse> {
  if (!isCarried) return reverse
  const unfit = yield* ask(wayBack.back.preflight.filter((probe) => probe.table === undefined))
  if (unfit.length === 0) return reverse
  return { ...reverse, kind: 'impossible', reasons: [...reverse.reasons, ...unfit.map(({ message }) => message)] }
}
