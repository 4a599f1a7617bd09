import { automaticKeys, hasPlainKeys } from '../diff/automatic-keys.ts'
import type { TableChange } from '../diff/change.ts'
import type { Table } from '../model/schema.ts'
import { qualifies } from '../sql/mentions.ts'
import { isSteadyExpression } from '../sql/plain-expression.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import { claim } from './claim.ts'
import { compareRows } from './compare-rows.ts'
import type { Backfill, Rebuild } from './draft.ts'
import { editCatalog } from './edit-catalog.ts'
import { keylessTable } from './keyless.ts'
import { defaulted, type Projection, projectRows, rowidName } from './projection.ts'
import { copiesRaw } from './raw-copy.ts'
import type { Step, StepKind } from './step.ts'

export interface RebuildInput {
  readonly from: Table
  readonly to: Table
  readonly changes: readonly TableChange[]
  readonly backfills: readonly Backfill[]
  /** Names that are taken, folded; the working names are added. */
  readonly taken: Set<string>
  /** False where SQLite has been found to refuse the rename. */
  readonly canRename: boolean
  /** Whether the keys may be built after the copy, and become the constraints' by an edit of the catalog. */
  readonly adopts?: boolean
}

export interface RebuildSteps {
  readonly steps: readonly Step[]
  readonly rebuild: Rebuild
  readonly projection: Projection
}

/**
 * The statements that give a table a new definition and keep its rows, their rowids and its AUTOINCREMENT mark.
 * Its triggers and indexes are gone before, and come back after; see `draftPlan`.
 *
 * The old table is renamed away and the new one created from its exact text, so that the catalog holds what the user
 * wrote. With foreign_keys OFF and legacy_alter_table ON, nothing else is re-pointed by the rename:
 * https://www.sqlite.org/pragma.html#pragma_legacy_alter_table
 */
export function rebuildTable(input: RebuildInput): RebuildSteps {
  const { from, to, changes, backfills, taken } = input
  const working = claim(`_schema_old_${from.name}`, taken)
  const projection = projectRows(from, to, backfills)
  const why = `${from.name}: ${describe(changes)}, which ALTER TABLE can't do`
  const step = (kind: StepKind, sql: string, reason: string): Step => ({
    kind,
    object: from.name,
    sql,
    why: reason,
    cause: changes[0]!,
  })
  const namesItself = from.checks.some((check) => qualifies(check.expression.text, from.name))
  const isParked = namesItself || !input.canRename
  const isRaw = !isParked && copiesRaw(from, to, projection)
  // Keys that are copied need not be built.
  const adopted = !isRaw && (input.adopts ?? false) && hasPlainKeys(to) && automaticKeys(to).some((key) => !key.isTable)
  const made = adopted ? keylessTable(to) : to
  const create = step('create-table', made.sql, why)
  const inRanges = (copying: Step, table: string, rowid: string | undefined): Step => {
    if (rowid === undefined || !isSteady(projection)) return copying
    const sql = `${keepingParts(copying.sql)} WHERE ${rowid} BETWEEN ? AND ?`
    return { ...copying, ranged: { table, rowid, sql } }
  }
  const moved = `moves every row of ${from.name}${projection.rowids === 'kept' ? ', with its rowid' : ''}`
  const copy: Step = isRaw
    ? { ...step('copy-rows', copyRaw(to, working), `${moved}, as it is stored`), asStored: true }
    : inRanges(step('copy-rows', copyRows(to, projection, working, from.name), moved), working, rowidName(from))
  const marked = from.primaryKey?.autoincrement && to.primaryKey?.autoincrement
  const drop: Step = {
    ...step('drop-table', `DROP TABLE ${quoteName(working)}`, `all rows of ${from.name} are in the new table`),
    ...compareRows({ from, to, projection, working, parked: isParked }),
  }
  const steps = isParked
    ? parked()
    : [
        step('set-aside-table', `ALTER TABLE ${quoteName(from.name)} RENAME TO ${quoteName(working)}`, why),
        create,
        copy,
        ...(marked ? keepMark(`(SELECT seq FROM sqlite_sequence WHERE name = ${quoteText(working)})`) : []),
        drop,
      ]
  const because = `${to.name} as it is declared, with the keys that have been built`
  const edited = adopted ? editCatalog({ from: made, to, cause: changes[0]!, why: because, statistics: [], taken }) : []
  return { steps: [...steps, ...edited], rebuild: { table: from.name, working }, projection }

  /**
   * `CHECK (t.a > 0)` says its own table's name, and a text in double quotes anywhere in the schema blocks every rename, so
   * the old table can't be renamed: its rows are put aside instead. They
   * are put aside as they will be, since a backfill reads the types and collations of the table as it was.
   */
  function parked(): Step[] {
    const mark = marked ? claim(`${working}_mark`, taken) : ''
    const reason = `${from.name} can't be renamed, ${namesItself ? 'since a CHECK says its name' : 'since SQLite refuses that in this schema'}`
    const columns = copiedColumns(projection)
    const names = columns.map((_, index) => `c${index}`)
    const before = [
      // Without declared types every value is kept as it is.
      step('create-table', `CREATE TABLE ${quoteName(working)} (${names.join(', ')})`, reason),
      inRanges(
        step(
          'copy-rows',
          `INSERT INTO ${quoteName(working)} SELECT ${columns.map((column) => column.expression).join(', ')} FROM ${quoteName(from.name)}`,
          `puts every row of ${from.name} aside`,
        ),
        from.name,
        rowidName(from),
      ),
    ]
    const seq = `SELECT seq FROM sqlite_sequence WHERE name = ${quoteText(from.name)}`
    if (marked) {
      before.push(
        step('keep-sequence', `CREATE TABLE ${quoteName(mark)} AS ${seq}`, 'puts the AUTOINCREMENT mark aside'),
      )
    }
    const after = marked
      ? [
          ...keepMark(`(SELECT seq FROM ${quoteName(mark)})`),
          step('drop-table', `DROP TABLE ${quoteName(mark)}`, 'the AUTOINCREMENT mark is back'),
        ]
      : []
    const dropOld = step('drop-table', `DROP TABLE ${quoteName(from.name)}`, `all rows of ${from.name} are put aside`)
    const targets = columns.map((column) => columnName(column.name, to)).join(', ')
    const back = `${orAbort} INTO ${quoteName(to.name)} (${targets}) SELECT ${names.join(', ')} FROM ${quoteName(working)}`
    const copyBack = inRanges(step('copy-rows', back, moved), working, 'rowid')
    return [...before, dropOld, create, copyBack, ...after, drop]
  }

  /** The highest id ever given must survive, also when its row is gone: https://www.sqlite.org/autoinc.html */
  function keepMark(seq: string): Step[] {
    const name = quoteText(to.name)
    const reason = `keeps the AUTOINCREMENT mark of ${from.name}`
    return [
      step('keep-sequence', `DELETE FROM sqlite_sequence WHERE name = ${name}`, reason),
      step(
        'keep-sequence',
        `INSERT INTO sqlite_sequence (name, seq) SELECT ${name}, seq FROM (SELECT ${seq} AS seq) WHERE seq IS NOT NULL`,
        reason,
      ),
    ]
  }
}

