import { hasPlainKeys, isSameTableKey } from '../diff/automatic-keys.ts'
import type { TableChange } from '../diff/change.ts'
import { diffTables } from '../diff/diff-tables.ts'
import { key, normalPrimaryKey } from '../diff/normal.ts'
import { isRowidAlias } from '../diff/rowid-alias.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Column, Index, Schema, Table } from '../model/schema.ts'
import { mentions } from '../sql/mentions.ts'
import { orderColumns } from '../sql/order-columns.ts'
import { readTable } from '../sql/read-table.ts'
import { affinityOf } from './affinity.ts'
import { type AlterInput, alterTable } from './alter.ts'
import { conversionOf, fillOf } from './fills.ts'
import type { Step } from './step.ts'

export interface InPlaceInput extends AlterInput {
  /** The live schema, excluded objects included: what reads a column now. */
  readonly live: Schema
}

/** How a table can be changed by its catalog entry, or why it can't. */
export type InPlace =
  | {
      /** The columns that come and go first, by ALTER TABLE. */
      readonly columns: readonly Step[]
      /** The table as it will be: its columns in the order in which the rows have them. */
      readonly made: Table
      /** Columns whose collation changes: each index over one has to be built again. */
      readonly recollated: readonly Column[]
    }
  | { readonly reason: string }

/**
 * Whether the rows of a table stay valid as they are stored, when its text in the catalog becomes another one.
 *
 * This is the one place that decides it; each kind of change has one predicate, which gives the reason why not. What a new
 * constraint claims has been asked of the rows under the lock (`findProbes`): nothing else would notice.
 */
export function changeInPlace(input: InPlaceInput): InPlace {
  const { table, to, changes, backfills } = input
  if (table.name !== to.name) return { reason: `its name is spelled ${to.name}` }
  for (const change of changes) {
    const reason = obstacles[change.kind](change as never, input)
    if (reason !== undefined) return { reason }
  }
  for (const column of to.columns) {
    const before = findByName(table.columns, column.name)
    const fill = fillOf(backfills, to.name, column.name)
    if (before === undefined) continue
    const isFilled =
      fill !== undefined && (fill.returns || (column.notNull !== undefined && before.notNull === undefined))
    if (isFilled || conversionOf(backfills, table, to, column.name) !== undefined)
      return { reason: `${column.name} gets other values` }
    if (showsItsText(before, column)) return { reason: `rows may show the default of ${column.name} as it is spelled` }
  }
  if (!hasPlainKeys(table) || !hasPlainKeys(to))
    return { reason: 'of its primary key there is a UNIQUE too, or it is in falling order' }
  if (!isSameTableKey(table, to)) return { reason: 'its primary key sorts the rows otherwise' }
  // A constraint that is written at a column goes with it, as far as it is to go.
  const moved = changes.filter(
    (change) =>
      change.kind === 'add-column' ||
      change.kind === 'drop-column' ||
      ((change.kind === 'drop-check' || change.kind === 'drop-foreign-key') &&
        change.constraint.atColumn !== undefined &&
        changes.some((one) => one.kind === 'drop-column' && sameName(one.column.name, change.constraint.atColumn!))),
  )
  const columns = alterTable({ ...input, changes: moved })
  if (columns === undefined) return { reason: reasonOfColumns(input) }
  const made = asStored(input, columns)
  if (made === undefined) return { reason: 'its columns are in another order' }
  const recollated = changes.flatMap((change) => (change.kind === 'change-collation' ? [change.to] : []))
  return { columns, made, recollated }
}

/** The target with its columns in the order in which they are stored: those that were there, and the new ones behind them. */
function asStored({ table, to, remaining }: InPlaceInput, altered: readonly Step[]): Table | undefined {
  const kept = table.columns.flatMap((column) => findByName(to.columns, column.name) ?? [])
  const added = altered.flatMap(({ cause }) => (cause.kind === 'add-column' ? [cause.column] : []))
  const columns = [...kept, ...added]
  if (columns.every((column, index) => column === to.columns[index])) return to
  const sql = orderColumns(
    to.sql,
    columns.map((column) => column.name),
  )
  if (sql === undefined) return undefined
  // A DEFERRABLE belongs to the foreign key that is written before it, whichever that is.
  const made = readTable(sql)
  const isSame = diffTables(made, to, remaining).length === 0 && diffTables(to, made, remaining).length === 0
  return isSame ? made : undefined
}

function reasonOfColumns({ table, to, changes }: InPlaceInput): string {
  const gone = changes.find((change) => change.kind === 'drop-column')
  if (gone !== undefined) return `ALTER TABLE can't drop ${gone.column.name}`
  const come = changes.find((change) => change.kind === 'add-column')
  const before = table.columns.filter((column) => findByName(to.columns, column.name) !== undefined)
  const isInOrder = before.every((column, index) => sameName(column.name, to.columns[index]?.name ?? ''))
  if (!isInOrder || come === undefined) return 'its columns are in another order'
  return `ALTER TABLE can't add ${come.column.name}`
}

