import type {
  Check,
  Column,
  ForeignKey,
  Index,
  PrimaryKey,
  Table,
  Trigger,
  Unique,
  View,
  VirtualTable,
} from '../model/schema.ts'

/** What `Change` says of a table's options. */
export interface TableOptions {
  readonly strict: boolean
  readonly withoutRowid: boolean
}

/**
 * One difference between two schemas. The list is closed: a switch over `kind` is exhaustive by type.
 *
 * What goes with a dropped table (its indexes and triggers) is not listed again.
 */
export type Change =
  /** A table has another name, by somebody's word; what refers to it follows. */
  | { readonly kind: 'rename-table'; readonly from: string; readonly to: string }
  /** A column has another name, by somebody's word. */
  | { readonly kind: 'rename-column'; readonly table: string; readonly from: string; readonly to: string }
  /** A table that `from` does not have. */
  | { readonly kind: 'create-table'; readonly table: Table }
  /** A table that is neither declared nor excluded. */
  | { readonly kind: 'drop-table'; readonly table: Table }
  /** STRICT or WITHOUT ROWID came or went. */
  | {
      readonly kind: 'change-table-options'
      readonly table: string
      readonly from: TableOptions
      readonly to: TableOptions
    }
  /** A column that the table does not have. */
  | { readonly kind: 'add-column'; readonly table: string; readonly column: Column }
  /** A column that is not declared. */
  | { readonly kind: 'drop-column'; readonly table: string; readonly column: Column }
  /** Another declared type. */
  | { readonly kind: 'change-type'; readonly table: string; readonly from: Column; readonly to: Column }
  /** NOT NULL came, went, or has another name or conflict clause. */
  | { readonly kind: 'change-not-null'; readonly table: string; readonly from: Column; readonly to: Column }
  /** Another default, by value where it is constant. */
  | { readonly kind: 'change-default'; readonly table: string; readonly from: Column; readonly to: Column }
  /** Another collation: the order and equality of the column's values change. */
  | { readonly kind: 'change-collation'; readonly table: string; readonly from: Column; readonly to: Column }
  /** A column became generated, stopped being so, or is computed otherwise. */
  | { readonly kind: 'change-generated'; readonly table: string; readonly from: Column; readonly to: Column }
  /** Another primary key. */
  | {
      readonly kind: 'change-primary-key'
      readonly table: string
      readonly from?: PrimaryKey
      readonly to?: PrimaryKey
    }
  /** A UNIQUE constraint that the table does not have, by its name, columns, collations and conflict clause. */
  | { readonly kind: 'add-unique'; readonly table: string; readonly constraint: Unique }
  | { readonly kind: 'drop-unique'; readonly table: string; readonly constraint: Unique }
  /** A CHECK that the table does not have, by its name and expression. */
  | { readonly kind: 'add-check'; readonly table: string; readonly constraint: Check }
  | { readonly kind: 'drop-check'; readonly table: string; readonly constraint: Check }
  /** A FOREIGN KEY that the table does not have, by its name, columns, target and actions. */
  | { readonly kind: 'add-foreign-key'; readonly table: string; readonly constraint: ForeignKey }
  | { readonly kind: 'drop-foreign-key'; readonly table: string; readonly constraint: ForeignKey }
  /** An index, by its name; its table's rows are not touched. */
  | { readonly kind: 'create-index'; readonly index: Index }
  | { readonly kind: 'drop-index'; readonly index: Index }
  | { readonly kind: 'change-index'; readonly from: Index; readonly to: Index }
  /** A view, by its name. */
  | { readonly kind: 'create-view'; readonly view: View }
  | { readonly kind: 'drop-view'; readonly view: View }
  | { readonly kind: 'change-view'; readonly from: View; readonly to: View }
  /** A trigger, by its name. */
  | { readonly kind: 'create-trigger'; readonly trigger: Trigger }
  | { readonly kind: 'drop-trigger'; readonly trigger: Trigger }
  | { readonly kind: 'change-trigger'; readonly from: Trigger; readonly to: Trigger }
  /** A virtual table, by its name. */
  | { readonly kind: 'create-virtual-table'; readonly table: VirtualTable }
  | { readonly kind: 'drop-virtual-table'; readonly table: VirtualTable }
  | { readonly kind: 'change-virtual-table'; readonly from: VirtualTable; readonly to: VirtualTable }

/** What kind of difference it is. */
export type ChangeKind = Change['kind']

/** A change inside a table that exists on both sides. */
export type TableChange = Extract<Change, { readonly table: string }>

export function isTableChange(change: Change): change is TableChange {
  return 'table' in change && typeof change.table === 'string'
}
