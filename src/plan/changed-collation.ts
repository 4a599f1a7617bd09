import { normalCollation } from '../diff/normal.ts'
import { findByName } from '../model/name.ts'
import type { Column, Table } from '../model/schema.ts'
import { affinityOf } from './affinity.ts'
import type { PossibleHazard } from './step.ts'

/** Columns whose texts will compare and sort by another collation. https://www.sqlite.org/datatype3.html#collation */
export function changedCollations(before: Table, after: Table): readonly PossibleHazard[] {
  return before.columns.flatMap((column): PossibleHazard[] => {
    const counterpart = findByName(after.columns, column.name)
    if (counterpart === undefined || normalCollation(column) === normalCollation(counterpart)) return []
    // Numbers have no collation.
    if (holdsNumbers(column, before) && holdsNumbers(counterpart, after)) return []
    const object = `${before.name}.${column.name}`
    return [{ code: 'collation-change', object, message: compares(column, counterpart), otherwise: 'warn' }]
  })
}

function holdsNumbers(column: Column, table: Table): boolean {
  const affinity = affinityOf(column, table)
  return affinity === 'INTEGER' || affinity === 'REAL'
}

function compares(before: Column, after: Column): string {
  const where = 'from now on in comparisons, keys and ORDER BY'
  const [from, to] = [normalCollation(before), normalCollation(after)]
  if (from === 'binary' && to === 'nocase') return `'a' and 'A' are equal ${where}`
  if (from === 'nocase' && to === 'binary') return `'a' and 'A' differ ${where}`
  if (from === 'binary' && to === 'rtrim') return `spaces at the end do not count ${where}`
  if (from === 'rtrim' && to === 'binary') return `spaces at the end count ${where}`
  const nameOf = (column: Column): string => column.collation ?? 'BINARY'
  return `texts go by ${nameOf(after)} instead of ${nameOf(before)} ${where}`
}