/**
 * Whether a row that is older than its column could show another value, although the default means the same: of 1.50 or 1e2 it shows the
 * letters in a TEXT column, and the number's text is stored only by rows that come later. Seen in SQLite 3.53; another spelling of any
 * default is not worth finding out whether that is the only one.
 */
function showsItsText(from: Column, to: Column): boolean {
  return from.default?.expression.text !== to.default?.expression.text
}

type Obstacles = {
  readonly [Kind in TableChange['kind']]: (
    change: Extract<TableChange, { kind: Kind }>,
    input: InPlaceInput,
  ) => string | undefined
}

/** Why a change can't be made by text alone; undefined where it can. */
const obstacles: Obstacles = {
  'add-column': () => undefined,
  'drop-column': () => undefined,
  'change-not-null': () => undefined,
  'add-check': () => undefined,
  'drop-check': () => undefined,
  'add-foreign-key': () => undefined,
  'drop-foreign-key': () => undefined,
  // The index is built beside the table, and becomes the constraint's.
  'add-unique': () => undefined,
  'drop-unique': () => undefined,
  // Renames are made before, and are no difference any more.
  'rename-column': () => 'a column has another name',
  'change-table-options': () => 'STRICT and WITHOUT ROWID are about how the rows are stored',
  // A row that is older than its column holds no value, and shows the default: the catalog can't tell.
  'change-default': ({ to }) => `rows may show the default of ${to.name} without storing it`,
  'change-generated': ({ to }) => `${to.name} is computed otherwise`,
  'change-type': ({ from, to }, input) => {
    const same = affinityOf(from, input.table) === affinityOf(to, input.to)
    const isInt = (column: Column): boolean => ['INT', 'INTEGER'].includes(column.type.toUpperCase())
    if (!same || (input.to.strict && !(isInt(from) && isInt(to)))) return `${to.name} stores values of another type`
    // An INT is no rowid, and an INTEGER is: https://www.sqlite.org/lang_createtable.html#rowid
    return isRowidAlias(input.table) === isRowidAlias(input.to)
      ? undefined
      : `${to.name} becomes the rowid, or stops being it`
  },
  'change-primary-key': (_, { table, to }) => {
    if (isSamePrimaryKey(table, to)) return undefined
    const isStored = [table, to].some((one) => one.withoutRowid || one.strict || isRowidAlias(one))
    return isStored ? 'its primary key decides how the rows are stored' : undefined
  },
  'change-collation': ({ to }, { table, to: target, live }) => {
    const reader = readerOf(to.name, target, live) ?? readerOf(to.name, table, live)
    return reader === undefined ? undefined : `${reader} goes by the collation of ${to.name}`
  },
}

/** Whether a primary key has another name or conflict clause, and is the same else. */
function isSamePrimaryKey(from: Table, to: Table): boolean {
  const bare = (table: Table): string => {
    if (table.primaryKey === undefined) return ''
    const { name: _, onConflict: __, ...primaryKey } = table.primaryKey
    return key(normalPrimaryKey(primaryKey, table))
  }
  return bare(from) === bare(to)
}

/** What stores, or has checked, something that depends on the collation of a column; an index can be built again, these can't. */
function readerOf(column: string, table: Table, { tables, indexes }: Schema): string | undefined {
  if (table.withoutRowid && inKey(column, table)) return 'the primary key'
  const computed = table.columns.find((one) => mentions(one.generated?.expression.text ?? '', column))
  if (computed !== undefined) return computed.name
  if (table.checks.some((check) => mentions(check.expression.text, column))) return 'a CHECK'
  const isPart = (names: readonly string[]): boolean => names.some((name) => sameName(name, column))
  if (table.foreignKeys.some((foreignKey) => isPart(foreignKey.columns))) return 'a foreign key'
  const isParent = tables.some(({ foreignKeys }) =>
    foreignKeys.some(
      ({ table: parent, referencedColumns }) =>
        sameName(parent, table.name) && (referencedColumns.length === 0 || isPart(referencedColumns)),
    ),
  )
  if (isParent) return 'a foreign key of another table'
  const index = indexes.find((one) => sameName(one.table, table.name) && readsInside(one, column))
  return index?.name
}

function inKey(column: string, { primaryKey }: Table): boolean {
  return primaryKey?.columns.some((part) => sameName(part.name, column)) ?? false
}

/** Whether an index reads a column inside an expression or its WHERE. */
function readsInside({ columns, where }: Index, column: string): boolean {
  const plain = (text: string): boolean => foldName(text.replaceAll('"', '')) === foldName(column)
  return (
    mentions(where?.text ?? '', column) ||
    columns.some(({ expression: { text } }) => mentions(text, column) && !plain(text))
  )
}
