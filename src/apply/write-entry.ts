import { mayHaveRolledBack } from '../engine/explain-error.ts'
import { type Operation, query, queryOne } from '../engine/operation.ts'
import { countRows } from '../introspect/read-facts.ts'
import { exclusion } from '../model/exclude.ts'
import type { Kept } from '../model/kept.ts'
import { findByName } from '../model/name.ts'
import { hasRenames } from '../model/renames.ts'
import { filterSchema, type Schema } from '../model/schema.ts'
import type { AddedColumn, Origin } from '../plan/draft.ts'
import { rowidName } from '../plan/projection.ts'
import type { Plan } from '../prove/plan.ts'
import { isLiteral } from '../sql/plain-expression.ts'
import { quoteName } from '../sql/quote.ts'
import { catalogOf, writeJournal } from './journal.ts'

/** What an entry says of who has applied the plan, and how. */
export interface EntryOptions {
  readonly toolVersion: string
  /** What the target is called. */
  readonly targetName?: string
  /** For a revert: the id of the entry that is undone. */
  readonly reverts?: string
  readonly now: () => Date
}

/** Writes what has been applied into the journal, and returns the entry's id. */
export function* writeEntry(
  plan: Plan,
  { schema, origin }: { readonly schema: Schema; readonly origin: Origin },
  kept: readonly Kept[],
  options: EntryOptions,
): Operation<string> {
  const { live, target, renames } = plan.details
  const isExcluded = exclusion(plan.excludes, target)
  const managed = (from: Schema): Schema => filterSchema(from, (object) => !isExcluded(object))
  const { kind, steps, losses } = plan.reverse
  return yield* writeJournal({
    kind: options.reverts === undefined ? 'apply' : 'revert',
    appliedAt: options.now().toISOString(),
    toolVersion: options.toolVersion,
    from: plan.from,
    to: plan.to,
    reverts: options.reverts ?? null,
    target: options.targetName ?? null,
    sql: plan.steps.map((step) => step.sql),
    reverse: { kind, sql: steps.map((step) => step.sql), losses },
    record: {
      version: 1,
      excludes: plan.excludes,
      former: catalogOf(managed(live)),
      reached: catalogOf(managed(schema)),
      origin,
      ...(hasRenames(renames) && { renames }),
      ...(kept.length > 0 && { kept }),
    },
  })
}

/** How many rows the filled columns have now, so that a revert can tell which came later. */
export function* countOrigin(origin: Origin, schema: Schema): Operation<Origin> {
  const columns: AddedColumn[] = []
  for (const column of origin.columns) {
    const table = findByName(schema.tables, column.table)!
    const fill = yield* settledFill(column)
    // Without a fill that can be computed again, a revert judges the column by its values.
    if (fill === undefined) continue
    const rowid = rowidName(table)
    const highest = `SELECT CAST(max(${rowid}) AS TEXT) AS n FROM main.${quoteName(table.name)}`
    const highestRowid = rowid === undefined ? null : (yield* queryOne<{ n: string | null }>(highest)).n
    columns.push({ ...column, fill, rows: yield* countRows(table.name), highestRowid })
  }
  const tables = []
  for (const { table } of origin.tables) tables.push({ table, rows: yield* countRows(table) })
  return { ...origin, tables, columns }
}

/**
 * What the rows were filled with, as an expression that gives it again: the fill itself where it does, and for one that may
 * give another value each time (CURRENT_TIMESTAMP) the value that all rows have in common, if there is one.
 */
function* settledFill({ table, column, fill }: AddedColumn): Operation<string | undefined> {
  const name = quoteName(column)
  const from = `FROM main.${quoteName(table)}`
  // What one row has been filled with by a value, all have; else each is looked at.
  const which = isLiteral(fill) ? 'LIMIT 1' : 'GROUP BY 1 LIMIT 2'
  const common = yield* query<{ value: string }>(`SELECT quote(${name}) AS value ${from} ${which}`)
  if (common.length === 1) return common[0]!.value
  try {
    const differs = `${name} COLLATE BINARY IS NOT +(${fill}\n)`
    const { n } = yield* queryOne<{ n: number }>(`SELECT count(*) AS n ${from} WHERE ${differs}`)
    return n === 0 ? fill : undefined
  } catch (error) {
    if (mayHaveRolledBack(error)) throw error
    // It reads a column that is gone.
    return undefined
  }
}
