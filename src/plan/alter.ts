import type { Change, TableChange } from '../diff/change.ts'
import { isRowidAlias } from '../diff/rowid-alias.ts'
import { findByName, sameName } from '../model/name.ts'
import type { Check, Column, ForeignKey, Schema, Table } from '../model/schema.ts'
import { mentions, readsInOrder } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import { tokenize } from '../sql/token.ts'
import { writeColumn } from '../sql/write-column.ts'
import type { Capabilities } from './capabilities.ts'
import type { Backfill } from './draft.ts'
import { conversionOf, fillOf } from './fills.ts'
import type { Step, StepKind } from './step.ts'

export interface AlterInput {
  readonly table: Table
  readonly to: Table
  readonly changes: readonly TableChange[]
  readonly backfills: readonly Backfill[]
  /** The schema as it will be, excluded objects included: what must not depend on a dropped column. */
  readonly remaining: Schema
  /** Whether the columns have to end in the order of `to`. */
  readonly keepOrder: boolean
  readonly capabilities: Capabilities
}

/**
 * The ALTER TABLE statements that make all changes of one table, or undefined where only a rebuild can.
 *
 * This is the one place that decides between the two; each kind of change has one predicate.
 * https://www.sqlite.org/lang_altertable.html
 */
export function alterTable(input: AlterInput): readonly Step[] | undefined {
  if (input.changes.filter((change) => change.kind === 'drop-column').length > mostDrops) return undefined
  const added = addedColumns(input.changes)
  const dropped = droppedColumns(input)
  if (added === undefined) return undefined
  const rest = input.changes.filter((change) => !comesWithColumn(change, added) && !goesWithColumn(change, dropped))
  const steps: Step[] = []
  for (const change of rest) {
    const step = alterStep(change, input)
    if (step === undefined) return undefined
    steps.push(step)
  }
  if ((input.keepOrder || orderMatters(input)) && !endsInOrder(input, added)) return undefined
  const place = (step: Step): number =>
    [...dropped, ...added].findIndex((column) => 'column' in step.cause && step.cause.column === column)
  return order.flatMap((kind) => steps.filter((step) => step.kind === kind).sort((a, b) => place(a) - place(b)))
}

/**
 * Whether a step is refused while foreign keys are enforced: a new column with a REFERENCES clause and a default, or a dropped one
 * whose parent is not there. https://www.sqlite.org/lang_altertable.html#altertabaddcol
 */
export function refusedWhileEnforced({ cause }: Step, table: Table, to: Table): boolean {
  if (cause.kind !== 'add-column' && cause.kind !== 'drop-column') return false
  const { foreignKeys } = cause.kind === 'add-column' ? to : table
  const refers = foreignKeys.some((foreignKey) => isForeignKeyOf(foreignKey, cause.column))
  return refers && (cause.kind === 'drop-column' || hasDefault(cause.column))
}

/** Each DROP COLUMN writes every row anew, as a rebuild does once. */
const mostDrops = 50

/** What goes first: a dropped column is used by no constraint any more. */
const order: readonly StepKind[] = ['drop-constraint', 'drop-column', 'add-column', 'drop-not-null', 'set-not-null']

/** The new columns in an order in which each reads only earlier ones; undefined where there is none such. */
function addedColumns(changes: readonly TableChange[]): readonly Column[] | undefined {
  const all = changes.flatMap((change) => (change.kind === 'add-column' ? [change.column] : []))
  const added = [...all.filter((column) => !column.generated), ...all.filter((column) => column.generated)]
  const readsLater = added.some(
    ({ generated }, index) =>
      generated !== undefined &&
      added.slice(index + 1).some((later) => mentions(generated.expression.text, later.name)),
  )
  return readsLater ? undefined : added
}

/** The columns that go, in an order in which each is read by none that is still there. */
function droppedColumns({ table, changes }: AlterInput): readonly Column[] {
  const dropped: Column[] = []
  let left = changes.flatMap((change) => (change.kind === 'drop-column' ? [change.column] : []))
  while (left.length > 0) {
    const free = left.find((column) => left.every((other) => other === column || !reads(other, column, table)))
    // A name that means something else can look like a circle: then any.
    const next = free ?? left[0]!
    dropped.push(next)
    left = left.filter((column) => column !== next)
  }
  return dropped
}

/** Whether a column's expression, or a CHECK that is written at it, reads another. */
function reads(column: Column, other: Column, table: Table): boolean {
  const checks = table.checks.filter((check) => isWrittenAt(check, column))
  const expressions = [
    ...checks.map((check) => check.expression),
    ...(column.generated ? [column.generated.expression] : []),
  ]
  return expressions.some(({ text }) => mentions(text, other.name))
}

