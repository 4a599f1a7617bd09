import { type Change, isTableChange } from '../diff/change.ts'
import { byName, findByName, foldName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { affinityOf, alteredValues } from './affinity.ts'

/** A column whose values another affinity stores otherwise. */
export interface Alteration {
  readonly table: string
  readonly column: string
  readonly object: string
  readonly fromType: string
  readonly toType: string
  /** One row with `n`: how many values converting back would not return. */
  readonly count: string
}

/** The shared columns of changed tables whose affinity changes: by their type, or by STRICT, which means another ANY. */
export function findAlterations(from: Schema, to: Schema, changes: readonly Change[]): readonly Alteration[] {
  const names = new Set(changes.filter(isTableChange).map((change) => foldName(change.table)))
  return [...names].flatMap((name) => {
    const before = findByName(from.tables, name)!
    const after = findByName(to.tables, name)!
    const columns = byName(after.columns)
    return before.columns.flatMap((column): Alteration[] => {
      const counterpart = columns.get(foldName(column.name))
      if (counterpart === undefined || counterpart.generated !== undefined) return []
      const altered = alteredValues(column.name, affinityOf(column, before), affinityOf(counterpart, after))
      if (altered === undefined) return []
      return [
        {
          table: before.name,
          column: column.name,
          object: `${before.name}.${column.name}`,
          fromType: column.type || 'no type',
          toType: counterpart.type || 'no type',
          count: `SELECT count(*) AS n FROM ${quoteName(before.name)} WHERE ${altered}`,
        },
      ]
    })
  })
}
