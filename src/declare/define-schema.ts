import type { Reference, Table } from './table.ts'
import type { View } from './view.ts'
import type { VirtualTable } from './virtual-table.ts'

/** How a declared schema is recognised, whichever copy of this package made it. */
const mark: unique symbol = Symbol.for('sqlite-converge.schema')
/** The version of the declaration's data, for a target module that loaded another copy of the package. */
const version = 1

/** What is said of a schema as a whole. */
export interface SchemaOptions {
  /** Objects to leave alone, as globs over names: `legacy_*`. */
  readonly exclude?: readonly string[]
}

/**
 * A declared schema: the whole truth about what the database shall hold.
 *
 * @example
 * ```ts
 * import { type DeclaredSchema, defineSchema } from 'sqlite-converge'
 *
 * const schema: DeclaredSchema = defineSchema({})
 * ```
 */
export interface DeclaredSchema<Objects = Readonly<Record<string, unknown>>> {
  readonly [mark]: number
  readonly objects: Objects
  readonly exclude: readonly string[]
}

/** Maps each table to itself, or to a message where a foreign key points to something undeclared. */
export type CheckReferences<Objects> = {
  readonly [Name in keyof Objects]: Objects[Name] extends Table<infer _, infer References, infer _>
    ? [References] extends [never]
      ? Objects[Name]
      : UndeclaredReference<Objects, References> extends infer Message
        ? [Message] extends [never]
          ? Objects[Name]
          : Message
        : never
    : Objects[Name]
}

type UndeclaredReference<Objects, References> =
  References extends Reference<infer Target, infer Name>
    ? Target extends keyof Objects
      ? Objects[Target] extends Table<infer Columns, infer _, infer _>
        ? Name extends keyof Columns
          ? never
          : `the table ${Target} declares no column ${Name}`
        : `${Target} is not a table`
      : `no table ${Target} is declared`
    : never

/**
 * Declares a schema: its tables, views and virtual tables, by name. A misspelt column in a key, and a foreign key to a table or
 * column that is not declared, are compile errors.
 *
 * @example
 * ```ts
 * import { defineSchema, integer, table, text } from 'sqlite-converge'
 *
 * export default defineSchema({
 *   authors: table({ id: integer().notNull(), name: text().notNull() }).primaryKey(['id']),
 *   books: table({ id: integer().notNull(), author_id: integer().notNull(), title: text() })
 *     .primaryKey(['id'])
 *     .foreignKey(['author_id'], 'authors', ['id'], { onDelete: 'cascade' }),
 * })
 * ```
 */
export function defineSchema<const Objects extends Readonly<Record<string, unknown>>>(
  objects: Objects & CheckReferences<Objects> & Readonly<Record<keyof Objects, AnyTable | AnyView | AnyVirtualTable>>,
  options: SchemaOptions = {},
): DeclaredSchema<Objects> {
  return Object.freeze({ [mark]: version, objects: Object.freeze({ ...objects }), exclude: options.exclude ?? [] })
}

// biome-ignore lint/suspicious/noExplicitAny: a table of any columns with any references
type AnyTable = Table<any, any, any>
// biome-ignore lint/suspicious/noExplicitAny: a view of any columns
type AnyView = View<any, any>
// biome-ignore lint/suspicious/noExplicitAny: a virtual table of any columns
type AnyVirtualTable = VirtualTable<any>

/**
 * Whether a value is a declared schema of a version that we understand.
 *
 * @example
 * ```ts
 * import { defineSchema, integer, isDeclaredSchema, table } from 'sqlite-converge'
 *
 * console.log(isDeclaredSchema(defineSchema({ users: table({ id: integer() }) }))) // true
 * console.log(isDeclaredSchema({ users: {} })) // false
 * ```
 */
export function isDeclaredSchema(value: unknown): value is DeclaredSchema {
  return typeof value === 'object' && value !== null && (value as { [mark]?: unknown })[mark] === version
}