/** A constraint that is written at a column goes with it: https://www.sqlite.org/lang_altertable.html#altertabdropcol */
function goesWithColumn(change: Change, dropped: readonly Column[]): boolean {
  if (change.kind !== 'drop-check' && change.kind !== 'drop-foreign-key') return false
  return dropped.some((column) => isWrittenAt(change.constraint, column))
}

function isWrittenAt({ atColumn }: Check | ForeignKey, { name }: Column): boolean {
  return atColumn !== undefined && sameName(atColumn, name)
}

function alterStep(change: TableChange, input: AlterInput): Step | undefined {
  switch (change.kind) {
    case 'add-column':
      return canAddColumn(change.column, input) ? addColumn(change, input) : undefined
    case 'drop-column':
      return canDropColumn(change.column, input) ? dropColumn(change) : undefined
    // Renames are made before, and are no difference any more.
    case 'rename-column':
      return undefined
    case 'change-not-null':
      return canAlterNotNull(change, input) ? alterNotNull(change) : undefined
    case 'drop-check':
      return canDropConstraint(change.constraint, input) ? dropConstraint(change) : undefined
    case 'change-table-options':
    case 'change-type':
    case 'change-default':
    case 'change-collation':
    case 'change-generated':
    case 'change-primary-key':
    case 'add-unique':
    case 'drop-unique':
    // SQLite 3.53 has ADD CHECK, and refuses it over a row for which the CHECK is NULL, which the same CHECK lets pass.
    case 'add-check':
    case 'add-foreign-key':
    case 'drop-foreign-key':
      return undefined
  }
}

/** Whether a view or trigger takes the columns as they stand: `SELECT *`, or an INSERT without a list of columns. */
function orderMatters({ table, remaining }: AlterInput): boolean {
  const texts = [...remaining.views, ...remaining.triggers].map((object) => object.sql)
  return texts.some((sql) => mentions(sql, table.name) && readsInOrder(sql, table.name))
}

function endsInOrder({ table, to }: AlterInput, added: readonly Column[]): boolean {
  const kept = table.columns.filter((column) => findByName(to.columns, column.name) !== undefined)
  return [...kept, ...added].every((column, index) => sameName(column.name, to.columns[index]?.name ?? ''))
}

/** A constraint of the table that can stand at a column that is being added. */
function comesWithColumn(change: Change, added: readonly Column[]): boolean {
  if (change.kind === 'add-foreign-key') return added.some((column) => isForeignKeyOf(change.constraint, column))
  if (change.kind === 'add-check') return added.some((column) => isCheckOf(change.constraint, column, added))
  return false
}

function isForeignKeyOf(foreignKey: ForeignKey, column: Column): boolean {
  return foreignKey.columns.length === 1 && sameName(foreignKey.columns[0]!, column.name)
}

/** A CHECK over new columns stands at the last of them: by then the others are there. */
function isCheckOf(check: Check, column: Column, added: readonly Column[]): boolean {
  return added.filter(({ name }) => mentions(check.expression.text, name)).at(-1) === column
}

/** https://www.sqlite.org/lang_altertable.html#altertabnotnull */
function canAlterNotNull(
  { to }: Extract<Change, { kind: 'change-not-null' }>,
  { table, to: target, backfills, capabilities }: AlterInput,
): boolean {
  // It gives no name, and a value of each row's own needs the rows to be written again.
  const isWritten = fillOf(backfills, table.name, to.name) ?? conversionOf(backfills, table, target, to.name)
  return capabilities.alterNotNull && to.notNull?.name === undefined && isWritten === undefined
}

function alterNotNull(change: Extract<Change, { kind: 'change-not-null' }>): Step {
  const { table, to } = change
  const { notNull } = to
  const conflict = notNull?.onConflict === undefined ? '' : ` ON CONFLICT ${notNull.onConflict}`
  const what = notNull === undefined ? 'DROP NOT NULL' : `SET NOT NULL${conflict}`
  return {
    kind: notNull === undefined ? 'drop-not-null' : 'set-not-null',
    object: table,
    sql: `ALTER TABLE ${quoteName(table)} ALTER COLUMN ${quoteName(to.name)} ${what}`,
    why: `${to.name} of ${table} ${notNull === undefined ? 'may be NULL' : 'must not be NULL'}; its rows stay where they are`,
    cause: change,
  }
}

/** It is dropped by its name, which another constraint of the table may have too. */
function canDropConstraint({ name }: Check, { table, capabilities }: AlterInput): boolean {
  if (name === undefined || !capabilities.dropConstraint) return false
  const constraints = [
    ...table.columns.flatMap((column) => [column.notNull, column.default, column.generated]),
    ...[table.primaryKey, ...table.uniques, ...table.checks, ...table.foreignKeys],
  ]
  return constraints.filter((one) => one?.name !== undefined && sameName(one.name, name)).length === 1
}

