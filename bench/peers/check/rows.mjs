import { quoteName } from './quote-name.mjs'

/** Each row of the original by its rowid, with each of its values: same type, same bytes. */
export function lostRows(table, db, side) {
  const name = quoteName(table)
  const count = (sql) => db.prepare(sql).pluck().get()
  const gone = count(`SELECT count(*) FROM original.${name} WHERE rowid NOT IN (SELECT rowid FROM main.${name})`)
  const more = count(`SELECT count(*) FROM main.${name} WHERE rowid NOT IN (SELECT rowid FROM original.${name})`)
  const columnsOf = (schema) => db.pragma(`${schema}.table_info(${name})`).map((column) => column.name)
  const has = columnsOf('main')
  const kept = columnsOf('original').filter((column) => has.includes(column))
  const values = kept.flatMap((column) => {
    const [is, was] = [`m.${quoteName(column)}`, `o.${quoteName(column)}`]
    const differ = count(`SELECT count(*) FROM main.${name} AS m JOIN original.${name} AS o ON m.rowid = o.rowid
      WHERE typeof(${is}) <> typeof(${was}) OR ${is} COLLATE BINARY IS NOT ${was}`)
    return differ === 0 ? [] : [`${differ} values of ${table}.${column}`]
  })
  const unfilled =
    side === 'after' && has.includes('entity_type')
      ? count(`SELECT count(*) FROM main.${name} WHERE entity_type COLLATE BINARY IS NOT 'unknown'`)
      : 0
  return [
    ...(gone === 0 ? [] : [`${gone} of ${count(`SELECT count(*) FROM original.${name}`)} rows of ${table}, by rowid`]),
    ...(more === 0 ? [] : [`${more} rows of ${table} that nobody has put there, by rowid`]),
    ...values,
    ...(unfilled === 0 ? [] : [`${unfilled} rows of ${table} have no entity_type`]),
  ]
}
