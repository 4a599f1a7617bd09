import { type Change, isTableChange } from '../diff/change.ts'
import { type Kept, type KeptColumn, type KeptTable, keptObjects, keptTables } from '../model/kept.ts'
import { findByName, sameName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import { causeOf } from './cause.ts'
import { findAlterations } from './conversions.ts'
import type { Backfill, DraftInput } from './draft.ts'
import { defaulted, rowidName } from './projection.ts'
import { keepsKey } from './stable-key.ts'
import type { PossibleHazard, Step, StepKind } from './step.ts'
import {
  brokenWatch,
  findHolder,
  findWatches,
  intactWatch,
  type LiveWatch,
  matchKey,
  namesOf,
  overtaken,
  writeWatch,
} from './watch.ts'

/** How a plan treats what earlier ones have put aside. */
export interface BroughtBack {
  /** What comes back with this plan. */
  readonly returned: readonly Kept[]
  /** The values that come back, as expressions over the rows. */
  readonly values: readonly Backfill[]
  /** Takes the watches away that would be in the way, or have nothing to watch any more. */
  readonly first: readonly Step[]
  /** The rows of dropped tables, once these are there again, and before their indexes and triggers. */
  readonly rows: readonly Step[]
  /** Drops what is back. */
  readonly last: readonly Step[]
  /** The watches that went with a table that is back, after everything else. */
  readonly watches: readonly Step[]
  /** What does not come back, and why. */
  readonly hazards: readonly PossibleHazard[]
  /** The live schema without the watches that `first` takes away. */
  readonly from: Schema
}

/**
 * Plans what comes back of what an earlier plan has put aside, and what becomes of the watches of all others. Nothing is given to a
 * row that can be another than the one it was kept of: where that is not sure it stays where it is, and is named.
 */
export function bringBack(input: DraftInput, to: Schema, changes: readonly Change[]): BroughtBack {
  const { from, kept = [] } = input
  const reasons = new Map(kept.map((one) => [one, whyNot(one, input, to, changes)]))
  const returned = kept.filter((one) => reasons.get(one) === undefined)
  const ends = findWatches(from).flatMap((watch) => {
    const isReturned = returned.some((one) => sameName(one.name, watch.kept))
    const reason = isReturned ? 'what it watched over is back' : whyWatchEnds(watch, input, to, changes)
    return reason === undefined ? [] : [{ watch, reason, isReturned }]
  })
  const gone = ends.filter(({ watch }) => findByName(to.tables, watch.table) !== undefined)
  const removed = new Set(gone.flatMap(({ watch }) => watch.triggers))
  return {
    returned,
    values: returned.flatMap((one) => (one.kind === 'column' ? [valuesOf(one, input, to)] : [])),
    first: gone.flatMap(({ watch, reason }) =>
      watch.triggers.map(({ name }) =>
        step('drop-kept', name, `DROP TRIGGER ${quoteName(name)}`, reason, causeOf(changes, watch.table)),
      ),
    ),
    rows: returned.flatMap((one) => (one.kind === 'table' ? rowsOf(one, to, changes) : [])),
    last: returned.flatMap((one) =>
      keptTables(one).map((name) =>
        step('drop-kept', name, `DROP TABLE ${quoteName(name)}`, 'what it held is back', causeOf(changes, one.table)),
      ),
    ),
    watches: returned.flatMap((one) => (one.kind === 'table' ? watchesOf(one, from, to, changes) : [])),
    hazards: [
      ...kept.flatMap((one) => hazard(one.name, notReturned(one, reasons.get(one)))),
      ...ends.flatMap(({ watch, reason, isReturned }) => {
        const message = `what ${watch.kept} holds of ${watch.table} would not come back with a revert any more: ${reason}`
        return kept.some((one) => sameName(one.name, watch.kept)) || isReturned ? [] : hazard(watch.kept, message)
      }),
    ],
    from: removed.size === 0 ? from : { ...from, triggers: from.triggers.filter((trigger) => !removed.has(trigger)) },
  }
}

function hazard(object: string, message: string | undefined): readonly PossibleHazard[] {
  return message === undefined ? [] : [{ code: 'kept-not-returned', object, message, otherwise: 'warn' }]
}

function notReturned(kept: Kept, reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined
  return `what ${kept.name} holds of ${keptObjects(kept).join(', ')} does not come back: ${reason}`
}

/** Why something kept can't be brought back; undefined where it can. */
function whyNot(kept: Kept, { from }: DraftInput, to: Schema, changes: readonly Change[]): string | undefined {
  const missing = keptTables(kept).find((name) => findByName(from.tables, name) === undefined)
  if (missing !== undefined) return `table ${missing} is gone`
  const holder = findByName(from.tables, kept.name)!
  const holds = (names: readonly string[]): boolean =>
    names.length === holder.columns.length && names.every((name) => findByName(holder.columns, name) !== undefined)
  const table = findByName(to.tables, kept.table)
  switch (kept.kind) {
    case 'copy':
      return `${kept.table} has no key by which a row would be found again; it stays there, for recovery by hand`
    case 'table': {
      const isMade = changes.some((change) => change.kind === 'create-table' && sameName(change.table.name, kept.table))
      if (table === undefined || !isMade) return `table ${kept.table} is there already; it stays there`
      const stored = table.columns.filter((column) => column.generated === undefined)
      const fits = kept.columns.every((name) => name === rowidName(table) || findByName(stored, name) !== undefined)
      return holds(kept.columns) && fits ? undefined : `its columns are not those of ${kept.table}; it stays there`
    }
    case 'column': {
      const live = findByName(from.tables, kept.table)
      const acts = changes.some((change) => isAbout(change, kept))
      if (table === undefined || live === undefined || !acts) {
        return `column ${kept.table}.${kept.column} is not what this plan changes; it stays there`
      }
      if (!holds([...kept.keys, kept.column])) return 'its columns are not those that were kept; it stays there'
      if (!keepsKey(live, table, [], kept.keys)) return `its keys are no key of ${kept.table} any more; it stays there`
      const broken = brokenWatch(kept, namesOf(kept), from)
      return broken === undefined ? undefined : `${broken}; it stays there, and a row could get another row's value`
    }
  }
}

function isAbout(change: Change, { table, column }: KeptColumn): boolean {
  if (!isTableChange(change) || !sameName(change.table, table)) return false
  switch (change.kind) {
    case 'add-column':
      return sameName(change.column.name, column)
    case 'change-type':
    case 'change-not-null':
    case 'change-generated':
      return sameName(change.to.name, column)
    // With STRICT, ANY means another thing.
    case 'change-table-options':
      return true
    default:
      return false
  }
}

/** The value that each row of the table gets: what is kept of it, else what it has or the default gives. */
function valuesOf(kept: KeptColumn, { from }: DraftInput, to: Schema): Backfill {
  const column = findByName(findByName(to.tables, kept.table)!.columns, kept.column)!
  const live = findByName(findByName(from.tables, kept.table)!.columns, kept.column)
  const holder = quoteName(kept.name)
  const source = `FROM ${holder} WHERE ${matchKey(kept, quoteName(kept.table), kept.keys)}`
  const other = live === undefined ? defaulted(column).expression : `${quoteName(kept.table)}.${quoteName(live.name)}`
  const value = `(SELECT ${holder}.${quoteName(kept.column)} ${source})`
  // What was never NULL needs one look-up, which is what a long way back spends its time on.
  const expression =
    column.notNull === undefined
      ? `CASE WHEN EXISTS (SELECT 1 ${source}) THEN ${value} ELSE ${other} END`
      : `coalesce(${value}, ${other})`
  return { table: kept.table, column: kept.column, expression, returns: true }
}

function rowsOf({ name, table, columns, mark }: KeptTable, to: Schema, changes: readonly Change[]): readonly Step[] {
  const made = findByName(to.tables, table)!
  const cause = changes.find((change) => change.kind === 'create-table' && change.table === made)!
  const list = columns.map(quoteName).join(', ')
  const back = (object: string, sql: string, why: string): Step => step('bring-back', object, sql, why, cause)
  const copy = `INSERT OR ABORT INTO ${quoteName(made.name)} (${list}) SELECT ${list} FROM ${quoteName(name)}`
  const rows = [back(made.name, copy, `brings the rows of ${table} back`)]
  if (mark === undefined) return rows
  const why = `brings the AUTOINCREMENT mark of ${table} back`
  const text = quoteText(made.name)
  const insert = `INSERT INTO sqlite_sequence (name, seq) SELECT ${text}, seq FROM ${quoteName(mark)}`
  return [
    ...rows,
    back(made.name, `DELETE FROM sqlite_sequence WHERE name = ${text}`, why),
    back(made.name, insert, why),
  ]
}

function watchesOf(kept: KeptTable, from: Schema, to: Schema, changes: readonly Change[]): readonly Step[] {
  const table = findByName(to.tables, kept.table)!
  return kept.watches.flatMap(({ name, ...watched }) => {
    const holder = findHolder(name, from)
    const reads = [...watched.keys, ...(watched.column === undefined ? [] : [watched.column])]
    const fits = reads.every((column) => findByName(table.columns, column) !== undefined)
    if (holder?.keys.length !== watched.keys.length || !fits) return []
    return writeWatch(holder, { table: table.name, ...watched }).map(({ name: object, sql }) =>
      step('watch-keys', object, sql, `goes on watching over ${name}`, causeOf(changes, table.name)),
    )
  })
}

/** Why a watch has to end, which others than this plan rely on; undefined where it can stay. */
function whyWatchEnds(
  watch: LiveWatch,
  { from, backfills, keep = false }: Pick<DraftInput, 'from' | 'backfills' | 'keep'>,
  to: Schema,
  changes: readonly Change[],
): string | undefined {
  const name = watch.table
  if (changes.some((change) => change.kind === 'drop-table' && sameName(change.table.name, name))) {
    // With the table it comes back: nobody can take its keys while there is none.
    const isKept = keep && intactWatch(watch, from) !== undefined
    return isKept ? undefined : `${name} is dropped, and what watches its keys with it`
  }
  const group = changes.filter((change) => isTableChange(change) && sameName(change.table, name))
  const [before, after] = [findByName(from.tables, name), findByName(to.tables, name)]
  if (group.length === 0 || before === undefined || after === undefined) return undefined
  if (findHolder(watch.kept, from) === undefined) return `table ${watch.kept} is gone`
  const reads = [...watch.keys, ...(watch.column === undefined ? [] : [watch.column])]
  const gone = reads.find((column) => findByName(after.columns, column) === undefined)
  if (gone !== undefined) return `column ${gone} goes, which it watches`
  const filled = backfills.filter((fill) => sameName(fill.table, name)).map((fill) => fill.column)
  const altered = findAlterations({ from, backfills }, to, group).map(({ column }) => column)
  if (!keepsKey(before, after, [...filled, ...altered], watch.keys)) {
    return `${watch.keys.join(', ')} is no key with the same values any more`
  }
  return overtaken(watch, from)
}

function step(kind: StepKind, object: string, sql: string, why: string, cause: Change): Step {
  return { kind, object, sql, why, cause }
}
