import type { Handle } from '../engine/handle.ts'
import { rewritesReferences, type Step } from '../plan/step.ts'

/** A step that SQLite refused on the copy. */
export class StepRefused extends Error {
  readonly step: Step

  constructor(step: Step, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.step = step
  }
}

/**
 * Runs steps on a copy.
 *
 * @throws StepRefused
 */
export function runSteps(scratch: Handle, steps: readonly Step[]): void {
  for (const step of steps) {
    try {
      scratch.pragma(`legacy_alter_table = ${rewritesReferences(step.kind) ? 'OFF' : 'ON'}`)
      // One statement and no more, as when the plan is applied.
      scratch.prepare(step.sql).run()
    } catch (cause) {
      throw new StepRefused(step, cause)
    }
  }
}
