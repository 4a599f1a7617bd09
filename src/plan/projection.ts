import { isRowidAlias } from '../diff/rowid-alias.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Column, Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { affinityOf } from './affinity.ts'
import type { Backfill } from './draft.ts'
import { conversionOf, fillOf } from './fills.ts'

/** How a row of the old table becomes a row of the new one. */
export interface Projection {
  /** The columns that the copy writes, each with the expression over the old row. */
  readonly columns: readonly { readonly name: string; readonly expression: string }[]
  /** New columns that are left out, so that SQLite puts in their default. */
  readonly defaulted: readonly Column[]
  /** New NOT NULL columns for which no value is known. */
  readonly unfilled: readonly Column[]
  /** Whether each row keeps a hidden rowid, has none (it is a column, or there are none), or gets another or none. */
  readonly rowids: 'kept' | 'none' | 'lost'
}

/** Works out the copy from one table to another. */
export function projectRows(from: Table, to: Table, backfills: readonly Backfill[]): Projection {
  const columns: { name: string; expression: string }[] = []
  const defaulted: Column[] = []
  const unfilled: Column[] = []
  const alias = isRowidAlias(to) ? to.primaryKey!.columns[0]!.name : undefined
  const rowid = rowidName(from)
  for (const column of to.columns) {
    if (column.generated !== undefined) continue
    const source = findByName(from.columns, column.name)
    const fill = fillOf(backfills, to.name, column.name)
    const name = column.name
    if (source !== undefined) {
      // A backfill speaks for NULLs only while the column becomes NOT NULL.
      const becomesNotNull = cannotBeNull(column, to) && !cannotBeNull(source, from) && fill !== undefined
      const conversion = conversionOf(backfills, from, to, name)
      const value = conversion === undefined ? readColumn(source, from, column, to) : wrap(conversion.expression)
      const expression = fill?.returns
        ? fill.expression
        : becomesNotNull
          ? `CASE WHEN ${value} IS NULL THEN ${wrap(fill.expression)} ELSE ${value} END`
          : value
      columns.push({ name, expression })
    } else if (fill !== undefined) columns.push({ name, expression: wrap(fill.expression) })
    else if (alias !== undefined && sameName(alias, name)) {
      // The rows keep the rowid they had; where they had none, SQLite numbers them.
      columns.push({ name, expression: rowid ?? 'NULL' })
    } else {
      defaulted.push(column)
      const isNull = (column.default?.expression.normal.toLowerCase() ?? 'null') === 'null'
      if (isNull && cannotBeNull(column, to)) unfilled.push(column)
    }
  }
  const target = alias === undefined ? rowidName(to) : undefined
  const hidden = rowid !== undefined && !isRowidAlias(from)
  const isIdentity = columns.some(
    (column) => alias !== undefined && sameName(column.name, alias) && column.expression === rowid,
  )
  if (rowid === undefined || target === undefined) {
    return { columns, defaulted, unfilled, rowids: (hidden || hasUnnamedRowid(from)) && !isIdentity ? 'lost' : 'none' }
  }
  return { columns: [{ name: target, expression: rowid }, ...columns], defaulted, unfilled, rowids: 'kept' }
}

/**
 * A column as the copy reads it. A VIRTUAL column of REAL affinity shows 1.0, and INSERT … SELECT writes 1 where the other side
 * has no affinity that makes it a REAL again: as where rows are put aside, and the text would be '1' afterwards.
 */
export function readColumn(source: Column, from: Table, column: Column, to: Table): string {
  const name = quoteName(source.name)
  const isShownAsReal = source.generated?.stored === false && affinityOf(source, from) === 'REAL'
  if (!isShownAsReal || !['BLOB', 'TEXT'].includes(affinityOf(column, to))) return name
  return `CASE typeof(${name}) WHEN 'real' THEN CAST(${name} AS REAL) ELSE ${name} END`
}

/** Columns have taken all three names of the rowid. */
function hasUnnamedRowid(table: Table): boolean {
  return !table.withoutRowid && rowidName(table) === undefined
}

/** A name by which the hidden rowid can be reached; none where columns have taken all three. */
export function rowidName(table: Table): string | undefined {
  if (table.withoutRowid) return undefined
  if (isRowidAlias(table)) return quoteName(table.primaryKey!.columns[0]!.name)
  return freeRowidNames(table)[0]
}

/** The names of the rowid that no column has taken: https://www.sqlite.org/lang_createtable.html#rowid */
export function freeRowidNames(table: Table): readonly string[] {
  return ['rowid', '_rowid_', 'oid'].filter((name) => !table.columns.some((column) => foldName(column.name) === name))
}

/** The value that SQLite gives a new column by itself, as an expression. */
export function defaulted(column: Column): { readonly name: string; readonly expression: string } {
  const expression = column.default?.expression
  // `DEFAULT foo` means 'foo', which only the normal form of a constant says.
  const value =
    expression === undefined ? 'NULL' : column.default?.constant ? expression.normal : `(${expression.text})`
  return { name: column.name, expression: value }
}

function cannotBeNull(column: Column, table: Table): boolean {
  if (column.notNull !== undefined) return true
  const inKey = table.primaryKey?.columns.some((part) => sameName(part.name, column.name)) ?? false
  return inKey && (table.withoutRowid || table.strict)
}

/** A user's expression on lines of its own, so that a comment at its end ends there. */
function wrap(expression: string): string {
  return expression.includes('--') ? `(${expression}\n)` : `(${expression})`
}
