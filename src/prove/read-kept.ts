import type { Handle } from '../engine/handle.ts'
import type { Kept } from '../model/kept.ts'
import { findByName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { quoteName, quoteText } from '../sql/quote.ts'

/**
 * What the copy holds of what is kept, with the storage class of each value: once before the plan, once after its way back.
 *
 * @param schema The schema before the plan.
 */
export function readKept(handle: Handle, schema: Schema, kept: readonly Kept[]): ReadonlyMap<Kept, string> {
  const rows = (table: string, columns: readonly string[]): readonly string[] => {
    const list = columns.map((column, index) => {
      const name = quoteName(column)
      return `typeof(${name}) || hex(CAST(${name} AS BLOB)) AS c${index}`
    })
    const found = handle.prepare(`SELECT ${list.join(', ')} FROM ${quoteName(table)}`).all()
    return found.map((row) => JSON.stringify(row)).sort()
  }
  const marked = schema.tables.some((table) => table.primaryKey?.autoincrement)
  const mark = (table: string): unknown =>
    marked ? handle.prepare(`SELECT seq FROM sqlite_sequence WHERE name = ${quoteText(table)}`).all() : []
  return new Map(
    kept.flatMap((one): readonly (readonly [Kept, string])[] => {
      const table = findByName(schema.tables, one.table)
      if (table === undefined || one.kind === 'copy') return []
      const held =
        one.kind === 'table'
          ? [rows(one.table, one.columns), mark(table.name)]
          : rows(one.table, [...one.keys, one.column])
      return [[one, JSON.stringify(held)]]
    }),
  )
}
