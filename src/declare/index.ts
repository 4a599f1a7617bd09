export {
  Column,
  type ColumnDeclaration,
  type ColumnTrait,
  type ColumnType,
  type ConflictClause,
  type Literal,
  type StoredValue,
} from './column.ts'
export { type DeclaredSchema, defineSchema, isDeclaredSchema, type SchemaOptions } from './define-schema.ts'
export type { InferDatabase, InferRow } from './infer.ts'
export { fromJson, type JsonText, toJson } from './json-text.ts'
export { rawSql, type Sql, type SqlValue, sql } from './sql.ts'
export {
  type ForeignKeyClause,
  type ForeignKeyOptions,
  type Key,
  type KeyPart,
  type PrimaryKeyOf,
  type PrimaryKeyOptions,
  type Reference,
  Table,
  type TableDeclaration,
  type TriggerEvent,
  type TriggerOptions,
  table,
} from './table.ts'
export { any, blob, boolean, column, datetime, float, integer, json, numeric, real, text, varchar } from './types.ts'
export { View, type ViewDeclaration, view } from './view.ts'
export { VirtualTable, type VirtualTableDeclaration, virtualTable } from './virtual-table.ts'