/** Whether every part of a copy gives what the copy gives at once: CURRENT_TIMESTAMP is one time in a statement. */
function isSteady({ columns, defaulted: left }: Projection): boolean {
  return [...columns, ...left.map(defaulted)].every(({ expression }) => isSteadyExpression(expression))
}

/** The copy is OR ABORT, whatever conflict clauses the new table's constraints have: those would eat rows. */
function copyRows(to: Table, projection: Projection, working: string, alias: string): string {
  const columns = copiedColumns(projection)
  const names = columns.map((column) => columnName(column.name, to))
  const values = columns.map((column) => column.expression)
  const source = `FROM ${quoteName(working)} AS ${quoteName(alias)}`
  return `${orAbort} INTO ${quoteName(to.name)} (${names.join(', ')}) SELECT ${values.join(', ')} ${source}`
}

/** Neither columns nor an alias: then SQLite copies what is stored. */
function copyRaw(to: Table, working: string): string {
  return `${orAbort} INTO ${quoteName(to.name)} SELECT * FROM ${quoteName(working)}`
}

/**
 * A part that fails need not take back what it has done, since everything is rolled back then: OR ABORT would have SQLite keep every page of a
 * key as it was before the part, and each part of a key in no order changes most of them. https://www.sqlite.org/lang_conflict.html
 */
function keepingParts(sql: string): string {
  return sql.startsWith(orAbort) ? `INSERT OR FAIL${sql.slice(orAbort.length)}` : sql
}

const orAbort = 'INSERT OR ABORT'

/** Where no column is shared, the first new one stands for the row. */
function copiedColumns(projection: Projection): Projection['columns'] {
  return projection.columns.length > 0 ? projection.columns : projection.defaulted.slice(0, 1).map(defaulted)
}

function columnName(name: string, to: Table): string {
  return to.columns.some((column) => column.name === name) ? quoteName(name) : name
}

/** The changes of one table, in a few words. */
export function describe(changes: readonly TableChange[]): string {
  return [...new Set(changes.map(describeOne))].join(', ')
}

function describeOne(change: TableChange): string {
  const kind = change.kind.replaceAll('-', ' ')
  if ('column' in change) return `${kind} ${change.column.name}`
  if ('constraint' in change) {
    const { name } = change.constraint
    const what = 'columns' in change.constraint ? `(${change.constraint.columns.map(nameIn).join(', ')})` : ''
    return [kind, name ?? what].join(' ').trim()
  }
  if (change.kind === 'change-primary-key' || change.kind === 'change-table-options') return kind
  if (change.kind === 'rename-column') return `${kind} ${change.to}`
  return `${kind} ${change.to.name}`
}

function nameIn(part: string | { readonly name: string }): string {
  return typeof part === 'string' ? part : part.name
}
