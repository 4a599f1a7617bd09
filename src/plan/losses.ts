import type { Change } from '../diff/change.ts'
import { findByName, foldName } from '../model/name.ts'
import type { Schema, Table } from '../model/schema.ts'
import { callsFunction, mentions } from '../sql/mentions.ts'
import { isPlainExpression } from '../sql/plain-expression.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import { affinityOf } from './affinity.ts'
import { findAlterations } from './conversions.ts'
import type { DraftInput } from './draft.ts'
import { fillOf } from './fills.ts'
import { freeRowidNames, type Projection, rowidName } from './projection.ts'
import type { PossibleLoss } from './step.ts'

/** What a plan takes away for good: the way back can restore the schema, and not these. */
export function findLosses(
  input: DraftInput,
  to: Schema,
  changes: readonly Change[],
  projections: ReadonlyMap<string, Projection>,
): readonly PossibleLoss[] {
  const losses = changes.flatMap((change) => lossesOf(change, input, to))
  for (const { object, conversion, count } of findAlterations(input, to, changes)) {
    const where = conversion === undefined ? 'are stored otherwise' : 'are converted to others'
    losses.push({ what: `the former values of ${object}, where they ${where}`, object, count })
  }
  for (const [name, { rowids }] of projections) {
    const table = findByName(input.from.tables, name)!
    if (rowids === 'lost') {
      losses.push({ what: `the hidden rowids of ${table.name}`, object: table.name, count: countRows(table.name) })
    }
  }
  return losses
}

function lossesOf(change: Change, { from, backfills }: DraftInput, to: Schema): PossibleLoss[] {
  switch (change.kind) {
    case 'drop-table': {
      const { name, primaryKey } = change.table
      const mark = {
        what: `the AUTOINCREMENT mark of ${name}`,
        object: name,
        count: `SELECT count(*) AS n FROM sqlite_sequence WHERE name = ${quoteText(name)} AND seq > 0`,
      }
      return [
        { what: `the rows of ${name}`, object: name, count: countRows(name) },
        ...(primaryKey?.autoincrement ? [mark] : []),
      ]
    }
    case 'drop-virtual-table':
      return [
        { what: `the rows of ${change.table.name}`, object: change.table.name, count: countRows(change.table.name) },
      ]
    case 'drop-column': {
      const { table, column } = change
      if (column.generated !== undefined) return []
      const object = `${table}.${column.name}`
      return [{ what: `the values of ${object}`, object, count: countValues(table, column.name) }]
    }
    case 'change-generated': {
      const { table } = change
      const object = `${table}.${change.from.name}`
      if (change.from.generated !== undefined) {
        // Converted by another type, a computed value is not what would be computed again.
        const owner = findByName(from.tables, table)!
        const same = change.to.generated || affinityOf(change.from, owner) === affinityOf(change.to, owner)
        const what = `the computed values of ${object}, which another type converts`
        return same ? [] : [{ what, object, count: countValues(table, change.from.name) }]
      }
      return [{ what: `the values of ${object}`, object, count: countValues(table, change.from.name) }]
    }
    case 'change-not-null': {
      const { table, from: column } = change
      if (fillOf(backfills, table, column.name) === undefined) return []
      const count = `SELECT count(*) AS n FROM ${quoteName(table)} WHERE ${quoteName(column.name)} IS NULL`
      const object = `${table}.${column.name}`
      return [{ what: `which values of ${object} were NULL`, object, count }]
    }
    case 'change-primary-key': {
      if (!change.from?.autoincrement || change.to?.autoincrement) return []
      const rowid = rowidName(findByName(from.tables, change.table)!)!
      const highest = `(SELECT coalesce(max(${rowid}), 0) FROM ${quoteName(change.table)})`
      const count = `SELECT count(*) AS n FROM sqlite_sequence WHERE name = ${quoteText(change.table)} AND seq > ${highest}`
      return [{ what: `the AUTOINCREMENT mark of ${change.table}`, object: change.table, count }]
    }
    case 'add-column': {
      // A value of each row's own that nothing could compute again; CURRENT_TIMESTAMP is one for all.
      const text = change.column.default?.expression
      const fill = fillOf(backfills, change.table, change.column.name)
      const object = `${change.table}.${change.column.name}`
      if (fill !== undefined && readsWhatGoes(fill.expression, change.table, from, to)) {
        const what = `the values that ${object} was filled with, from what is gone then`
        return [{ what, object, count: countRows(change.table) }]
      }
      if (fill !== undefined && !isPlainExpression(fill.expression)) {
        // A revert finds the fill in the journal, which is data from outside, and does not run everything.
        const what = `the values that ${change.table}.${change.column.name} was filled with, which a revert does not compute again`
        return [
          { what, object: `${change.table}.${change.column.name}`, count: countUnlike(change.table, fill.expression) },
        ]
      }
      if (text === undefined || fill !== undefined || !callsFunction(text.text)) return []
      return [
        {
          what: `the values that the default of ${object} gives`,
          object,
          count: countRows(change.table),
        },
      ]
    }
    default:
      return []
  }
}

/** Whether a fill reads a column, or the rowid, that the table has no more: then it can't be told any more what it gave. */
function readsWhatGoes(fill: string, table: string, from: Schema, to: Schema): boolean {
  const [before, after] = [findByName(from.tables, table)!, findByName(to.tables, table)!]
  const names = (owner: Table): readonly string[] => [
    ...owner.columns.map((column) => foldName(column.name)),
    ...(owner.withoutRowid ? [] : freeRowidNames(owner)),
  ]
  const left = new Set(names(after))
  return names(before).some((name) => !left.has(name) && mentions(fill, name))
}

function countRows(table: string): string {
  return `SELECT count(*) AS n FROM ${quoteName(table)}`
}

/** How many rows there are, where an expression gives them more than one value: one value for all is known by itself. */
function countUnlike(table: string, expression: string): string {
  const values = `SELECT quote((${expression}\n)) AS value FROM ${quoteName(table)}`
  return `SELECT CASE WHEN count(DISTINCT value) > 1 THEN count(*) ELSE 0 END AS n FROM (${values})`
}

function countValues(table: string, column: string): string {
  return `SELECT count(${quoteName(column)}) AS n FROM ${quoteName(table)}`
}
