import { findByName, foldName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { commentsIn } from '../sql/comments.ts'
import type { DraftInput } from './draft.ts'
import type { PossibleHazard } from './step.ts'

/** Comments that stand in the text of a table, and go with it since the declared text has others, or none. */
export function lostComments(
  { from, origin }: DraftInput,
  to: Schema,
  replaced: ReadonlySet<string>,
): readonly PossibleHazard[] {
  // A way back gives the former text again.
  if (origin !== undefined) return []
  return from.tables.flatMap((table): PossibleHazard[] => {
    const after = replaced.has(foldName(table.name)) ? findByName(to.tables, table.name) : undefined
    if (after === undefined) return []
    const said = commentsIn(after.sql)
    // What says a rename has done its work.
    const lost = commentsIn(table.sql).filter((comment) => !said.includes(comment) && !comment.includes('@renamed'))
    if (lost.length === 0) return []
    const what = lost.length === 1 ? 'a comment' : `${lost.length} comments`
    const message = `the text of ${table.name} gets another one, and ${what} of it would be gone: ${lost[0]}`
    return [{ code: 'comments-lost', object: table.name, message, otherwise: 'warn' }]
  })
}
