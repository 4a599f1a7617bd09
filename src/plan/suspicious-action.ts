import { normalNotNull } from '../diff/normal.ts'
import { isRowidAlias } from '../diff/rowid-alias.ts'
import { findByName } from '../model/name.ts'
import type { Column, ForeignKey, ForeignKeyAction, Table } from '../model/schema.ts'
import type { Suspicion } from './suspicious.ts'

/**
 * ON DELETE SET NULL on a column that can't be NULL: whatever conflict clause it has, the parent can't be deleted.
 * https://www.sqlite.org/foreignkeys.html#fk_actions
 */
export function suspiciousActions(table: Table): readonly Suspicion[] {
  return table.foreignKeys.flatMap((key) => [
    ...impossible(table, key, 'ON DELETE', key.onDelete),
    ...impossible(table, key, 'ON UPDATE', key.onUpdate),
  ])
}

function impossible(table: Table, key: ForeignKey, event: string, action: ForeignKeyAction): readonly Suspicion[] {
  const columns = key.columns.flatMap((name) => findByName(table.columns, name) ?? [])
  const unfit = columns.find((column) => !canTake(column, table, action))
  if (unfit === undefined) return []
  const why = action === 'SET NULL' ? "can't be NULL" : 'is NOT NULL without a default'
  const what = event === 'ON DELETE' ? 'a row' : 'the key of a row'
  const verb = event === 'ON DELETE' ? 'deleted' : 'changed'
  const message = `${event} ${action} always fails, since ${unfit.name} ${why}: ${what} of ${key.table} that is referred to can't be ${verb}`
  return [{ code: 'suspicious-action', object: table.name, columns: key.columns, message }]
}

function canTake(column: Column, table: Table, action: ForeignKeyAction): boolean {
  if (action !== 'SET NULL' && action !== 'SET DEFAULT') return true
  const value = column.default?.expression.normal.toLowerCase() ?? 'null'
  if (action === 'SET DEFAULT' && value !== 'null') return true
  const isRowid = isRowidAlias(table) && column === findByName(table.columns, table.primaryKey!.columns[0]!.name)
  return normalNotNull(column, table) === null && !isRowid
}
