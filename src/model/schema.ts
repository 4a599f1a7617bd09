/**
 * The vocabulary: what a SQLite schema is made of, as plain readonly data.
 *
 * Every object keeps its `sql` — the text SQLite stores — beside its parts, so that what we re-create is what the
 * user wrote. Comparisons never look at `sql`; they look at the parts, which are in the normal form.
 */

/** An expression, as the user wrote it and in the normal form in which two spellings of the same thing are equal. */
export interface Expression {
  readonly text: string
  readonly normal: string
}

export type ConflictAction = 'ROLLBACK' | 'ABORT' | 'FAIL' | 'IGNORE' | 'REPLACE'
export type ForeignKeyAction = 'NO ACTION' | 'RESTRICT' | 'SET NULL' | 'SET DEFAULT' | 'CASCADE'
export type SortOrder = 'ASC' | 'DESC'

/** A constraint's own name, when it was given one (`CONSTRAINT name …`). */
export interface Named {
  readonly name?: string
}

export interface NotNull extends Named {
  readonly onConflict?: ConflictAction
}

export interface Default extends Named {
  readonly expression: Expression
  /** A literal or signed number: what ALTER TABLE ADD COLUMN accepts on a table with rows. */
  readonly constant: boolean
}

export interface Generated extends Named {
  readonly expression: Expression
  readonly stored: boolean
}

export interface Column {
  readonly name: string
  /** The declared type as SQLite reports it; empty where none was declared. */
  readonly type: string
  readonly notNull?: NotNull
  readonly default?: Default
  readonly collation?: string
  readonly generated?: Generated
}

/** A column of a key: of a PRIMARY KEY or UNIQUE constraint. */
export interface KeyColumn {
  readonly name: string
  readonly collation?: string
  readonly order: SortOrder
}

export interface PrimaryKey extends Named {
  readonly columns: readonly KeyColumn[]
  readonly onConflict?: ConflictAction
  readonly autoincrement: boolean
  /** `PRIMARY KEY` written at the column: there `INTEGER PRIMARY KEY DESC` is not a rowid alias. */
  readonly atColumn: boolean
  /** How many UNIQUE constraints are written before it: SQLite numbers the indexes of both in one row. */
  readonly uniquesBefore: number
}

export interface Unique extends Named {
  readonly columns: readonly KeyColumn[]
  readonly onConflict?: ConflictAction
}

export interface Check extends Named {
  readonly expression: Expression
  /** The column that it is written at: it goes when that column is dropped. */
  readonly atColumn?: string
}

export interface ForeignKey extends Named {
  readonly columns: readonly string[]
  readonly table: string
  /** Empty when the referenced table's primary key is meant. */
  readonly referencedColumns: readonly string[]
  readonly onDelete: ForeignKeyAction
  readonly onUpdate: ForeignKeyAction
  readonly match?: string
  readonly deferrable?: 'DEFERRABLE' | 'NOT DEFERRABLE'
  readonly initially?: 'DEFERRED' | 'IMMEDIATE'
  /** The column that all of it is written at: it goes when that column is dropped. */
  readonly atColumn?: string
  /** Another column at which its deferral is written: that goes when this one is dropped. */
  readonly deferredAt?: string
}

export interface Table {
  readonly kind: 'table'
  readonly name: string
  readonly sql: string
  readonly columns: readonly Column[]
  readonly primaryKey?: PrimaryKey
  readonly uniques: readonly Unique[]
  readonly checks: readonly Check[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly strict: boolean
  readonly withoutRowid: boolean
}

export interface IndexedColumn {
  readonly expression: Expression
  readonly collation?: string
  readonly order: SortOrder
}

export interface Index {
  readonly kind: 'index'
  readonly name: string
  readonly sql: string
  readonly table: string
  readonly unique: boolean
  readonly columns: readonly IndexedColumn[]
  readonly where?: Expression
}

export interface View {
  readonly kind: 'view'
  readonly name: string
  readonly sql: string
  /** The names given to its columns, if any were. */
  readonly columns?: readonly string[]
  /** What stands after AS, as written. */
  readonly query: string
  /** Column list and query, in the normal form. */
  readonly normal: string
}

export interface Trigger {
  readonly kind: 'trigger'
  readonly name: string
  readonly sql: string
  /** The table or view it is attached to. */
  readonly table: string
  readonly timing: 'BEFORE' | 'AFTER' | 'INSTEAD OF'
  readonly event: 'DELETE' | 'INSERT' | 'UPDATE'
  /** `UPDATE OF` these columns. */
  readonly updateOf?: readonly string[]
  readonly when?: Expression
  /** What stands between BEGIN and END, as written. */
  readonly body: string
  /** Everything after the trigger's name, in the normal form. */
  readonly normal: string
}

export interface VirtualTable {
  readonly kind: 'virtual table'
  readonly name: string
  readonly sql: string
  readonly module: string
  /** What stands between the parentheses, as written; undefined without them. */
  readonly arguments?: string
  readonly normal: string
}

/** An object that SQLite holds and we cannot represent: named, never dropped, never silently ignored. */
export interface Unsupported {
  readonly kind: 'unsupported'
  readonly type: string
  readonly name: string
  readonly table: string
  readonly sql: string
  readonly reason: string
}

export type SchemaObject = Table | Index | View | Trigger | VirtualTable | Unsupported

/**
 * A whole schema, each list in catalog order (the order of creation, which is also the order in which
 * triggers are re-created).
 */
export interface Schema {
  readonly tables: readonly Table[]
  readonly indexes: readonly Index[]
  readonly views: readonly View[]
  readonly triggers: readonly Trigger[]
  readonly virtualTables: readonly VirtualTable[]
  readonly unsupported: readonly Unsupported[]
}

export const emptySchema: Schema = {
  tables: [],
  indexes: [],
  views: [],
  triggers: [],
  virtualTables: [],
  unsupported: [],
}

/** Every object of a schema: tables first, triggers last, as they have to be created. */
export function objectsOf(schema: Schema): readonly SchemaObject[] {
  return [
    ...schema.tables,
    ...schema.virtualTables,
    ...schema.indexes,
    ...schema.views,
    ...schema.triggers,
    ...schema.unsupported,
  ]
}

/** The same schema with only the objects that `keep` accepts. */
export function filterSchema(schema: Schema, keep: (object: SchemaObject) => boolean): Schema {
  return {
    tables: schema.tables.filter(keep),
    indexes: schema.indexes.filter(keep),
    views: schema.views.filter(keep),
    triggers: schema.triggers.filter(keep),
    virtualTables: schema.virtualTables.filter(keep),
    unsupported: schema.unsupported.filter(keep),
  }
}
