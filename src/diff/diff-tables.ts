import { byName, foldName } from '../model/name.ts'
import type { Column, Schema, Table } from '../model/schema.ts'
import type { Change, TableChange } from './change.ts'
import {
  key,
  type Normal,
  normalCheck,
  normalCollation,
  normalDefault,
  normalForeignKey,
  normalGenerated,
  normalNotNull,
  normalPrimaryKey,
  normalType,
  normalUnique,
} from './normal.ts'

type ColumnChangeKind = Extract<Change, { readonly from: Column; readonly table: string }>['kind']

/** What makes two columns of one name different, and the change it is. */
const columnAspects: readonly (readonly [ColumnChangeKind, (column: Column, table: Table) => Normal])[] = [
  ['change-type', normalType],
  ['change-not-null', normalNotNull],
  ['change-default', normalDefault],
  ['change-collation', normalCollation],
  ['change-generated', normalGenerated],
]

/** The changes inside a table that both sides have. The order of its columns alone is none. */
export function diffTables(from: Table, to: Table, toSchema: Schema): readonly TableChange[] {
  if (from === to) return []
  const table = from.name
  const changes: TableChange[] = []
  if (from.strict !== to.strict || from.withoutRowid !== to.withoutRowid) {
    changes.push({ kind: 'change-table-options', table, from: optionsOf(from), to: optionsOf(to) })
  }
  const before = byName(from.columns)
  const after = byName(to.columns)
  for (const column of to.columns) {
    if (!before.has(foldName(column.name))) changes.push({ kind: 'add-column', table, column })
  }
  for (const column of from.columns) {
    const counterpart = after.get(foldName(column.name))
    if (counterpart === undefined) changes.push({ kind: 'drop-column', table, column })
    else {
      for (const [kind, normal] of columnAspects) {
        if (key(normal(column, from)) !== key(normal(counterpart, to))) {
          changes.push({ kind, table, from: column, to: counterpart })
        }
      }
    }
  }
  if (key(normalPrimaryKey(from.primaryKey, from)) !== key(normalPrimaryKey(to.primaryKey, to))) {
    changes.push({
      kind: 'change-primary-key',
      table,
      ...(from.primaryKey && { from: from.primaryKey }),
      ...(to.primaryKey && { to: to.primaryKey }),
    })
  }
  const uniques = compare(from.uniques, to.uniques, (unique, side) => normalUnique(unique, side === 'from' ? from : to))
  for (const constraint of uniques.gone) changes.push({ kind: 'drop-unique', table, constraint })
  for (const constraint of uniques.come) changes.push({ kind: 'add-unique', table, constraint })
  const checks = compare(from.checks, to.checks, normalCheck)
  for (const constraint of checks.gone) changes.push({ kind: 'drop-check', table, constraint })
  for (const constraint of checks.come) changes.push({ kind: 'add-check', table, constraint })
  // A foreign key without columns means the parent's primary key, and after the plan that is the target's.
  const foreignKeys = compare(from.foreignKeys, to.foreignKeys, (foreignKey) => normalForeignKey(foreignKey, toSchema))
  for (const constraint of foreignKeys.gone) changes.push({ kind: 'drop-foreign-key', table, constraint })
  for (const constraint of foreignKeys.come) changes.push({ kind: 'add-foreign-key', table, constraint })
  return changes
}

function optionsOf(table: Table): { strict: boolean; withoutRowid: boolean } {
  return { strict: table.strict, withoutRowid: table.withoutRowid }
}

/** Compares as multisets: a constraint said twice is there twice. */
function compare<T>(from: readonly T[], to: readonly T[], normal: (item: T, side: 'from' | 'to') => Normal) {
  const left = from.map((item) => key(normal(item, 'from')))
  const come: T[] = []
  for (const item of to) {
    const at = left.indexOf(key(normal(item, 'to')))
    if (at < 0) come.push(item)
    else left[at] = ''
  }
  return { gone: from.filter((_, index) => left[index] !== ''), come }
}
