import { type Change, isTableChange } from '../diff/change.ts'
import { byName, findByName, foldName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { affinityOf, alteredValues, convertedValues } from './affinity.ts'
import type { DraftInput } from './draft.ts'
import { conversionOf } from './fills.ts'

/** A column whose values another affinity stores otherwise. */
export interface Alteration {
  readonly table: string
  readonly column: string
  readonly object: string
  readonly fromType: string
  readonly toType: string
  /** The expression that computes the new values, where the target gives one. */
  readonly conversion?: string
  /** What holds for the rows whose value converting back would not return. */
  readonly where: string
  /** One row with `n`: how many values converting back would not return. */
  readonly count: string
}

/**
 * The shared columns of changed tables whose values change: another affinity stores them otherwise (by the type, or by STRICT, which
 * means another ANY), or the target says how to convert them.
 */
export function findAlterations(
  { from, backfills }: Pick<DraftInput, 'from' | 'backfills'>,
  to: Schema,
  changes: readonly Change[],
): readonly Alteration[] {
  const names = new Set(changes.filter(isTableChange).map((change) => foldName(change.table)))
  return [...names].flatMap((name) => {
    const before = findByName(from.tables, name)!
    const after = findByName(to.tables, name)!
    const columns = byName(after.columns)
    return before.columns.flatMap((column): Alteration[] => {
      const counterpart = columns.get(foldName(column.name))
      if (counterpart === undefined || counterpart.generated !== undefined) return []
      const affinities = [affinityOf(column, before), affinityOf(counterpart, after)] as const
      const conversion = conversionOf(backfills, before, after, column.name)?.expression
      const altered =
        conversion === undefined
          ? alteredValues(column.name, ...affinities)
          : convertedValues(conversion, `${quoteName(before.name)}.${quoteName(column.name)}`, ...affinities)
      if (altered === undefined) return []
      return [
        {
          table: before.name,
          column: column.name,
          object: `${before.name}.${column.name}`,
          fromType: column.type || 'no type',
          toType: counterpart.type || 'no type',
          ...(conversion !== undefined && { conversion }),
          where: altered,
          count: `SELECT count(*) AS n FROM ${quoteName(before.name)} WHERE ${altered}`,
        },
      ]
    })
  })
}
