import { isRowidAlias } from '../diff/rowid-alias.ts'
import { findByName, sameName } from '../model/name.ts'
import type { Column, Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { conversionOf, fillOf } from './fills.ts'
import { badRows, changedColumns, type Rows } from './projected-rows.ts'
import { projectRows } from './projection.ts'
import type { Probe } from './step.ts'

/** A new NOT NULL column with neither a default nor a backfill: rows that exist would have no value. */
export function unfilledColumns(rows: Rows): Probe[] {
  const { unfilled } = projectRows(rows.from, rows.to, rows.backfills)
  return unfilled.map((column) => ({
    code: 'fill-needed',
    object: `${rows.to.name}.${column.name}`,
    table: rows.from.name,
    message: `${column.name} is NOT NULL and new, with neither a default nor a backfill for the rows of ${rows.to.name}`,
    count: `SELECT count(*) AS n FROM ${quoteName(rows.from.name)}`,
  }))
}

/** A column that may not be NULL any more. NULLs in a key that becomes the rowid would be given invented ids. */
export function nullValues(rows: Rows): Probe[] {
  const { from, to } = rows
  const inKey = (table: Table, column: Column): boolean =>
    table.primaryKey?.columns.some((part) => sameName(part.name, column.name)) ?? false
  const neverNull = (table: Table, column: Column): boolean =>
    column.notNull !== undefined ||
    (inKey(table, column) && (table.withoutRowid || table.strict || isRowidAlias(table)))
  const changed = changedColumns(rows)
  const isComputed = (column: Column): boolean => column.generated !== undefined && changed.includes(column.name)
  return to.columns.flatMap((column) => {
    const before = findByName(from.columns, column.name)
    const fill = fillOf(rows.backfills, to.name, column.name)
    const isSame = conversionOf(rows.backfills, from, to, column.name) === undefined
    if (
      !neverNull(to, column) ||
      (before === undefined && !column.generated && fill === undefined) ||
      (before !== undefined && neverNull(from, before) && isSame && !isComputed(column))
    ) {
      return []
    }
    const message = `rows with NULL in ${to.name}.${column.name}, which is to be NOT NULL`
    // What is kept of a column has a value for each row that was there.
    const until = fill?.returns
      ? { subject: from.name, when: 'gets new rows' }
      : { subject: column.name, when: 'is NULL' }
    return [badRows(rows, 'null-value', `${quoteName(column.name)} IS NULL`, message, until)]
  })
}

/** Values that a column of a STRICT table, or one that becomes the rowid, does not take even converted. */
export function wrongTypes(rows: Rows): Probe[] {
  const { from, to } = rows
  const changed = changedColumns(rows)
  return to.columns.flatMap((column) => {
    const before = findByName(from.columns, column.name)
    const isRowid = isRowidAlias(to) && sameName(to.primaryKey!.columns[0]!.name, column.name)
    const type = isRowid ? 'INTEGER' : column.type.toUpperCase()
    const isConverted = conversionOf(rows.backfills, from, to, column.name) !== undefined
    const isComputed = column.generated !== undefined && changed.includes(column.name)
    const same = from.strict && before?.type.toUpperCase() === column.type.toUpperCase() && !isConverted && !isComputed
    const refused = refusedValues(quoteName(column.name), type)
    if (!(to.strict || isRowid) || same || refused === undefined) return []
    if (isRowid && !isConverted && isRowidAlias(from) && sameName(from.primaryKey!.columns[0]!.name, column.name))
      return []
    const message = `rows whose ${to.name}.${column.name} is not ${isRowid ? 'an INTEGER' : `of type ${type}`}`
    return [badRows(rows, 'wrong-type', refused, message)]
  })
}

/** https://www.sqlite.org/stricttables.html */
function refusedValues(column: string, type: string): string | undefined {
  const is = (kind: string): string => `typeof(${column}) = '${kind}'`
  // A text that looks like a number is one to a comparison with a number, and then not greater than all of them.
  const numeric = `+${column} <= CAST(9e999 AS NUMERIC)`
  const whole = `CAST(${column} AS NUMERIC) = CAST(${column} AS INTEGER)`
  switch (type) {
    case 'INT':
    case 'INTEGER':
      return `${is('blob')} OR (${is('real')} AND NOT ${whole}) OR (${is('text')} AND NOT (${numeric} AND ${whole}))`
    case 'REAL':
      return `${is('blob')} OR (${is('text')} AND NOT ${numeric})`
    case 'TEXT':
      return is('blob')
    case 'BLOB':
      return `${column} IS NOT NULL AND NOT ${is('blob')}`
    default:
      return undefined
  }
}
