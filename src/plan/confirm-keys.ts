import { type AutomaticKey, type KeyPart, primaryColumns } from '../diff/automatic-keys.ts'
import { findByName } from '../model/name.ts'
import type { Table } from '../model/schema.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import { rowidName } from './projection.ts'

/** How many rows from each end of a table are looked up through each index. */
const sampled = 50

/**
 * A question with one row, `n`: how many of the indexes of a table's keys are not what its text says, or do not lead to rows that
 * are there. SQLite finds such an index by its name, and takes it for what it is not without a word.
 *
 * @param keys Those that have an index.
 */
export function confirmKeys(table: Table, keys: readonly AutomaticKey[]): string {
  const origins = table.withoutRowid ? "('u')" : "('u', 'pk')"
  const counted = `SELECT count(*) FROM pragma_index_list(${quoteText(table.name)}, 'main') WHERE origin IN ${origins}`
  const wrong = [`((${counted}) <> ${keys.length})`, ...keys.flatMap((key) => [isOther(key), missing(table, key)])]
  return `SELECT ${wrong.join(' +\n')} AS n`
}

/** Whether the index is over other columns, in other collations or directions. */
function isOther({ name, columns }: AutomaticKey): string {
  const wanted = columns.map((part) => `${part.name} ${part.collation} ${part.order === 'DESC' ? 1 : 0}`).join('\n')
  const part = `coalesce(name, '') || ' ' || lower(coll) || ' ' || "desc"`
  const parts = `SELECT ${part} AS part FROM pragma_index_xinfo(${quoteText(name)}, 'main') WHERE key ORDER BY seqno`
  return `((SELECT coalesce(group_concat(part, char(10)), '') FROM (${parts})) IS NOT ${quoteText(wanted)})`
}

/** How many of the first and last rows the index does not lead to. */
function missing(table: Table, { name, columns }: AutomaticKey): string {
  const identity = identityOf(table)
  if (identity === undefined) return '0'
  const from = quoteName(table.name)
  const parts = columns.map((part, index) => ({ part, name: `k${index}` }))
  const list = [
    ...parts.map((one) => `${quoteName(one.part.name)} AS ${one.name}`),
    ...identity.map(({ column }, index) => `${column} AS i${index}`),
  ].join(', ')
  const end = (direction: string): string => {
    const order = identity.map(({ column, collate }) => `${column}${collate}${direction}`).join(', ')
    return `SELECT * FROM (SELECT ${list} FROM main.${from} ORDER BY ${order} LIMIT ${sampled})`
  }
  const conditions = [
    ...parts.map(({ part, name: value }) => `b.${quoteName(part.name)}${collated(part)} IS s.${value}`),
    ...identity.map(({ column, collate }, index) => `b.${column}${collate} IS s.i${index}`),
  ]
  return (
    `(SELECT count(*) FROM (${end('')} UNION ALL ${end(' DESC')}) AS s WHERE NOT EXISTS ` +
    `(SELECT 1 FROM main.${from} AS b INDEXED BY ${quoteName(name)} WHERE ${conditions.join(' AND ')}))`
  )
}

function collated({ collation }: Pick<KeyPart, 'collation'>): string {
  return ` COLLATE ${quoteName(collation)}`
}

/** What tells a row from all others; undefined where its rowid has no name. */
function identityOf(table: Table): readonly { readonly column: string; readonly collate: string }[] | undefined {
  if (!table.withoutRowid) {
    const rowid = rowidName(table)
    return rowid === undefined ? undefined : [{ column: rowid, collate: '' }]
  }
  return primaryColumns(table).map(({ name, collation }) => {
    const own = collation ?? findByName(table.columns, name)?.collation ?? 'binary'
    return { column: quoteName(name), collate: collated({ collation: own }) }
  })
}
