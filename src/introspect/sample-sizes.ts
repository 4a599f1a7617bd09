import { type Operation, queryOne } from '../engine/operation.ts'
import type { Column, Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'

/** What a few rows say about all of them. */
export interface Sizes {
  /** Bytes of each stored column, on the average, by its name as the table spells it. */
  readonly columns: ReadonlyMap<string, number>
  /** About how many rows there are; undefined where the rowids don't tell. */
  readonly rows: number | undefined
}

/** How many rows are looked up. */
const probes = 64

/**
 * Estimates the size of a table from a few rows all over it. dbstat would tell exactly, by reading every page of it; and
 * so would a count. Rows are looked up at rowids between the lowest and the highest: how many of them are there says how
 * many of all are.
 *
 * @param rowid The name of its rowid, quoted; undefined where it has none.
 */
export function* sampleSizes(table: Table, rowid: string | undefined): Operation<Sizes> {
  const stored = table.columns.filter((column) => column.generated === undefined || column.generated.stored)
  const sizes = stored.map((column, index) => `avg(${sizeOf(column)}) AS c${index}`)
  const name = `main.${quoteName(table.name)}`
  const sql =
    rowid === undefined
      ? `SELECT NULL AS found, NULL AS span, ${sizes.join(', ')} FROM (SELECT * FROM ${name} LIMIT ${probes}) AS t`
      : spreadRows(name, rowid, sizes)
  const row = yield* queryOne<Record<string, number | null>>(sql)
  const columns = new Map(stored.map((column, index) => [column.name, row[`c${index}`] ?? 0]))
  const isTelling = (row.found ?? 0) * probes > 4
  return { columns, rows: isTelling ? Math.round(row.found! * row.span!) : undefined }
}

/** The places are spread by the golden ratio, so that rows in steps of any width are met as often as they are there. */
function spreadRows(name: string, rowid: string, sizes: readonly string[]): string {
  return `WITH RECURSIVE
    ends (low, high) AS (SELECT (SELECT min(${rowid}) FROM ${name}), (SELECT max(${rowid}) FROM ${name})),
    probe (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM probe WHERE n < ${probes - 1}),
    part (x) AS (SELECT n * 0.6180339887 - CAST(n * 0.6180339887 AS INTEGER) FROM probe),
    place (wanted) AS (SELECT CAST(low + (high * 1.0 - low) * x AS INTEGER) FROM ends, part),
    near (wanted, id) AS (
      SELECT wanted, (SELECT u.${rowid} FROM ${name} AS u WHERE u.${rowid} >= place.wanted ORDER BY u.${rowid} LIMIT 1)
      FROM place
    )
    SELECT avg(near.wanted = near.id) AS found, (SELECT high * 1.0 - low + 1 FROM ends) AS span, ${sizes.join(', ')}
    FROM near CROSS JOIN ${name} AS t ON t.${rowid} = near.id`
}

/** https://www.sqlite.org/fileformat2.html#record_format */
function sizeOf(column: Column): string {
  const value = `t.${quoteName(column.name)}`
  return `CASE typeof(${value}) WHEN 'null' THEN 0 WHEN 'integer' THEN 4 WHEN 'real' THEN 8 ELSE octet_length(${value}) END + 1`
}
