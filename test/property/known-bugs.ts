/**
 * A bug that is known and open. The property passes over what it explains, counts it, and prints the count; each has a
 * test in `found.test.ts` that turns red when the bug is gone, and then its entry here goes too.
 */
interface KnownBug {
  readonly sentence: string
  /** What the message of a failure that it explains says. */
  readonly says: RegExp
}

/** The known bug that explains a failure. */
export function findKnownBug(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return knownBugs.find((bug) => bug.says.test(error.message))?.sentence
}

const knownBugs: readonly KnownBug[] = [
  {
    sentence: 'TODO a new rowid alias that no row had is missing from the questions to the rows',
    says: /SqliteError: no such column/,
  },
  {
    sentence: 'TODO orphans under parents that go, come or change are found only after the copy',
    says: /verification-failed foreign keys are worse than before/,
  },
  {
    sentence: 'TODO a self reference is judged by the values before the plan',
    says: /^refused without need: orphan-row/,
  },
  {
    sentence: 'TODO a generated column is held against its expression without the conversion of its type',
    says: /^an exact way back is refused: hazards .*values that would be replaced by computed ones/,
  },
  {
    sentence:
      'TODO a view or trigger that was broken before and goes can not come back, and the way back is called exact',
    says: /^an exact way back is refused: breaks-dependent/,
  },
  {
    sentence: 'TODO a generated column is added before a new column that it reads',
    says: /proof-failed .*error in table \w+ after add column: no such column/,
  },
]
