import { type Dump, type DumpedTable, rowText } from './dump.ts'

/**
 * Holds the rows of every table that is there before and after against each other: as many, under the same rowids, with
 * the same values in the columns that both have with the same type. Returns what is not so.
 */
export function compareRows(before: Dump, after: Dump): string | undefined {
  for (const [name, table] of before.tables) {
    const now = after.tables.get(name)
    if (now === undefined) continue
    const was = comparable(table, now, table)
    const is = comparable(now, now, table)
    if (JSON.stringify(was) !== JSON.stringify(is)) return `${name}: ${was.join(' ')} became ${is.join(' ')}`
  }
  return undefined
}

function comparable(table: DumpedTable, after: DumpedTable, before: DumpedTable): readonly string[] {
  const shared = after.columns.filter((column) =>
    before.columns.some(
      (one) => one.name === column.name && one.type.toUpperCase() === column.type.toUpperCase() && !column.generated,
    ),
  )
  const names = shared.map((column) => column.name).sort()
  const rowids = keepsRowids(before, after)
  return table.rows.map((row) => rowText(rowids ? row : { ...row, rowid: undefined }, names)).sort()
}

/** A rowid is another one only where a column that was there becomes it, or where there is none. */
function keepsRowids(before: DumpedTable, after: DumpedTable): boolean {
  if (!before.hasRowid || !after.hasRowid) return false
  const { alias } = after
  return alias === undefined || alias === before.alias || !before.columns.some((column) => column.name === alias)
}
