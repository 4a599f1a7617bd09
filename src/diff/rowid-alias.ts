import { findByName } from '../model/name.ts'
import type { Table } from '../model/schema.ts'
import { bareType } from '../sql/quoted-type.ts'

/** Whether the primary key is the rowid itself: https://www.sqlite.org/lang_createtable.html#rowid */
export function isRowidAlias(table: Table): boolean {
  const { primaryKey } = table
  const [only, ...more] = primaryKey?.columns ?? []
  if (primaryKey === undefined || only === undefined || more.length > 0 || table.withoutRowid) return false
  if (primaryKey.atColumn && only.order === 'DESC') return false
  return bareType(findByName(table.columns, only.name)?.type ?? '').toUpperCase() === 'INTEGER'
}
