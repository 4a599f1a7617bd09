import { type Operation, query, queryOne } from '../engine/operation.ts'
import { findByName } from '../model/name.ts'
import type { ForeignKey, Schema, Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'

/**
 * So few parents are found quickly, wherever they are. Where one side has more times as many rows as the other, going through it is more work than
 * it spares, and sorting it takes room that nobody has counted on.
 */
const [few, times] = [50_000, 8]

/**
 * Whether every row of a table surely has its parents. `PRAGMA foreign_key_check` looks up each child's, from the root of the parents' table;
 * among many parents that is a page from anywhere each time. So here both sides are gone through in order, once: SQLite sorts the children's
 * values, unless an index does.
 *
 * @returns No, where the schema does not tell which columns are meant, and where values are not equal to the byte: then the pragma tells.
 * @throws the error of SQLite where it can't check the foreign keys of the table: `foreign key mismatch`
 */
export function* haveParents(schema: Schema, table: Table, keys: readonly ForeignKey[]): Operation<boolean> {
  // It is compiled, and not run.
  yield* query(`EXPLAIN QUERY PLAN PRAGMA main.foreign_key_check(${quoteName(table.name)})`)
  const questions = keys.map((key) => isLeftOver(schema, table, key))
  if (questions.includes(undefined)) return false
  const { n } = yield* queryOne<{ n: number }>(`SELECT ${questions.join('\n OR ')} AS n`)
  return n === 0
}

/** Whether there is a child without a parent; undefined where the schema does not tell. */
function isLeftOver(schema: Schema, table: Table, key: ForeignKey): string | undefined {
  const parent = findByName(schema.tables, key.table)
  if (parent === undefined) return undefined
  const named = key.referencedColumns
  const referenced = named.length > 0 ? named : (parent.primaryKey?.columns.map((part) => part.name) ?? [])
  const [own, theirs] = [columnsOf(table, key.columns), columnsOf(parent, referenced)]
  if (own === undefined || theirs?.length !== own.length) return undefined
  const [children, parents] = [`main.${quoteName(table.name)}`, `main.${quoteName(parent.name)}`]
  const given = own.map((one) => `c.${one} IS NOT NULL`).join(' AND ')
  const hasMore = (rows: string, than: string): string => `EXISTS (SELECT 1 FROM ${rows} LIMIT 1 OFFSET ${than})`
  const timesAs = (rows: string): string => `${times} * (SELECT count(*) FROM ${rows})`
  const isOfManyEach = [
    hasMore(parents, `${few}`),
    `NOT ${hasMore(parents, timesAs(children))}`,
    `NOT ${hasMore(children, timesAs(parents))}`,
  ].join(' AND ')
  // What is equal in bytes, or as a number, is so under any collation and affinity of the parents.
  const values = (columns: readonly string[]): string => columns.map((one) => `${one} COLLATE BINARY`).join(', ')
  const inOrder = `SELECT ${values(own)} FROM ${children} AS c WHERE ${given} EXCEPT SELECT ${values(theirs)} FROM ${parents}`
  // As a foreign key compares: by the parent's collation, which stands first, and by its affinity alone, since a plus has none.
  const isParent = own.map((one, index) => `p.${theirs[index]} = +c.${one}`).join(' AND ')
  const lookedUp = `SELECT 1 FROM ${children} AS c WHERE ${given} AND NOT EXISTS (SELECT 1 FROM ${parents} AS p WHERE ${isParent})`
  return `CASE WHEN ${isOfManyEach} THEN EXISTS (${inOrder}) ELSE EXISTS (${lookedUp}) END`
}

function columnsOf(table: Table, names: readonly string[]): readonly string[] | undefined {
  const columns = names.flatMap((name) => findByName(table.columns, name) ?? [])
  return columns.length === names.length ? columns.map((column) => quoteName(column.name)) : undefined
}
