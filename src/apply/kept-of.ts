import { type Kept, keptObjects, keptTables } from '../model/kept.ts'
import { sameName } from '../model/name.ts'
import type { Hazard } from '../plan/step.ts'
import type { JournalEntry } from './journal.ts'

/** What an entry has put aside: what can still be there, and what is known to be gone. */
export interface KeptOf {
  readonly kept: readonly Kept[]
  readonly pruned: readonly Hazard[]
}

/**
 * What the journal says of the data that a plan has put aside. A name that has been pruned since, or that a later plan has taken, is
 * another table than the plan's, whatever is there now.
 */
export function keptOf(entry: JournalEntry, journal: readonly JournalEntry[]): KeptOf {
  const later = journal.slice(journal.indexOf(entry) + 1)
  const gone = (kept: Kept): string | undefined => {
    const names = keptTables(kept)
    const isOf = (name: string): boolean => names.some((one) => sameName(one, name))
    const prune = later.find(({ record }) => record.pruned?.some(isOf))
    if (prune !== undefined) return `it was pruned at ${prune.appliedAt}`
    const taken = later.find(({ record }) => record.kept?.flatMap(keptTables).some(isOf))
    return taken === undefined ? undefined : `the name is used by plan ${taken.id}`
  }
  const all = (entry.record.kept ?? []).map((kept) => ({ kept, reason: gone(kept) }))
  return {
    kept: all.flatMap(({ kept, reason }) => (reason === undefined ? [kept] : [])),
    pruned: all.flatMap(({ kept, reason }): readonly Hazard[] => {
      if (reason === undefined) return []
      const message = `what ${kept.name} held of ${keptObjects(kept).join(', ')} does not come back: ${reason}`
      return [{ code: 'kept-not-returned', level: 'warn', object: kept.name, message }]
    }),
  }
}
