import { isRowidAlias } from '../diff/rowid-alias.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Column, Table } from '../model/schema.ts'
import { affinityOf } from './affinity.ts'

/**
 * A key by which a row can be found again after a change of its table: unique and not NULL before and after, of columns whose
 * values stay as they are. A hidden rowid is none, since VACUUM gives others: https://www.sqlite.org/lang_vacuum.html
 *
 * @param changed Columns that get other values.
 */
export function stableKey(before: Table, after: Table, changed: readonly string[]): readonly string[] | undefined {
  const former = keysOf(before)
  return keysOf(after).find(
    (key) =>
      former.some((one) => sameColumns(one, key)) &&
      key.every((name) => isSteady(name, before, after) && !changed.some((one) => sameName(one, name))),
  )
}

/** Whether some columns are such a key of a table, with the values that they had in another. */
export function keepsKey(before: Table, after: Table, changed: readonly string[], key: readonly string[]): boolean {
  return (
    keysOf(after).some((one) => sameColumns(one, key)) &&
    key.every((name) => isSteady(name, before, after) && !changed.some((one) => sameName(one, name)))
  )
}

/** The column that is the rowid, first; then the other primary key, and the UNIQUE constraints. */
function keysOf(table: Table): readonly (readonly string[])[] {
  const constraints = [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.uniques]
  return constraints
    .map((constraint) => constraint.columns.map((part) => findByName(table.columns, part.name)?.name ?? part.name))
    .filter((names) => names.every((name) => isNeverNull(findByName(table.columns, name), table)))
}

function isNeverNull(column: Column | undefined, table: Table): boolean {
  if (column === undefined || column.generated !== undefined) return false
  const inKey = table.primaryKey?.columns.some((part) => sameName(part.name, column.name)) ?? false
  return column.notNull !== undefined || (inKey && (table.withoutRowid || table.strict || isRowidAlias(table)))
}

function isSteady(name: string, before: Table, after: Table): boolean {
  const [from, to] = [findByName(before.columns, name), findByName(after.columns, name)]
  if (from === undefined || to === undefined || from.generated || to.generated) return false
  return affinityOf(from, before) === affinityOf(to, after)
}

function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  const folded = (names: readonly string[]): string => [...names].map(foldName).sort().join('\0')
  return folded(a) === folded(b)
}
