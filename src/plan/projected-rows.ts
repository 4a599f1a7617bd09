import { key, normalCollation, normalGenerated, normalType } from '../diff/normal.ts'
import { findByName, foldName } from '../model/name.ts'
import type { Column, Table } from '../model/schema.ts'
import { mentions } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import { affinityOf, converted } from './affinity.ts'
import type { Backfill } from './draft.ts'
import { conversionOf, fillOf } from './fills.ts'
import { defaulted, type Projection, projectRows, rowidName } from './projection.ts'
import type { Probe } from './step.ts'

/** How many offending rows are shown. */
export const shown = 5

/**
 * A table's rows as they would be after the plan, as a subquery, each with what tells people which row it is. The values are
 * converted as the columns store them, and the columns have their affinities and collations, so that a condition means over
 * them what it means over the table.
 */
export interface Rows {
  readonly from: Table
  readonly to: Table
  readonly backfills: readonly Backfill[]
  readonly sql: string
  /** The column that holds each row's id, and what to call it. */
  readonly id: string
  readonly idLabel: string
}

const idColumn = '_schema_id'
/**
 * @param former Columns of the table as it is, whose values shall stand beside those of the new row: see `formerValue`.
 */
export function projectedRows(
  from: Table,
  to: Table,
  backfills: readonly Backfill[],
  former: readonly Column[] = [],
): Rows {
  const projection = projectRows(from, to, backfills)
  const projected = projection.columns.filter((column) => findByName(to.columns, column.name))
  // Where no row had a rowid, SQLite numbers them from one.
  const numbered = projected.map(({ name, expression }) => ({
    name,
    expression: expression === 'NULL' ? 'row_number() OVER ()' : expression,
  }))
  const columns = [...numbered, ...projection.defaulted.map(defaulted)].map((one) => storedColumn(one, from, to))
  const primaryKey = from.primaryKey?.columns.map((part) => part.name) ?? []
  const rowid = rowidName(from)
  const id = primaryKey.length > 0 ? primaryKey.map(quoteName).join(` || '/' || `) : (rowid ?? 'NULL')
  const was = former.map((column, index) => ({
    name: formerName(index),
    expression: quoteName(column.name),
    type: typeOf(column, from),
  }))
  const identified = [...columns, { name: idColumn, expression: id }, ...was]
  const stored = select(identified, quoteName(from.name), to)
  const { sql } = inLayers(to.columns.filter((column) => column.generated !== undefined)).reduce((rows, layer) => {
    const names = rows.columns.map(({ name, type }) => ({ name, type, expression: quoteName(name) }))
    const computed = layer.map((column) => ({
      name: column.name,
      expression: converted(`(${column.generated!.expression.text}\n)`, affinityOf(column, to)),
      type: typeOf(column, to),
    }))
    return select([...names, ...computed], `(${rows.sql}) AS ${quoteName(to.name)}`, to)
  }, stored)
  return { from, to, backfills, sql, id: idColumn, idLabel: primaryKey.length > 0 ? primaryKey.join('/') : 'rowid' }
}

function formerName(index: number): string {
  return `_schema_former_${index}`
}

/** What a row held in a column that was asked for. */
export function formerValue(index: number): string {
  return quoteName(formerName(index))
}

interface ProjectedColumn {
  readonly name: string
  readonly expression: string
  /** An expression of the column's affinity and collation, where the other one is not of them by itself. */
  readonly type?: string | undefined
}

interface Layer {
  readonly columns: readonly ProjectedColumn[]
  readonly sql: string
}

/**
 * What the columns of a compound SELECT compare like is decided by its first part, which gives no row here.
 * https://www.sqlite.org/datatype3.html#affinity_of_column_names
 */
function select(columns: readonly ProjectedColumn[], source: string, to: Table): Layer {
  const list = columns.map(({ name, expression }) => `${expression} AS ${quoteName(name)}`)
  const sql = `SELECT ${list.join(', ')} FROM ${source}`
  if (columns.every(({ type }) => type === undefined)) return { columns, sql }
  const types = columns.map(({ name, type }) => {
    const column = findByName(to.columns, name)
    return `${type ?? (column === undefined ? 'NULL' : typeOf(column, to))} AS ${quoteName(name)}`
  })
  return { columns, sql: `SELECT ${types.join(', ')} WHERE 0 UNION ALL ${sql}` }
}

function typeOf(column: Column, table: Table): string {
  const collate = column.collation === undefined ? '' : ` COLLATE ${quoteName(column.collation)}`
  return `CAST(NULL AS ${affinityOf(column, table)})${collate}`
}

/** A value as the new table stores it; one that is stored as it was is left alone. */
function storedColumn({ name, expression }: Projection['columns'][number], from: Table, to: Table): ProjectedColumn {
  const column = findByName(to.columns, name)!
  const source = from.columns.find((one) => quoteName(one.name) === expression)
  const affinity = affinityOf(column, to)
  const isAlike =
    source !== undefined &&
    affinityOf(source, from) === affinity &&
    foldName(source.collation ?? 'binary') === foldName(column.collation ?? 'binary')
  return isAlike
    ? { name, expression }
    : { name, expression: converted(expression, affinity), type: typeOf(column, to) }
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

/** The columns whose values, or what these are equal to, become others: also by reading one that does. */
export function changedColumns({ from, to, backfills }: Rows): readonly string[] {
  const changed = to.columns.filter((column) => {
    const before = findByName(from.columns, column.name)
    if (before === undefined) return true
    const same =
      [normalType, normalGenerated, normalCollation].every((normal) => key(normal(before)) === key(normal(column))) &&
      affinityOf(before, from) === affinityOf(column, to)
    const filled = fillOf(backfills, to.name, column.name) ?? conversionOf(backfills, from, to, column.name)
    return !same || filled !== undefined
  })
  for (let found = true; found; ) {
    const more = to.columns.filter(
      (column) =>
        !changed.includes(column) &&
        changed.some((other) => mentions(column.generated?.expression.text ?? '', other.name)),
    )
    changed.push(...more)
    found = more.length > 0
  }
  return changed.map((column) => column.name)
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
