import type { Change } from '../diff/change.ts'
import { isKept } from '../model/kept.ts'
import { findByName, sameName } from '../model/name.ts'
import { formerColumn, formerName, noRenames } from '../model/renames.ts'
import { type Column, objectsOf, type Schema, type Table, type Trigger, type View } from '../model/schema.ts'
import { mentions } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import { changedBehaviour } from './changed-behaviour.ts'
import { findAlterations } from './conversions.ts'
import { type AddedColumn, type DraftInput, startOf } from './draft.ts'
import { findLookalikes } from './lookalikes.ts'
import { formerValue, projectedRows } from './projected-rows.ts'
import { type Projection, rowidName } from './projection.ts'
import type { PossibleHazard, Probe } from './step.ts'
import { findSuspicious } from './suspicious.ts'

/** What someone should know before the plan runs, and what has to be allowed by name. */
export function findHazards(
  input: DraftInput,
  to: Schema,
  changes: readonly Change[],
  projections: ReadonlyMap<string, Projection>,
): readonly PossibleHazard[] {
  const hazards = changes.flatMap((change) => hazardsOf(change, input))
  for (const [name, projection] of projections) {
    const table = findByName(to.tables, name)!
    if (projection.rowids !== 'lost') continue
    const message = `the rows of ${table.name} do not keep their hidden rowids`
    const count = `SELECT count(*) AS n FROM ${quoteName(table.name)}`
    const probe: Probe = { code: 'rowids-change', object: table.name, message, count }
    hazards.push({ code: 'rowids-change', object: table.name, message, probe, otherwise: 'nothing' })
  }
  for (const { object, column, fromType, toType, conversion, count } of findAlterations(input, to, changes)) {
    const how = conversion === undefined ? `stored otherwise (${fromType} → ${toType})` : `converted (${conversion})`
    const message = `values of ${object} would be ${how}, and converting back would not return them`
    const when = conversion === undefined ? 'its former type stored otherwise' : 'are not what they were'
    const until = { subject: column, when: `holds values that ${when}` }
    const probe: Probe = { code: 'lossy-conversion', object, message, count, until }
    hazards.push({ code: 'lossy-conversion', object, message, probe, otherwise: 'nothing' })
  }
  // On the way back everything is known.
  if (input.origin === undefined) hazards.push(...findLookalikes(input.from, to, changes))
  hazards.push(...changedBehaviour(input, to, changes), ...findSuspicious(input, to, changes))
  for (const object of objectsOf(input.to)) {
    if (!input.isExcluded(object)) continue
    const message = `${object.kind} ${object.name} is declared and excluded; it is left alone`
    hazards.push({ code: 'excluded-but-declared', object: object.name, message, otherwise: 'warn' })
  }
  return hazards
}

function hazardsOf(change: Change, input: DraftInput): PossibleHazard[] {
  switch (change.kind) {
    case 'drop-table':
      return [dropTable(change.table.name, 'table', input), ...lostTriggers(change.table.name, input.from, input)]
    case 'drop-virtual-table':
      return [dropTable(change.table.name, 'virtual table', input)]
    case 'drop-column':
      return dropColumn(change.table, change.column, input)
    case 'drop-view': {
      const { view } = change
      // Where it made way for a rename, its triggers are gone after that.
      return [...dropDefinition('drop-view', 'view', view, input), ...lostTriggers(view.name, startOf(input), input)]
    }
    case 'drop-trigger':
      return dropDefinition('drop-trigger', 'trigger', change.trigger, input)
    case 'change-generated':
      return computeColumn(change, input)
    default:
      return []
  }
}

/** What the reverted plan itself created goes without a word, unless somebody has edited it since. */
function dropDefinition(
  code: 'drop-view' | 'drop-trigger',
  what: string,
  { name }: { readonly name: string },
  input: DraftInput,
): PossibleHazard[] {
  // As it was before this plan's renames, which have rewritten it.
  const { views, triggers } = startOf(input)
  const normal = findByName<View | Trigger>(code === 'drop-view' ? views : triggers, name)?.normal
  const ours = input.origin?.definitions.some((one) => sameName(one.name, name) && one.normal === normal) ?? false
  if (ours) return []
  return [{ code, object: name, message: `${what} ${name} is not declared and would be dropped`, otherwise: 'refuse' }]
}

function dropTable(name: string, what: string, { origin, renaming }: DraftInput): PossibleHazard {
  const former = formerName(name, renaming?.renames ?? noRenames)
  const ours = origin?.tables.find((one) => sameName(one.table, former))
  const message = ours
    ? `${what} ${name} would be dropped with its rows`
    : `${what} ${name} is not declared and would be dropped`
  const probe: Probe = {
    code: 'drop-table',
    object: name,
    message,
    // A full-text index over another table has its rows from the start.
    count: `SELECT max(0, count(*) - ${ours?.rows ?? 0}) AS n FROM ${quoteName(name)}`,
    until: { subject: name, when: 'holds rows' },
  }
  return { code: 'drop-table', object: name, message, probe, otherwise: ours ? 'nothing' : 'refuse' }
}

