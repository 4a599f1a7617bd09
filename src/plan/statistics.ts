import type { Change } from '../diff/change.ts'
import { findByName, foldName, freeName, sameName } from '../model/name.ts'
import { type Index, objectsOf } from '../model/schema.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import { causeOf } from './cause.ts'
import type { DraftInput, Rebuild } from './draft.ts'
import type { Step } from './step.ts'

/** ANALYZE's rows vanish with the indexes and tables they speak of; what still holds is put back. */
export function planStatistics(
  input: DraftInput,
  changes: readonly Change[],
  created: readonly Index[],
  rebuilds: readonly Rebuild[],
): { keep: readonly Step[]; restore: readonly Step[] } {
  const taken = new Set(objectsOf(input.from).map((object) => foldName(object.name)))
  const keep: Step[] = []
  const restore: Step[] = []
  for (const [statistics, tables] of input.statistics) {
    const kept = rebuilds.map((rebuild) => rebuild.table).filter((table) => tables.some((one) => sameName(one, table)))
    if (kept.length === 0) continue
    const working = freeName(`_schema_old_${statistics}`, taken)
    const names = kept.map(quoteText).join(', ')
    const gone = goneIndexes(input, changes, created, kept)
    const still = gone.length === 0 ? '' : ` AND idx IS NOT ${gone.map(quoteText).join(' AND idx IS NOT ')}`
    const common = { kind: 'keep-statistics', object: statistics } as const
    const cause = causeOf(changes, kept[0]!)
    const step = (sql: string, why: string): Step => ({ ...common, sql, why, cause })
    keep.push(
      step(
        `CREATE TABLE ${quoteName(working)} AS SELECT * FROM ${statistics} WHERE tbl IN (${names})${still}`,
        "puts ANALYZE's statistics aside",
      ),
    )
    restore.push(
      step(`DELETE FROM ${statistics} WHERE tbl IN (${names})`, "ANALYZE's statistics come back where they still hold"),
      step(`INSERT INTO ${statistics} SELECT * FROM ${quoteName(working)}`, "ANALYZE's statistics come back"),
      step(`DROP TABLE ${quoteName(working)}`, "ANALYZE's statistics are back"),
    )
  }
  return { keep, restore }
}

/** The indexes of rebuilt tables whose statistics no longer hold: those that changed, and those of changed constraints. */
function goneIndexes(
  input: DraftInput,
  changes: readonly Change[],
  created: readonly Index[],
  kept: readonly string[],
): readonly string[] {
  const explicit = input.from.indexes
    .filter((index) => kept.some((table) => sameName(index.table, table)))
    .filter((index) => !created.some((one) => one.sql === index.sql))
    .map((index) => index.name)
  const automatic = kept.flatMap((table) => {
    const keysChanged = changes.some(
      (change) =>
        (change.kind === 'add-unique' || change.kind === 'drop-unique' || change.kind === 'change-primary-key') &&
        sameName(change.table, table),
    )
    const live = findByName(input.from.tables, table)!
    // Autoindexes are numbered in the order of the constraints; any change of those may renumber them all.
    const count = live.uniques.length + (live.primaryKey === undefined ? 0 : 1)
    return keysChanged ? [table, ...Array.from({ length: count }, (_, n) => `sqlite_autoindex_${table}_${n + 1}`)] : []
  })
  return [...explicit, ...automatic]
}