function dropConstraint(change: Extract<Change, { kind: 'drop-check' }>): Step {
  const { table, constraint } = change
  return {
    kind: 'drop-constraint',
    object: table,
    sql: `ALTER TABLE ${quoteName(table)} DROP CONSTRAINT ${quoteName(constraint.name!)}`,
    why: `CHECK ${constraint.name} of ${table} is not declared; its rows stay where they are`,
    cause: change,
  }
}

function canAddColumn(column: Column, { table, to, backfills }: AlterInput): boolean {
  const inKey = to.primaryKey?.columns.some((part) => sameName(part.name, column.name)) ?? false
  if (inKey || column.generated?.stored) return false
  if (column.generated !== undefined) return !endsInComment(table.sql)
  // A value of each row's own needs the rows to be written again, which a rebuild does without firing triggers.
  if (fillOf(backfills, table.name, column.name) !== undefined) return false
  if (column.default !== undefined && !column.default.constant) return false
  if (column.notNull !== undefined && !hasDefault(column)) return false
  return !endsInComment(table.sql)
}

/** Whether it has a default other than NULL. */
function hasDefault(column: Column): boolean {
  return column.default !== undefined && column.default.expression.normal.toLowerCase() !== 'null'
}

/** A text that ends in a `-- comment` has been seen to fail with "incomplete input". */
function endsInComment(sql: string): boolean {
  return sql.slice(tokenize(sql).at(-1)?.end ?? 0).includes('--')
}

function addColumn(change: Extract<Change, { kind: 'add-column' }>, { table, changes }: AlterInput): Step {
  const { column } = change
  const foreignKeys = changes.flatMap((other) =>
    other.kind === 'add-foreign-key' && isForeignKeyOf(other.constraint, column) ? [other.constraint] : [],
  )
  const added = addedColumns(changes)!
  const checks = changes.flatMap((other) =>
    other.kind === 'add-check' && isCheckOf(other.constraint, column, added) ? [other.constraint] : [],
  )
  return {
    kind: 'add-column',
    object: table.name,
    sql: `ALTER TABLE ${quoteName(table.name)} ADD COLUMN ${writeColumn(column, foreignKeys, checks)}`,
    why: `adds ${column.name} to ${table.name} without touching its rows`,
    cause: change,
  }
}

/** SQLite refuses some of these itself; others it breaks silently. */
function canDropColumn(column: Column, input: AlterInput): boolean {
  const { table, to, remaining, changes } = input
  const { name } = column
  const dropped = droppedColumns(input)
  const gone = dropped.slice(0, dropped.indexOf(column))
  const there = table.columns.filter((other) => !gone.includes(other))
  const keys = [table.primaryKey?.columns ?? [], ...table.uniques.map((unique) => unique.columns)]
  if (keys.some((parts) => parts.some((part) => sameName(part.name, name)))) return false
  const others = table.foreignKeys.filter((foreignKey) => !isWrittenAt(foreignKey, column))
  if (others.some((foreignKey) => foreignKey.columns.some((part) => sameName(part, name)))) return false
  if (others.some(({ deferredAt }) => deferredAt !== undefined && sameName(deferredAt, name))) return false
  // What is written at the column goes with it, also a CHECK that reads others only and is to stay.
  const stays = (check: Check): boolean =>
    !changes.some((change) => change.kind === 'drop-check' && change.constraint === check)
  if (table.checks.some((check) => isWrittenAt(check, column) && stays(check))) return false
  if (isRowidAlias(table) && sameName(table.primaryKey!.columns[0]!.name, name)) return false
  const expressions = [
    ...table.checks.filter((check) => !goesBefore(check)).map((check) => check.expression.text),
    ...there.flatMap((other) => (other === column || !other.generated ? [] : [other.generated.expression.text])),
    ...remaining.indexes.filter((index) => sameName(index.table, table.name)).map((index) => index.sql),
    ...remaining.views.map((view) => view.sql),
    ...remaining.triggers.map((trigger) => trigger.sql),
  ]
  if (expressions.some((text) => mentions(text, name))) return false
  const isParent = remaining.tables.some((other) =>
    other.foreignKeys.some(
      (foreignKey) =>
        sameName(foreignKey.table, table.name) && foreignKey.referencedColumns.some((part) => sameName(part, name)),
    ),
  )
  return !isParent && findByName(to.columns, name) === undefined

  function goesBefore(check: Check): boolean {
    const isDropped = changes.some((change) => change.kind === 'drop-check' && change.constraint === check)
    const goesAlong = [...gone, column].some((other) => isWrittenAt(check, other))
    return isDropped && (goesAlong || canDropConstraint(check, input))
  }
}

function dropColumn(change: Extract<Change, { kind: 'drop-column' }>): Step {
  return {
    kind: 'drop-column',
    object: change.table,
    sql: `ALTER TABLE ${quoteName(change.table)} DROP COLUMN ${quoteName(change.column.name)}`,
    why: `removes ${change.column.name} from ${change.table}; nothing else uses it`,
    cause: change,
  }
}
