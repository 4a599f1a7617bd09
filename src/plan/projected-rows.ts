import { findByName, foldName } from '../model/name.ts'
import type { Column, Table } from '../model/schema.ts'
import { mentions } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import { affinityOf, converted } from './affinity.ts'
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
  const sql = inLayers(to.columns.filter((column) => column.generated !== undefined)).reduce((rows, layer) => {
    const computed = layer.map((column) => `${computedValue(column, to)} AS ${quoteName(column.name)}`)
    return `SELECT *, ${computed.join(', ')} FROM (${rows}) AS ${quoteName(to.name)}`
  }, inner)
  const expressions = new Map(columns.map((column) => [foldName(column.name), column.expression]))
  return { from, to, backfills, sql, id: idColumn, idLabel: key.length > 0 ? key.join('/') : 'rowid', expressions }
}

/** Generated columns such that each layer reads only those before it; a column may be declared before what it reads. */
function inLayers(generated: readonly Column[]): readonly (readonly Column[])[] {
  const layers: (readonly Column[])[] = []
  for (let left = generated; left.length > 0; ) {
    const ready = left.filter(
      ({ generated }) => !left.some((other) => mentions(generated!.expression.text, other.name)),
    )
    // A name that means something else here can look like a circle, which SQLite would not have accepted.
    const layer = ready.length > 0 ? ready : left
    layers.push(layer)
    left = left.filter((column) => !layer.includes(column))
  }
  return layers
}

/** A generated column's value as its type and collation make it: https://www.sqlite.org/gencol.html */
function computedValue(column: Column, table: Table): string {
  const value = converted(`(${column.generated!.expression.text}\n)`, affinityOf(column, table))
  return column.collation === undefined ? value : `${value} COLLATE ${quoteName(column.collation)}`
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
