import { type Change, isTableChange } from '../diff/change.ts'
import { findByName, foldName } from '../model/name.ts'
import type { Schema, Table } from '../model/schema.ts'

/** A table and the schema that it is in, which has its indexes and its parents. */
export interface Side {
  readonly table: Table
  readonly schema: Schema
}

/** A table that both sides have, and that is not the same on both. */
export interface ChangedTable {
  readonly before: Side
  readonly after: Side
}

/** The tables whose inside changes, once each. */
export function changedTables(from: Schema, to: Schema, changes: readonly Change[]): readonly ChangedTable[] {
  const names = new Set(changes.filter(isTableChange).map((change) => foldName(change.table)))
  return [...names].map((name) => ({
    before: { table: findByName(from.tables, name)!, schema: from },
    after: { table: findByName(to.tables, name)!, schema: to },
  }))
}

/** What a hazard calls some columns of a table: `t.a`, or `t (a, b)`. */
export function columnsName(table: string, columns: readonly string[]): string {
  return columns.length === 1 ? `${table}.${columns[0]}` : `${table} (${columns.join(', ')})`
}
