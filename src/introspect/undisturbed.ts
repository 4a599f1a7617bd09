import type { Operation } from '../engine/operation.ts'
import { dataVersion } from './read-facts.ts'

/** How often somebody may come between. */
const most = 4

/**
 * Runs an operation that reads a database by several statements. Where it fails, and somebody has written meanwhile, what it has read may be half of
 * what was and half of what is: then it is run again.
 */
export function* undisturbed<T>(read: () => Operation<T>): Operation<T> {
  for (let run = 1; ; run++) {
    const before = yield* dataVersion()
    try {
      return yield* read()
    } catch (error) {
      if (run === most || !(yield* hasMoved(before))) throw error
    }
  }
}

function* hasMoved(before: string): Operation<boolean> {
  try {
    return before !== (yield* dataVersion())
  } catch {
    // What has failed before is what is said.
    return false
  }
}
