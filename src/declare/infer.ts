import type { Column, ColumnType } from './column.ts'
import type { PrimaryKeyOf, Table } from './table.ts'
import type { View } from './view.ts'
import type { VirtualTable } from './virtual-table.ts'

/**
 * The database of a declared schema, as Kysely's type parameter: each table with the types of its columns on select, insert and update.
 * What the database fills may be left out of an insert, what it computes can't be written, and what may be NULL says so.
 *
 * @example
 * ```ts
 * import { defineSchema, type InferDatabase, integer, sql, table, text } from 'sqlite-converge'
 * import type { Insertable, Selectable } from 'kysely'
 *
 * const schema = defineSchema({
 *   users: table({
 *     id: integer(),
 *     email: text().notNull(),
 *     domain: text().generatedAs(sql`substr(email, instr(email, '@') + 1)`),
 *   }).primaryKey(['id']),
 * })
 *
 * type Database = InferDatabase<typeof schema>
 * const added: Insertable<Database['users']> = { email: 'ada@example.org' }
 * const read: Selectable<Database['users']> = { id: 1, email: 'ada@example.org', domain: 'example.org' }
 * ```
 */
export type InferDatabase<Schema extends { readonly objects: unknown }> = {
  -readonly [Name in keyof Schema['objects']]: InferRow<Schema['objects'][Name]>
}

/** One table, view or virtual table of a database, as `InferDatabase` has it. */
export type InferRow<Declared> =
  Declared extends Table<infer Columns, infer _, infer Traits>
    ? TableRow<Columns, RowidName<Columns, Traits>, NotNullByKey<Traits>>
    : Declared extends View<infer Row, infer Writes>
      ? {
          -readonly [Name in keyof Row]: ColumnType<
            Row[Name],
            'insert' extends Writes ? Row[Name] | undefined : ReadOnlyView,
            'update' extends Writes ? Row[Name] : ReadOnlyView
          >
        }
      : Declared extends VirtualTable<infer Row>
        ? { -readonly [Name in keyof Row]: ColumnType<Row[Name], Row[Name] | undefined, Row[Name]> }
        : Record<string, unknown>

/** In the place of a value, since a row of no columns at all would take any: what the compiler then says. */
type ReadOnlyView = 'a view is written to by INSTEAD OF triggers alone'

type TableRow<Columns, Rowid, NotNull> = {
  -readonly [Name in keyof Columns]: Columns[Name] extends Column<infer Value, infer Traits>
    ? Name extends Rowid
      ? Typed<Value, Traits | 'not null' | 'default'>
      : Typed<Value, Name extends NotNull ? Traits | 'not null' : Traits>
    : unknown
}

/** A column's type by what is said of it; a plain one, where select, insert and update are the same, is the type itself. */
type Typed<Value, Traits> = [Value] extends [ColumnType<infer Select, infer Insert, infer Update>]
  ? Written<Select, Insert, Update, Null<Traits>, Traits>
  : Extract<Traits, 'generated' | 'default'> extends never
    ? Value | Null<Traits>
    : Written<Value, Value, Value, Null<Traits>, Traits>

type Written<Select, Insert, Update, Nullable, Traits> = 'generated' extends Traits
  ? ColumnType<Select | Nullable, never, never>
  : ColumnType<Select | Nullable, Insert | Nullable | ('default' extends Traits ? undefined : never), Update | Nullable>

type Null<Traits> = 'not null' extends Traits ? never : null

/**
 * The column that is the rowid: the one INTEGER of a primary key. SQLite gives it a value where none is given.
 * https://www.sqlite.org/lang_createtable.html#rowid
 */
type RowidName<Columns, Traits> = 'without rowid' extends Traits
  ? never
  : Extract<Traits, { readonly primaryKey: unknown }> extends PrimaryKeyOf<readonly [infer Only], true>
    ? Only extends keyof Columns
      ? Columns[Only] extends Column<unknown, infer ColumnTraits>
        ? 'integer' extends ColumnTraits
          ? Only
          : never
        : never
      : never
    : never

/**
 * The columns of a primary key are NOT NULL in a table that is STRICT or WITHOUT ROWID only, by an old mistake that SQLite keeps.
 * https://www.sqlite.org/quirks.html#primary_keys_can_sometimes_contain_nulls
 */
type NotNullByKey<Traits> =
  Extract<Traits, 'strict' | 'without rowid'> extends never
    ? never
    : Extract<Traits, { readonly primaryKey: unknown }> extends PrimaryKeyOf<
          infer Names extends readonly unknown[],
          boolean
        >
      ? Names[number]
      : never
