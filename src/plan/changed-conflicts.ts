import { normalNotNull } from '../diff/normal.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Column, ConflictAction, Index, Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { columnsName, type Side } from './changed-tables.ts'
import type { PossibleHazard } from './step.ts'

/**
 * Keys and NOT NULLs that stay, and deal otherwise with a row that does not fit: REPLACE and IGNORE lose rows without a
 * word. https://www.sqlite.org/lang_conflict.html
 */
export function changedConflicts(before: Side, after: Side): readonly PossibleHazard[] {
  return [...changedKeys(before, after), ...changedNotNulls(before.table, after.table)]
}

function changedKeys(before: Side, after: Side): PossibleHazard[] {
  const former = keyActions(before)
  return [...keyActions(after)].flatMap(([columns, now]): PossibleHazard[] => {
    const was = former.get(columns)
    if (was === undefined || was.action === now.action) return []
    return [
      conflict(
        columnsName(before.table.name, now.columns),
        'a second row with the same key',
        keyOutcomes,
        was.action,
        now.action,
      ),
    ]
  })
}

interface KeyAction {
  readonly columns: readonly string[]
  readonly action: ConflictAction
}

/**
 * What the keys of a table do, by the set of their columns: primary key, UNIQUE and unique indexes are the same to a row.
 * Of several over the same columns, the clause is the one that does not just refuse.
 */
function keyActions({ table, schema }: Side): ReadonlyMap<string, KeyAction> {
  const indexes = schema.indexes.filter((index) => index.unique && !index.where && sameName(index.table, table.name))
  const indexed = indexes.map((index) => indexedColumns(index, table))
  const keys = [
    ...(table.primaryKey === undefined ? [] : [table.primaryKey]),
    ...table.uniques,
    ...indexed.flatMap((columns) => (columns === undefined ? [] : [{ columns }])),
  ]
  const actions = new Map<string, KeyAction>()
  for (const one of keys) {
    const columns = one.columns.map((part) => part.name)
    const id = JSON.stringify([...new Set(columns.map(foldName))].sort())
    const action = ('onConflict' in one ? one.onConflict : undefined) ?? 'ABORT'
    if ((actions.get(id)?.action ?? 'ABORT') === 'ABORT') actions.set(id, { columns, action })
  }
  return actions
}

/** The columns of an index; undefined where it has an expression that is none. */
function indexedColumns(index: Index, table: Table): readonly Column[] | undefined {
  const columns = index.columns.flatMap(
    ({ expression }) => table.columns.find(({ name }) => quoteName(foldName(name)) === expression.normal) ?? [],
  )
  return columns.length === index.columns.length ? columns : undefined
}

function changedNotNulls(before: Table, after: Table): PossibleHazard[] {
  return before.columns.flatMap((column): PossibleHazard[] => {
    const counterpart = findByName(after.columns, column.name)
    if (counterpart === undefined) return []
    const [was, now] = [notNullAction(column, before), notNullAction(counterpart, after)]
    if (was === undefined || now === undefined || was === now) return []
    return [conflict(`${before.name}.${column.name}`, 'a row with NULL', nullOutcomes, was, now)]
  })
}

function notNullAction(column: Column, table: Table): ConflictAction | undefined {
  if (normalNotNull(column, table) === null) return undefined
  const action = column.notNull?.onConflict ?? 'ABORT'
  // Without a default there is nothing to put in, and it refuses.
  const isNull = (column.default?.expression.normal.toLowerCase() ?? 'null') === 'null'
  return action === 'REPLACE' && isNull ? 'ABORT' : action
}

type Outcomes = Readonly<Record<ConflictAction, readonly [now: string, was: string]>>

const refused = {
  ABORT: ['is refused', 'was refused'],
  FAIL: [
    'is refused, while what its statement did before stays',
    'was refused, while what its statement did before stayed',
  ],
  ROLLBACK: ['is refused, and its transaction rolled back', 'was refused, and its transaction rolled back'],
  IGNORE: ['is left out without an error', 'was left out without an error'],
} as const

const keyOutcomes: Outcomes = { ...refused, REPLACE: ['deletes the first one', 'deleted the first one'] }
const nullOutcomes: Outcomes = { ...refused, REPLACE: ['gets the default', 'got the default'] }

function conflict(
  object: string,
  row: string,
  outcomes: Outcomes,
  was: ConflictAction,
  now: ConflictAction,
): PossibleHazard {
  const message = `${row} ${outcomes[now][0]} from now on; so far it ${outcomes[was][1]}`
  return { code: 'conflict-change', object, message, otherwise: 'warn' }
}
