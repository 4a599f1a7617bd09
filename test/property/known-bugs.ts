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
    sentence: 'TODO a foreign key to a column that its parent does not have is asked for orphans',
    says: /SqliteError: no such column: parent\./,
  },
  {
    sentence:
      'TODO orphans of a key that could not be checked before, or of ids that SQLite invents, come after the copy',
    says: /verification-failed foreign keys are worse than before/,
  },
  {
    sentence: 'TODO what was broken before and is mended can not be broken again by a way back that is called exact',
    says: /^an exact way back is refused: breaks-dependent/,
  },
  {
    sentence: 'TODO an implied foreign key that comes to be said while the primary key moves away is no change',
    says: /proof-failed the plan does not lead to the target[\s\S]*"kind":"drop-foreign-key"[\s\S]*"referencedColumns":\[\]/,
  },
  {
    sentence: 'TODO the AUTOINCREMENT mark of a table that goes without rows is gone, and the way back is called exact',
    says: /^an exact way back lowers an AUTOINCREMENT mark: \w+: \d+ became undefined/,
  },
]
