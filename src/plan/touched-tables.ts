import { type Change, isTableChange } from '../diff/change.ts'
import { foldName } from '../model/name.ts'

/** The tables, folded, that a set of changes creates, drops or alters, or whose keys it may change. */
export function touchedTables(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(changes.flatMap(tablesOf).map(foldName))
}

function tablesOf(change: Change): readonly string[] {
  if (isTableChange(change)) return [change.table]
  switch (change.kind) {
    case 'rename-table':
      return [change.from, change.to]
    case 'create-table':
    case 'drop-table':
    case 'create-virtual-table':
    case 'drop-virtual-table':
      return [change.table.name]
    case 'create-index':
    case 'drop-index':
      return [change.index.table]
    case 'change-index':
      return [change.from.table, change.to.table]
    default:
      return []
  }
}
