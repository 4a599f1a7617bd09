/**
 * A schema as the generator thinks of it: plain data that can be edited and shrunk. Names come from a small shared
 * vocabulary, so that two schemas overlap; what refers to a name that is not there is left out when it is written.
 *
 * An expression is a template: `?` stands for a column, `@` for the table.
 */
export interface SchemaModel {
  readonly tables: readonly TableModel[]
  readonly indexes: readonly IndexModel[]
  readonly views: readonly ViewModel[]
  readonly triggers: readonly TriggerModel[]
  /** Whether views and triggers that SQLite accepts and can't run stay in. */
  readonly keepsBroken: boolean
}

/** How a table's text is spelt; it means the same in each. */
export type Spelling = 'plain' | 'quoted' | 'shouting' | 'commented'

export interface TableModel {
  readonly name: string
  readonly columns: readonly ColumnModel[]
  readonly primaryKey: PrimaryKeyModel | undefined
  readonly uniques: readonly UniqueModel[]
  readonly checks: readonly CheckModel[]
  readonly foreignKeys: readonly ForeignKeyModel[]
  readonly strict: boolean
  readonly withoutRowid: boolean
  readonly spelling: Spelling
}

export interface ColumnModel {
  readonly name: string
  readonly type: string
  readonly notNull: { readonly name: string | undefined; readonly onConflict: string | undefined } | undefined
  readonly default: string | undefined
  readonly collation: string | undefined
  readonly generated: { readonly template: string; readonly of: string; readonly stored: boolean } | undefined
}

export interface PrimaryKeyModel {
  readonly columns: readonly string[]
  /** Whether the only column becomes INTEGER, and so the rowid. */
  readonly rowid: boolean
  readonly autoincrement: boolean
  readonly descending: boolean
  readonly name: string | undefined
  readonly atColumn: boolean
}

export interface UniqueModel {
  readonly columns: readonly string[]
  readonly name: string | undefined
  readonly onConflict: string | undefined
  readonly collation: string | undefined
  readonly atColumn: boolean
}

export interface CheckModel {
  readonly template: string
  readonly of: string
  readonly name: string | undefined
  readonly atColumn: boolean
}

export interface ForeignKeyModel {
  readonly columns: readonly string[]
  readonly table: string
  /** Which of the parent's keys it refers to. */
  readonly key: number
  /** Whether the parent's columns are left unsaid where they are its primary key. */
  readonly implied: boolean
  readonly onDelete: string | undefined
  readonly onUpdate: string | undefined
  readonly deferred: boolean
  readonly name: string | undefined
  readonly atColumn: boolean
  /** Whether it stays although its parent, or the parent's key, is not there. */
  readonly dangling: boolean
}

export interface IndexModel {
  readonly name: string
  readonly table: string
  readonly unique: boolean
  readonly parts: readonly IndexPartModel[]
  readonly where: { readonly template: string; readonly of: string } | undefined
}

export interface IndexPartModel {
  readonly of: string
  readonly template: string
  readonly collation: string | undefined
  readonly descending: boolean
}

export interface ViewModel {
  readonly name: string
  readonly source: string
  readonly columns: readonly string[] | '*'
  readonly where: { readonly template: string; readonly of: string } | undefined
  readonly joined: string | undefined
}

export interface TriggerModel {
  readonly name: string
  readonly on: string
  readonly timing: 'BEFORE' | 'AFTER'
  readonly event: 'INSERT' | 'UPDATE' | 'DELETE'
  /** The column of UPDATE OF and of WHEN. */
  readonly of: string | undefined
  readonly body: readonly TriggerStepModel[]
}

export interface TriggerStepModel {
  readonly kind: 'insert' | 'insert-star' | 'update' | 'delete' | 'raise'
  readonly table: string
  readonly column: string
}

/** One row: the step from the rowid before, and values that stand out from those usual for their column. */
export interface RowModel {
  readonly step: bigint
  readonly odd: readonly { readonly column: string; readonly value: string }[]
}

export const tableNames = ['t1', 't2', 't3', 't4'] as const
export const columnNames = ['a', 'b', 'c', 'd', 'e', 'f'] as const
