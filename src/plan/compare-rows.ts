import { primaryColumns } from '../diff/automatic-keys.ts'
import { findByName, sameName } from '../model/name.ts'
import type { Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { type Affinity, affinityOf, converted } from './affinity.ts'
import { type Projection, readColumn, rowidName } from './projection.ts'
import type { Step } from './step.ts'

export interface CompareInput {
  readonly from: Table
  readonly to: Table
  readonly projection: Projection
  /** What the table with the old rows is called by now. */
  readonly working: string
  /** Whether that is a table made for them, with a column `c0`, `c1`, … for each that the copy writes. */
  readonly parked: boolean
}

/**
 * A query with one row, `n`: how many rows of the old table are not in the new one with the same values. Compared are the columns
 * that are copied as they are; what a backfill or `using` computes is not.
 *
 * The same value is one of the same type, and equal whatever the collation: `'X' IS 'x'` holds under NOCASE. Where the affinity changes,
 * SQLite compares as it has stored. https://www.sqlite.org/datatype3.html#type_conversions_prior_to_comparison
 */
export function compareRows({ from, to, projection, working, parked }: CompareInput): Comparison {
  const kept = keptColumns(from, to, projection, parked)
  const join = joinOf(from, to, projection, kept, parked)
  if (join === undefined) return { compare: compareAsSets(to, kept, working) }
  // A rowid finds itself.
  const compared = kept.filter((one) => parked || join.on !== `b.${quoteName(one.after)} = a.${one.before}`)
  const differs = compared.map(({ before, after, affinity, sameAffinity, hasTypeOfValue }) => {
    const [a, b] = [`a.${before}`, `b.${quoteName(after)}`]
    // The plus takes away both affinities: nothing is converted, and a text is no number.
    if (sameAffinity && hasTypeOfValue && !parked) return `+${b} COLLATE BINARY IS NOT +${a}`
    if (sameAffinity) return `${b} COLLATE BINARY IS NOT ${a} OR typeof(${b}) <> typeof(${a})`
    // An integer of more than 53 bits is another number when it is stored as REAL, and is compared as it was.
    if (affinity === 'REAL') return `${b} COLLATE BINARY IS NOT ${converted(a, affinity)}`
    // The plus takes away the old column's affinity: the new one's is applied, as when the value was stored.
    return `${b} COLLATE BINARY IS NOT +${a}`
  })
  const condition = anyOf([join.missing, ...differs])
  const source = `FROM ${quoteName(working)} AS a LEFT JOIN ${quoteName(to.name)} AS b ON ${join.on}`
  const compare = `SELECT count(*) AS n ${source} WHERE ${condition}`
  if (join.rowid === undefined) return { compare }
  const count = `count(CASE WHEN ${condition} THEN 1 END) AS n, count(*) AS seen`
  const sql = `SELECT ${count} ${source} WHERE a.${join.rowid} BETWEEN ? AND ?`
  return { compare, compareRanged: { table: working, rowid: join.rowid, sql } }
}

/** The question, and the same in ranges of the old table's rowids, where it has such. */
type Comparison = Required<Pick<Step, 'compare'>> & Pick<Step, 'compareRanged'>

interface Kept {
  /** Quoted, as the table with the old rows has it. */
  readonly before: string
  readonly after: string
  readonly affinity: Affinity
  readonly sameAffinity: boolean
  /** Whether two values of it that are equal are of one type: all its numbers are. */
  readonly hasTypeOfValue: boolean
}

function keptColumns(from: Table, to: Table, { columns }: Projection, parked: boolean): readonly Kept[] {
  return columns.flatMap(({ name, expression }, index): Kept[] => {
    const [before, after] = [findByName(from.columns, name), findByName(to.columns, name)]
    if (before === undefined || after === undefined || expression !== readColumn(before, from, after, to)) return []
    // INSERT … SELECT of a virtual REAL column writes an integer, where its value is whole.
    const affinity = affinityOf(after, to)
    const sameAffinity = before.generated === undefined && affinityOf(before, from) === affinity
    const isWhole = affinity === 'INTEGER' && from.strict && to.strict
    const hasTypeOfValue = affinity === 'TEXT' || affinity === 'REAL' || isWhole
    const quoted = parked ? `c${index}` : quoteName(before.name)
    return [{ before: quoted, after: after.name, affinity, sameAffinity, hasTypeOfValue }]
  })
}

interface Join {
  readonly on: string
  readonly missing: string
  /** The rowid of the table with the old rows, where rows are found in the order of their rowids. */
  readonly rowid?: string
}

/** How an old row finds its new one: by its rowid, or by a primary key that both have; undefined where neither tells. */
function joinOf(
  from: Table,
  to: Table,
  { columns }: Projection,
  kept: readonly Kept[],
  parked: boolean,
): Join | undefined {
  const [before, after] = [rowidName(from), rowidName(to)]
  const written = columns.findIndex(
    ({ name, expression }) => expression === before && (name === after || quoteName(name) === after),
  )
  if (before !== undefined && after !== undefined && written >= 0) {
    const on = `b.${after} = a.${parked ? `c${written}` : before}`
    return { on, missing: `b.${after} IS NULL`, rowid: parked ? 'rowid' : before }
  }
  const key = primaryColumns(to)
  const parts = key.flatMap(({ name, collation }) => {
    const part = kept.find((one) => sameName(one.after, name) && one.sameAffinity)
    // Rows that the column's own collation takes for one may be two to the key.
    return part === undefined
      ? []
      : [{ ...part, collate: collation === undefined ? '' : ` COLLATE ${quoteName(collation)}` }]
  })
  if (!to.withoutRowid || parts.length === 0 || parts.length < key.length) return undefined
  const on = parts.map((part) => `b.${quoteName(part.after)}${part.collate} = a.${part.before}`)
  return { on: on.join(' AND '), missing: `b.${quoteName(parts[0]!.after)} IS NULL` }
}

/** Rows that nothing tells apart are counted: as many of each on both sides. */
function compareAsSets(to: Table, kept: readonly Kept[], working: string): string {
  const same = kept.filter((one) => one.sameAffinity)
  // Without a value to compare there is only how many they are.
  if (same.length === 0) {
    return `SELECT abs((SELECT count(*) FROM ${quoteName(working)}) - (SELECT count(*) FROM ${quoteName(to.name)})) AS n`
  }
  const rows = (table: string, names: readonly string[]): string => {
    const values = names.map((name, index) => `quote(${name}) AS c${index}`)
    const all = names.map((_, index) => `c${index}`).join(', ')
    return `SELECT ${all}, count(*) FROM (SELECT ${values.join(', ')} FROM ${quoteName(table)}) GROUP BY ${all}`
  }
  const [old, made] = [
    rows(
      working,
      same.map((one) => one.before),
    ),
    rows(
      to.name,
      same.map((one) => quoteName(one.after)),
    ),
  ]
  return `SELECT count(*) AS n FROM (${old} EXCEPT ${made})`
}

/** A flat OR of thousands of terms is deeper than SQLite reads: https://www.sqlite.org/limits.html#max_expr_depth */
function anyOf(conditions: readonly string[]): string {
  if (conditions.length <= 20) return conditions.map((one) => `(${one})`).join(' OR ')
  const half = Math.ceil(conditions.length / 2)
  return `(${anyOf(conditions.slice(0, half))}) OR (${anyOf(conditions.slice(half))})`
}
