import { type Handle, withoutDefence } from '../engine/handle.ts'
import { ConvergeError } from '../model/error.ts'
import { editsCatalog, rewritesReferences, type Step } from '../plan/step.ts'

/** A step that SQLite refused on the copy. */
export class StepRefused extends Error {
  readonly step: Step

  constructor(step: Step, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.step = step
  }
}

/**
 * Runs steps on a copy, and asks before rows go whether they are all in their new place.
 *
 * @throws StepRefused, ConvergeError `proof-failed`
 */
export function runSteps(scratch: Handle, steps: readonly Step[], compares = true): void {
  for (const step of steps) {
    if (compares) compareFirst(scratch, step)
    try {
      scratch.pragma(`legacy_alter_table = ${rewritesReferences(step.kind) ? 'OFF' : 'ON'}`)
      // One statement and no more, as when the plan is applied.
      const run = (): unknown => scratch.prepare(step.sql).run()
      if (editsCatalog(step.kind)) withoutDefence(scratch, run)
      else run()
    } catch (cause) {
      throw new StepRefused(step, cause)
    }
    confirm(scratch, step)
  }
}

function confirm(scratch: Handle, { confirm, object, sql }: Step): void {
  if (confirm === undefined) return
  const [{ n }] = scratch.prepare(confirm).all() as [{ n: number | bigint }]
  if (Number(n) === 0) return
  throw new ConvergeError(
    'proof-failed',
    `the indexes of ${object} are not those of its keys on a copy of the schema`,
    {
      objects: [object],
      data: { confirm, after: sql },
    },
  )
}

function compareFirst(scratch: Handle, { compare, object, sql }: Step): void {
  if (compare === undefined) return
  const [{ n }] = scratch.prepare(compare).all() as [{ n: number | bigint }]
  if (Number(n) === 0) return
  throw new ConvergeError('proof-failed', `rows of ${object} are not kept on a copy of the schema`, {
    objects: [object],
    data: { rows: Number(n), compare, before: sql },
  })
}
