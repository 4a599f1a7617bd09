import { findByName, sameName } from '../model/name.ts'
import { formerColumn, formerName, hasRenames, type Renames } from '../model/renames.ts'
import type { Schema } from '../model/schema.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import { freeRowidNames, rowidName } from './projection.ts'

/**
 * Lets a question that says the new names be put to a database that still has the old ones: each renamed table is a common
 * table expression over what it was. https://www.sqlite.org/lang_with.html
 *
 * @param before The schema with the old names.
 * @param after The same with the new ones.
 */
export function asBefore(before: Schema, after: Schema, renames: Renames): (sql: string) => string {
  if (!hasRenames(renames)) return (sql) => sql
  const touched = after.tables.filter(
    (table) =>
      renames.tables.some((one) => sameName(one.to, table.name)) ||
      renames.columns.some((one) => sameName(one.table, table.name)),
  )
  const tables = touched.map((table) => {
    const former = findByName(before.tables, formerName(table.name, renames))!
    const columns = table.columns.map(
      ({ name }) => `${quoteName(formerColumn(table.name, name, renames))} AS ${quoteName(name)}`,
    )
    // Also where it is a column: a fill may say `rowid`, as it may over the table itself.
    const rowid = rowidName(former)
    const hidden = rowid === undefined ? [] : freeRowidNames(table).map((name) => `${rowid} AS ${name}`)
    return `${quoteName(table.name)} AS (SELECT ${[...hidden, ...columns].join(', ')} FROM main.${quoteName(former.name)})`
  })
  // A name that a table gave up must not be found under it.
  const marks = before.tables.some((table) => table.primaryKey?.autoincrement)
    ? [`sqlite_sequence AS (SELECT ${renamedIn('name', renames)} AS name, seq FROM main.sqlite_sequence)`]
    : []
  const virtual = after.virtualTables.flatMap((table) => {
    const former = formerName(table.name, renames)
    return former === table.name ? [] : [`${quoteName(table.name)} AS (SELECT * FROM main.${quoteName(former)})`]
  })
  const prefix = `WITH ${[...tables, ...virtual, ...marks].join(', ')} `
  return (sql) => prefix + sql
}

function renamedIn(column: string, { tables }: Renames): string {
  if (tables.length === 0) return column
  const cases = tables.map(({ from, to }) => `WHEN ${quoteText(from)} THEN ${quoteText(to)}`).join(' ')
  return `CASE ${column} ${cases} ELSE ${column} END`
}
