import { type Operation, queryOne } from '../engine/operation.ts'
import { countRows } from '../introspect/read-facts.ts'
import { isKept, type Kept, keptObjects, keptTables } from '../model/kept.ts'
import { sameName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import type { JournalEntry } from './journal.ts'

/** A table that holds kept data. */
export interface KeptData {
  readonly name: string
  /** What it is of: a table, or columns (`table.column`); empty where the journal does not know it. */
  readonly of: readonly string[]
  /** The plan that has put it aside, and when; missing where the journal does not know it, as after a script. */
  readonly plan?: string
  readonly keptAt?: string
  readonly rows: number
  /** About how many bytes the values take, from those of the first rows. */
  readonly bytes: number
}

/** The tables of reserved names that a database holds, with what the journal says of them. */
export function* readKeptData(schema: Schema, journal: readonly JournalEntry[]): Operation<readonly KeptData[]> {
  const found: KeptData[] = []
  for (const { name, columns } of schema.tables) {
    if (!isKept(name)) continue
    const origin = originOfKept(name, journal)
    const rows = yield* countRows(name)
    const bytes = Math.round((yield* averageSize(name, columns)) * rows)
    found.push({
      name,
      of: origin === undefined ? [] : keptObjects(origin.kept),
      ...(origin && { plan: origin.entry.id, keptAt: origin.entry.appliedAt }),
      rows,
      bytes,
    })
  }
  return found
}

/** The plan that has made a kept table: the last that took its name, if it was not pruned since. */
function originOfKept(
  name: string,
  journal: readonly JournalEntry[],
): { readonly entry: JournalEntry; readonly kept: Kept } | undefined {
  for (const entry of [...journal].reverse()) {
    if (entry.record.pruned?.some((one) => sameName(one, name))) return undefined
    const kept = entry.record.kept?.find((one) => keptTables(one).some((table) => sameName(table, name)))
    if (kept !== undefined) return { entry, kept }
  }
  return undefined
}

/** How many rows are looked at. */
const looked = 1000

function* averageSize(table: string, columns: Schema['tables'][number]['columns']): Operation<number> {
  const names = columns.map((column) => quoteName(column.name))
  let sum = 0
  // One column at a time, since an expression of all may be too deep.
  for (const name of names) {
    const values = `SELECT ${name} AS v FROM main.${quoteName(table)} LIMIT ${looked}`
    const size = yield* queryOne<{ n: number | null }>(
      `SELECT avg(coalesce(length(CAST(v AS BLOB)), 0)) AS n FROM (${values})`,
    )
    sum += size.n ?? 0
  }
  return sum
}
