import type { Change } from '../diff/change.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import { type Column, objectsOf, type Schema, type Table } from '../model/schema.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import { affinityOf, convertedBy, convertsAlike } from './affinity.ts'
import type { AddedColumn, DraftInput } from './draft.ts'
import { type Projection, rowidName } from './projection.ts'
import type { PossibleHazard, Probe } from './step.ts'

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
    if (projection.rowids !== 'renumbered') continue
    const message = `columns of ${table.name} have taken all three names of the rowid, so its hidden rowids change`
    hazards.push({ code: 'rowids-renumbered', object: table.name, message, otherwise: 'warn' })
  }
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
      return [dropTable(change.table, input), ...lostTriggers(change.table.name, input)]
    case 'drop-virtual-table':
      return [dropped('drop-table', change.table.name, `virtual table ${change.table.name}`)]
    case 'drop-column':
      return [dropColumn(change.table, change.column, input)]
    case 'drop-view':
      return [
        dropped('drop-view', change.view.name, `view ${change.view.name}`),
        ...lostTriggers(change.view.name, input),
      ]
    case 'drop-trigger':
      return [dropped('drop-trigger', change.trigger.name, `trigger ${change.trigger.name}`)]
    case 'change-type':
      return convertType(change.table, change.from, change.to)
    case 'create-table':
      return change.table.columns.flatMap((column) => suspiciousDefault(change.table.name, column))
    case 'add-column':
      return suspiciousDefault(change.table, change.column)
    case 'change-default':
      return suspiciousDefault(change.table, change.to)
    default:
      return []
  }
}

function dropped(code: 'drop-table' | 'drop-view' | 'drop-trigger', object: string, what: string): PossibleHazard {
  return { code, object, message: `${what} is not declared and would be dropped`, otherwise: 'refuse' }
}

function dropTable(table: Table, { origin }: DraftInput): PossibleHazard {
  const { name } = table
  const probe: Probe = {
    code: 'drop-table',
    object: name,
    message: `table ${name} would be dropped with its rows`,
    count: `SELECT count(*) AS n FROM ${quoteName(name)}`,
    until: { subject: name, when: 'holds rows' },
  }
  const ours = origin?.tables.some((one) => sameName(one, name)) ?? false
  if (ours) return { code: 'drop-table', object: name, message: probe.message, probe, otherwise: 'nothing' }
  const message = `table ${name} is not declared and would be dropped`
  return { code: 'drop-table', object: name, message, probe, otherwise: 'refuse' }
}

/** An excluded trigger goes with its table or view, although nobody asked for that. */
function lostTriggers(table: string, input: DraftInput): PossibleHazard[] {
  return input.from.triggers
    .filter((trigger) => sameName(trigger.table, table) && !findByName(input.to.triggers, trigger.name))
    .map((trigger) => dropped('drop-trigger', trigger.name, `trigger ${trigger.name} goes with ${table}: it`))
}

function dropColumn(table: string, column: Column, { from, origin }: DraftInput): PossibleHazard {
  const object = `${table}.${column.name}`
  const added = origin?.columns.find((one) => sameName(one.table, table) && sameName(one.column, column.name))
  const owner = findByName(from.tables, table)!
  const message =
    added === undefined
      ? `column ${object} holds data and would be dropped`
      : `column ${object} has been given values of its own, or rows came, since the plan added it`
  const probe: Probe = {
    code: 'drop-column',
    object,
    message,
    count: added === undefined ? countValues(table, column.name) : countSince(owner, column.name, added),
    until: { subject: column.name, when: 'is given values of its own' },
  }
  return { code: 'drop-column', object, message, probe, otherwise: added === undefined ? 'warn' : 'nothing' }
}

function countValues(table: string, column: string): string {
  return `SELECT count(${quoteName(column)}) AS n FROM ${quoteName(table)}`
}

/** Rows whose value is not the plan's fill, or that came after it. The comparison converts the fill as storing it did. */
function countSince(table: Table, column: string, added: AddedColumn): string {
  const name = quoteName(table.name)
  const differs = `${quoteName(column)} COLLATE BINARY IS NOT (${added.fill}\n)`
  const rowid = rowidName(table)
  const newer = rowid === undefined || added.highestRowid === null ? '' : ` OR ${rowid} > ${added.highestRowid}`
  const changed = `SELECT count(*) FROM ${name} WHERE ${differs}${newer}`
  return `SELECT max((${changed}), (SELECT count(*) FROM ${name}) - ${added.rows}) AS n`
}

function convertType(table: string, from: Column, to: Column): PossibleHazard[] {
  const affinity = affinityOf(to)
  if (convertsAlike(affinityOf(from), affinity) || convertedBy[affinity].length === 0) return []
  const object = `${table}.${to.name}`
  const classes = convertedBy[affinity].map(quoteText).join(', ')
  const message = `values of ${object} would be stored as another type (${from.type || 'none'} → ${to.type || 'none'})`
  const probe: Probe = {
    code: 'lossy-conversion',
    object,
    message,
    count: `SELECT count(*) AS n FROM ${quoteName(table)} WHERE typeof(${quoteName(from.name)}) IN (${classes})`,
    until: { subject: to.name, when: 'holds values that its former type stored otherwise' },
  }
  return [{ code: 'lossy-conversion', object, message, probe, otherwise: 'nothing' }]
}

/** `DEFAULT 'true'` on a BOOLEAN is a text that is neither true nor 1. It is pointed out and left as it is. */
function suspiciousDefault(table: string, column: Column): PossibleHazard[] {
  const value = column.default?.expression.normal ?? ''
  if (!foldName(column.type).includes('bool') || !/^'(true|false|t|f|yes|no)'$/i.test(value)) return []
  const object = `${table}.${column.name}`
  const message = `${value} is a text; SQLite's TRUE is 1`
  return [{ code: 'suspicious-default', object, message, otherwise: 'warn' }]
}
