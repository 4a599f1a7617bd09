import { isRowidAlias } from '../diff/rowid-alias.ts'
import { sameName } from '../model/name.ts'
import type { Column, KeyColumn, Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { writeColumn } from '../sql/write-column.ts'

/**
 * A CREATE TABLE for rows that are stored as those of `table` are, without an index that would be filled in the order in which the
 * rows come: without UNIQUE, and without a primary key that is not the rowid or the table itself. What its CHECKs and NOT NULLs
 * refuse, it refuses too. It stands in the catalog for as long as the rows are copied.
 */
export function keylessTable(table: Table): Table {
  const { primaryKey, strict, withoutRowid } = table
  const isStored = primaryKey !== undefined && (withoutRowid || isRowidAlias(table))
  const columns = table.columns.map((column) => neverNull(column, table))
  const parts = columns.map((column) => {
    const atColumn = isStored && primaryKey.atColumn && sameName(primaryKey.columns[0]!.name, column.name)
    return `${writeColumn(column, [], [])}${atColumn ? ` PRIMARY KEY${primaryKey.columns[0]!.order === 'DESC' ? ' DESC' : ''}${primaryKey.autoincrement ? ' AUTOINCREMENT' : ''}` : ''}`
  })
  if (isStored && !primaryKey.atColumn) {
    const list = primaryKey.columns.map(writeKeyColumn).join(', ')
    parts.push(`PRIMARY KEY (${list}${primaryKey.autoincrement ? ' AUTOINCREMENT' : ''})`)
  }
  for (const { expression } of table.checks) parts.push(`CHECK (${expression.text}\n)`)
  const options = [...(withoutRowid ? ['WITHOUT ROWID'] : []), ...(strict ? ['STRICT'] : [])]
  const sql = `CREATE TABLE ${quoteName(table.name)} (${parts.join(', ')})${options.length > 0 ? ` ${options.join(', ')}` : ''}`
  const { primaryKey: _, ...rest } = table
  return { ...rest, sql, uniques: [], ...(isStored && { primaryKey }) }
}

/** The key of a STRICT table must not be NULL, also where that is not said. */
function neverNull(column: Column, { primaryKey, strict }: Table): Column {
  const inKey = primaryKey?.columns.some((part) => sameName(part.name, column.name)) ?? false
  return strict && inKey && column.notNull === undefined ? { ...column, notNull: {} } : column
}

function writeKeyColumn({ name, collation, order }: KeyColumn): string {
  const collate = collation === undefined ? '' : ` COLLATE ${quoteName(collation)}`
  return `${quoteName(name)}${collate}${order === 'DESC' ? ' DESC' : ''}`
}
