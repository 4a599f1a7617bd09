import { findByName, foldName } from '../model/name.ts'
import type { Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import type { Backfill } from './draft.ts'
import { defaulted, projectRows, rowidName } from './projection.ts'
import type { Probe } from './step.ts'

/** How many offending rows are shown. */
export const shown = 5

/** A table's rows as they would be after the plan, as a subquery, each with what tells people which row it is. */
export interface Rows {
  readonly from: Table
  readonly to: Table
  readonly backfills: readonly Backfill[]
  readonly sql: string
  /** The column that holds each row's id, and what to call it. */
  readonly id: string
  readonly idLabel: string
  /** How each column comes about; generated ones are missing. */
  readonly expressions: ReadonlyMap<string, string>
}

const idColumn = '_schema_id'

export function projectedRows(from: Table, to: Table, backfills: readonly Backfill[]): Rows {
  const projection = projectRows(from, to, backfills)
  const projected = projection.columns.filter((column) => findByName(to.columns, column.name))
  // Where no row had a rowid, SQLite numbers them from one.
  const numbered = projected.map(({ name, expression }) => ({
    name,
    expression: expression === 'NULL' ? 'row_number() OVER ()' : expression,
  }))
  const columns = [...numbered, ...projection.defaulted.map(defaulted)]
  const key = from.primaryKey?.columns.map((part) => part.name) ?? []
  const rowid = rowidName(from)
  const id = key.length > 0 ? key.map(quoteName).join(` || '/' || `) : (rowid ?? 'NULL')
  const list = [...columns.map((column) => `${column.expression} AS ${quoteName(column.name)}`), `${id} AS ${idColumn}`]
  const inner = `SELECT ${list.join(', ')} FROM ${quoteName(from.name)}`
  const generated = to.columns.filter((column) => column.generated !== undefined)
  const outer = generated.map((column) => `(${column.generated!.expression.text}\n) AS ${quoteName(column.name)}`)
  const sql = generated.length === 0 ? inner : `SELECT *, ${outer.join(', ')} FROM (${inner}) AS ${quoteName(to.name)}`
  const expressions = new Map(columns.map((column) => [foldName(column.name), column.expression]))
  return { from, to, backfills, sql, id: idColumn, idLabel: key.length > 0 ? key.join('/') : 'rowid', expressions }
}

export function badRows(
  rows: Rows,
  code: Probe['code'],
  where: string,
  message: string,
  until?: Probe['until'],
): Probe {
  const source = `FROM (${rows.sql}) AS ${quoteName(rows.to.name)} WHERE ${where}`
  return {
    code,
    object: rows.to.name,
    message,
    count: `SELECT count(*) AS n ${source}`,
    sample: `SELECT ${rows.id} AS ${quoteName(rows.idLabel)} ${source} LIMIT ${shown}`,
    ...(until && { until }),
  }
}
