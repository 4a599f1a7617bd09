import { type Operation, query } from '../engine/operation.ts'
import { ConvergeError } from '../model/error.ts'
import { foldName } from '../model/name.ts'
import type { Draft } from '../plan/draft.ts'
import { touchedTables } from '../plan/touched-tables.ts'

/**
 * Refuses a connection whose temporary objects are in the way: unqualified names would mean them, and temporary triggers
 * on a table would be lost in its rebuild.
 *
 * @throws ConvergeError `temp-shadow`
 */
export function* refuseTemporary(draft: Pick<Draft, 'changes' | 'steps'>): Operation<void> {
  const rows = yield* query<{ type: string; name: string; tbl_name: string }>(
    `SELECT type, name, tbl_name FROM temp.sqlite_schema WHERE type IN ('table', 'view', 'trigger')`,
  )
  if (rows.length === 0) return
  const touched = new Set([...touchedTables(draft.changes), ...draft.steps.map((step) => foldName(step.object))])
  const shadow = rows.find((row) => {
    const name = foldName(row.type === 'trigger' ? row.tbl_name : row.name)
    // What a plan makes for itself begins so, and is called by its name alone.
    return touched.has(name) || name.startsWith('_schema_')
  })
  if (shadow === undefined) return
  throw new ConvergeError('temp-shadow', `the connection has a temporary ${shadow.type} ${shadow.name} in the way`, {
    objects: [shadow.name],
    advice: ['drop it, or use another connection'],
  })
}
