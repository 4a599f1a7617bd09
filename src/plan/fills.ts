import { key, normalCollation, normalGenerated, normalNotNull, normalType } from '../diff/normal.ts'
import { findByName, sameName } from '../model/name.ts'
import type { Table } from '../model/schema.ts'
import type { Backfill } from './draft.ts'

/** The value for rows that have none, when a column is added or becomes NOT NULL. */
export function fillOf(fills: readonly Backfill[], table: string, column: string): Backfill | undefined {
  return fills.find((one) => one.using === undefined && isFor(one, table, column))
}

/**
 * What computes the values of a column that stays from those that it had. It acts once: only where the plan changes the type,
 * the collation, the NOT NULL or the computing of the column, so that it can stay in a declaration.
 */
export function conversionOf(fills: readonly Backfill[], from: Table, to: Table, column: string): Backfill | undefined {
  const [before, after] = [findByName(from.columns, column), findByName(to.columns, column)]
  if (before === undefined || after === undefined || after.generated !== undefined) return undefined
  const same =
    [normalType, normalCollation, normalGenerated].every((normal) => key(normal(before)) === key(normal(after))) &&
    key(normalNotNull(before, from)) === key(normalNotNull(after, to))
  return same ? undefined : fills.find((one) => one.using && isFor(one, to.name, column))
}

function isFor(fill: Backfill, table: string, column: string): boolean {
  return sameName(fill.table, table) && sameName(fill.column, column)
}
