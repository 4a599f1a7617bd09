import { sameName } from '../model/name.ts'
import type { AddedColumn, Backfill, Draft, Origin } from './draft.ts'
import { defaulted } from './projection.ts'

/**
 * What a draft adds: tables, and columns with the value that fills them. Row counts are not known here, and are put in
 * when the plan has been applied.
 */
export function originOf(draft: Draft, backfills: readonly Backfill[]): Origin {
  const tables = draft.changes.flatMap((change) => (change.kind === 'create-table' ? [change.table.name] : []))
  const columns = draft.changes.flatMap((change): AddedColumn[] => {
    if (change.kind !== 'add-column' || change.column.generated !== undefined) return []
    const { table, column } = change
    const fill = backfills.find((one) => sameName(one.table, table) && sameName(one.column, column.name))
    const value = fill?.expression ?? defaulted(column).expression
    return [{ table, column: column.name, fill: value, rows: 0, highestRowid: null }]
  })
  return { tables, columns }
}