/** A trigger goes with its table or view, although nobody asked for that if it is excluded. */
function lostTriggers(table: string, { triggers }: Schema, input: DraftInput): PossibleHazard[] {
  return triggers
    .filter((trigger) => sameName(trigger.table, table) && !findByName(input.to.triggers, trigger.name))
    .filter((trigger) => !isKept(trigger.name))
    .flatMap((trigger) => dropDefinition('drop-trigger', `with ${table}, the trigger`, trigger, input))
}

/** A column of values becomes one that is computed: what it held and would not be computed is lost. */
function computeColumn(
  { table, from: before, to: after }: Extract<Change, { kind: 'change-generated' }>,
  input: DraftInput,
): PossibleHazard[] {
  const { from, to, backfills } = input
  if (before.generated !== undefined || after.generated === undefined) return []
  // What the reverted plan itself filled is lost to nobody.
  if (addedBy(input, table, before) !== undefined) return dropColumn(table, before, input)
  const object = `${table}.${before.name}`
  const [live, target] = [findByName(from.tables, table)!, findByName(to.tables, table)!]
  // What the expression reads can be of another type after the plan, or come with it.
  const rows = projectedRows(live, target, backfills, [before])
  const was = formerValue(0)
  const differs = `${was} COLLATE BINARY IS NOT +${quoteName(after.name)} AND ${was} IS NOT NULL`
  const message = `column ${object} holds values that would be replaced by computed ones`
  const probe: Probe = {
    code: 'drop-column',
    object,
    message,
    count: `SELECT count(*) AS n FROM (${rows.sql}) AS ${quoteName(target.name)} WHERE ${differs}`,
    until: { subject: before.name, when: 'is given values of its own' },
  }
  return [{ code: 'drop-column', object, message, probe, otherwise: 'nothing' }]
}

function dropColumn(table: string, column: Column, input: DraftInput): PossibleHazard[] {
  // A computed column comes back with its definition.
  if (column.generated !== undefined) return []
  const object = `${table}.${column.name}`
  const added = addedBy(input, table, column)
  const fill = added !== undefined && isItself(added) ? quoteName(column.name) : added?.fill
  const owner = findByName(input.from.tables, table)!
  const message =
    added === undefined
      ? `column ${object} holds data and would be dropped`
      : `column ${object} has been given values of its own, or rows came, since the plan added it`
  const probe: Probe = {
    code: 'drop-column',
    object,
    message,
    count:
      added === undefined ? countValues(table, column.name) : countSince(owner, column.name, { ...added, fill: fill! }),
    until: { subject: column.name, when: 'is given values of its own' },
  }
  return [{ code: 'drop-column', object, message, probe, otherwise: added === undefined ? 'warn' : 'nothing' }]
}

/** The column as the reverted plan has added it, if it has, and if what it filled can still be asked. */
function addedBy({ origin, renaming }: DraftInput, table: string, { name }: Column): AddedColumn | undefined {
  const renames = renaming?.renames ?? noRenames
  return origin?.columns.find(
    (one) =>
      sameName(one.table, formerName(table, renames)) &&
      sameName(one.column, formerColumn(table, name, renames)) &&
      // The fill says the names that are given up again; that of a rowid is itself, whatever it is called.
      (isItself(one) || !renames.columns.some((renamed) => mentions(one.fill, renamed.from))),
  )
}

/** A column that has become the rowid took the rowids that the rows had. */
function isItself({ column, fill }: AddedColumn): boolean {
  return fill === quoteName(column)
}

function countValues(table: string, column: string): string {
  return `SELECT count(${quoteName(column)}) AS n FROM ${quoteName(table)}`
}

/** Rows whose value is not the plan's fill, or that came after it. The comparison converts the fill as storing it did. */
function countSince(table: Table, column: string, added: AddedColumn): string {
  const name = quoteName(table.name)
  const differs = `${quoteName(column)} COLLATE BINARY IS NOT +(${added.fill}\n)`
  const rowid = rowidName(table)
  const newer = rowid === undefined || added.highestRowid === null ? '' : ` OR ${rowid} > ${added.highestRowid}`
  const changed = `SELECT count(*) FROM ${name} WHERE ${differs}${newer}`
  return `SELECT max((${changed}), (SELECT count(*) FROM ${name}) - ${added.rows}) AS n`
}
