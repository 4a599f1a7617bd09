/**
 * A bug that is known and open. The property passes over what it explains, counts it, and prints the count; each has a
 * test in `found.test.ts` that turns red when the bug is gone, and then its entry here goes too.
 */
interface KnownBug {
  readonly sentence: string
  /** What the message of a failure that it explains says. */
  readonly says: RegExp
  /** What the target then holds, in any case of letters. */
  readonly target?: RegExp
}

/** The known bug that explains a failure. */
export function findKnownBug(error: unknown, target: string): string | undefined {
  if (!(error instanceof Error)) return undefined
  return knownBugs.find((bug) => bug.says.test(error.message) && (bug.target?.test(target) ?? true))?.sentence
}

const knownBugs: readonly KnownBug[] = []
