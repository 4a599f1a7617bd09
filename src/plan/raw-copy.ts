import { key, normalCollation, normalUnique } from '../diff/normal.ts'
import { isRowidAlias } from '../diff/rowid-alias.ts'
import { sameName } from '../model/name.ts'
import type { Column, Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { affinityOf } from './affinity.ts'
import type { Projection } from './projection.ts'

/**
 * Whether SQLite copies the rows of one table to the other as they are stored, and the entries of their keys with them, when it is told to
 * `INSERT INTO to SELECT * FROM from`: nothing is read, compared or sorted, and no key is filled in the order in which the rows come. SQLite
 * does so where both are stored alike, the new one demands nothing that the old one did not, and is empty: xferOptimization in its insert.c.
 *
 * A false yes costs nothing but the time: then SQLite inserts row by row, and puts the same values into the same columns. For that the rowid
 * has to be a column. A table may have fewer keys and constraints than before, and other foreign keys.
 *
 * Never of a table WITHOUT ROWID: SQLite looks at the columns of two keys and not at what stands behind them in an entry, and swaps values where PRIMARY
 * KEY and UNIQUE change places (seen in 3.53: `integrity_check` finds rows missing from an index, or nothing at all).
 */
export function copiesRaw(from: Table, to: Table, { columns, rowids }: Projection): boolean {
  if (rowids !== 'none' || !isRowidAlias(from) || !isRowidAlias(to) || from.strict !== to.strict) return false
  if (!sameName(from.primaryKey!.columns[0]!.name, to.primaryKey!.columns[0]!.name)) return false
  if (from.columns.length !== to.columns.length || columns.length !== to.columns.length) return false
  const isAlike = to.columns.every((column, at) => {
    const [former, copied] = [from.columns[at]!, columns[at]!]
    const isCopied = copied.name === column.name && copied.expression === quoteName(former.name)
    return isCopied && sameName(former.name, column.name) && isStoredAlike(former, from, column, to)
  })
  return isAlike && hasKeysOf(to, from) && (to.checks.length === 0 || textOfChecks(from) === textOfChecks(to))
}

function isStoredAlike(former: Column, from: Table, column: Column, to: Table): boolean {
  if (former.generated !== undefined || column.generated !== undefined) return false
  if (column.notNull !== undefined && former.notNull === undefined) return false
  if (normalCollation(former) !== normalCollation(column)) return false
  // SQLite compares affinities, and ANY has that of BLOB: it would copy a number into a BLOB column of a STRICT table (seen in 3.53).
  if (to.strict && former.type.toUpperCase() !== column.type.toUpperCase()) return false
  // A row that is older than its column has no value for it, and shows the default.
  return (
    former.default?.expression.text === column.default?.expression.text &&
    affinityOf(former, from) === affinityOf(column, to)
  )
}

/** Each key's entries have to be there to be copied. */
function hasKeysOf(to: Table, from: Table): boolean {
  const keysOf = (table: Table): readonly string[] =>
    table.uniques.map(({ name: _, ...unnamed }) => key(normalUnique(unnamed, table)))
  const former = keysOf(from)
  return keysOf(to).every((one) => former.includes(one))
}

function textOfChecks({ checks }: Table): string {
  return JSON.stringify(checks.map(({ expression }) => expression.text))
}
