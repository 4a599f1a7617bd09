import { sqliteCode } from '../engine/explain-error.ts'
import { type Draft, type DraftInput, refusable, wayOf } from '../plan/draft.ts'
import { draftPlan } from '../plan/draft-plan.ts'
import { StepRefused } from './run-steps.ts'

/**
 * Tries drafts until one runs: a statement that SQLite refuses for what stands elsewhere in the schema is drafted anew without.
 *
 * @throws StepRefused where the refused statement has no other way.
 */
export function redraft<T>(input: DraftInput, first: Draft, attempt: (draft: Draft) => T): T {
  const refused = new Set<string>()
  for (let draft = first; ; draft = draftPlan({ ...input, refused })) {
    try {
      return attempt(draft)
    } catch (error) {
      if (!(error instanceof StepRefused)) throw error
      const { kind, object } = error.step
      const way = wayOf(kind)
      // A value that does not fit would not fit a rebuild either.
      if (way === undefined || sqliteCode(error.cause).startsWith('SQLITE_CONSTRAINT')) throw error
      const name = refusable(way, object)
      if (refused.has(name)) throw error
      refused.add(name)
    }
  }
}
