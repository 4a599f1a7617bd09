import { explainMissing, isAboutRows, sqliteCode } from '../engine/explain-error.ts'
import { type Operation, query } from '../engine/operation.ts'
import { ConvergeError } from '../model/error.ts'
import { findByName, sameName } from '../model/name.ts'
import { noRenames } from '../model/renames.ts'
import { asBefore } from '../plan/before-renames.ts'
import { type Backfill, type Draft, type DraftInput, startOf } from '../plan/draft.ts'
import { conversionOf } from '../plan/fills.ts'
import { quoteName } from '../sql/quote.ts'

/**
 * Compiles the fills that a draft makes use of over the live tables. One that has done its work is not looked at: it may read
 * columns that are gone since.
 *
 * @throws ConvergeError `target-invalid` for an expression that SQLite does not take there.
 */
export function* checkFills(input: DraftInput, draft: Draft): Operation<void> {
  const asked = asBefore(startOf(input), input.from, input.renaming?.renames ?? noRenames)
  for (const fill of input.backfills) {
    const { table, column, expression } = fill
    const live = acts(fill, input, draft) ? findByName(input.from.tables, table) : undefined
    if (live === undefined) continue
    try {
      yield* query(asked(`SELECT ${expression}\n FROM ${quoteName(live.name)} LIMIT 0`))
    } catch (cause) {
      if (sqliteCode(cause) !== 'SQLITE_ERROR' || isAboutRows(cause)) throw cause
      const object = `${live.name}.${column}`
      throw (
        explainMissing(cause, object) ??
        new ConvergeError(
          'target-invalid',
          `the ${fill.using ? 'conversion' : 'fill'} of ${object} can't be computed: ${(cause as Error).message}`,
          {
            objects: [object],
            advice: [
              `it may read the columns that ${live.name} has now, by the names that renames give them`,
              expression,
            ],
            cause,
          },
        )
      )
    }
  }
}

function acts(fill: Backfill, { from, to, backfills }: DraftInput, { changes }: Draft): boolean {
  const [before, after] = [findByName(from.tables, fill.table), findByName(to.tables, fill.table)]
  if (fill.using) {
    return before !== undefined && after !== undefined && conversionOf(backfills, before, after, fill.column) === fill
  }
  return changes.some(
    (change) =>
      (change.kind === 'add-column' &&
        sameName(change.table, fill.table) &&
        sameName(change.column.name, fill.column)) ||
      (change.kind === 'change-not-null' &&
        sameName(change.table, fill.table) &&
        sameName(change.to.name, fill.column)),
  )
}
