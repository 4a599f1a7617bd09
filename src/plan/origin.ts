import { isRowidAlias } from '../diff/rowid-alias.ts'
import { findByName, sameName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import type { AddedColumn, Backfill, Draft, Origin } from './draft.ts'
import { fillOf } from './fills.ts'
import { defaulted } from './projection.ts'

/**
 * What a draft adds: tables, views, triggers, and columns with the value that fills them. Row counts are not known here,
 * and are put in when the plan has been applied.
 */
export function originOf(
  draft: Draft,
  to: Schema,
  backfills: readonly Backfill[],
  broken: readonly string[] = [],
): Origin {
  const tables = draft.changes.flatMap((change) =>
    change.kind === 'create-table' || change.kind === 'create-virtual-table'
      ? [{ table: change.table.name, rows: 0 }]
      : [],
  )
  const definitions = draft.changes.flatMap((change) => {
    const made =
      change.kind === 'create-view' ? change.view : change.kind === 'create-trigger' ? change.trigger : undefined
    return made === undefined ? [] : [{ name: made.name, normal: made.normal }]
  })
  const columns = draft.changes.flatMap((change): AddedColumn[] => {
    if (change.kind !== 'add-column' || change.column.generated !== undefined) return []
    const { table, column } = change
    const owner = findByName(to.tables, table)!
    const isRowid = isRowidAlias(owner) && sameName(owner.primaryKey!.columns[0]!.name, column.name)
    const backfill = fillOf(backfills, table, column.name)
    // A new rowid alias takes the rowids that the rows had: it always equals itself.
    const fill = backfill?.expression ?? (isRowid ? quoteName(column.name) : defaulted(column).expression)
    return [{ table, column: column.name, fill, rows: 0, highestRowid: null }]
  })
  return { tables, definitions, broken, columns }
}
