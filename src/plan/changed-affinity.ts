import { findByName } from '../model/name.ts'
import type { Table } from '../model/schema.ts'
import { type Affinity, affinityOf } from './affinity.ts'
import type { PossibleHazard } from './step.ts'

/** Columns that will store what is written into them otherwise. https://www.sqlite.org/datatype3.html#type_affinity */
export function changedAffinities(before: Table, after: Table): readonly PossibleHazard[] {
  return before.columns.flatMap((column): PossibleHazard[] => {
    const counterpart = findByName(after.columns, column.name)
    // A computed column is not written.
    if (counterpart === undefined || counterpart.generated !== undefined) return []
    const stored = storedNow(affinityOf(column, before), affinityOf(counterpart, after))
    if (stored === undefined) return []
    const [from, to] = [column.type || 'no type', counterpart.type || 'no type']
    const message = `from now on ${stored} (${from} → ${to})`
    return [{ code: 'affinity-change', object: `${before.name}.${column.name}`, message, otherwise: 'warn' }]
  })
}

/** What becomes of a value that is written, with an example; undefined where nothing is stored otherwise. */
function storedNow(from: Affinity, to: Affinity): string | undefined {
  // These two differ in a CAST only.
  const isExact = (affinity: Affinity): boolean => affinity === 'INTEGER' || affinity === 'NUMERIC'
  if (from === to || (isExact(from) && isExact(to))) return undefined
  const wasText = from === 'TEXT' || from === 'BLOB'
  switch (to) {
    case 'TEXT':
      return 'a number is stored as text, and 10 sorts before 9'
    case 'BLOB':
      return `a value is stored as it is written, and '7' is not 7`
    case 'REAL':
      return wasText
        ? `a text that is a number is stored as one: '007' as 7.0`
        : 'an integer is stored as 7.0, not as 7'
    case 'INTEGER':
    case 'NUMERIC':
      return wasText
        ? `a text that is a number is stored as one: '007' as 7`
        : 'a whole number is stored as 7, not as 7.0'
  }
}
