import type { Column, ConflictClause } from './column.ts'
import type { Sql } from './sql.ts'

/** What SQLite does to a row whose parent goes away or changes: https://www.sqlite.org/foreignkeys.html */
export type ForeignKeyClause = 'no action' | 'restrict' | 'set null' | 'set default' | 'cascade'

/** What a foreign key says besides its columns. */
export interface ForeignKeyOptions {
  readonly name?: string
  readonly onDelete?: ForeignKeyClause
  readonly onUpdate?: ForeignKeyClause
  /** Parsed by SQLite, and ignored. */
  readonly match?: string
  readonly deferrable?: 'initially deferred' | 'initially immediate'
  /** The table or column that is referred to is not declared here: it is excluded, or missing, which SQLite lets pass. */
  readonly undeclared?: true
}

/** A column of a key that says more than its name. */
export interface KeyPart<Name extends string> {
  readonly column: Name
  readonly order?: 'asc' | 'desc'
  readonly collate?: string
}

/** The columns of a key or index, in their order. */
export type Key<Name extends string> = readonly (Name | KeyPart<Name>)[]

/** A reference to a table's columns, remembered in the type so that `defineSchema` can check it. */
export interface Reference<TableName extends string, ColumnName extends string> {
  readonly table: TableName
  readonly column: ColumnName
}

/** A primary key's columns, and whether it can be the rowid. */
export interface PrimaryKeyOf<Names, Rowid> {
  readonly primaryKey: Names
  readonly rowid: Rowid
}

/** The names of a key's columns, in their order. */
type NamesOf<Parts> = { readonly [At in keyof Parts]: Parts[At] extends KeyPart<infer Name> ? Name : Parts[At] }

/** When a trigger fires. */
export type TriggerEvent<Name extends string> = 'insert' | 'update' | 'delete' | { readonly updateOf: readonly Name[] }

/** A trigger: exactly one of `before`, `after` and `insteadOf`, and the statements it runs. */
export type TriggerOptions<Name extends string> = TriggerTiming<TriggerEvent<Name>> & {
  readonly when?: Sql
  /** The statements between BEGIN and END, each with its semicolon. */
  readonly body: Sql
}

type TriggerTiming<Event> =
  | { readonly before: Event; readonly after?: never; readonly insteadOf?: never }
  | { readonly after: Event; readonly before?: never; readonly insteadOf?: never }
  | { readonly insteadOf: Event; readonly before?: never; readonly after?: never }

/** What a primary key says besides its columns. */
export interface PrimaryKeyOptions {
  readonly name?: string
  readonly onConflict?: ConflictClause
  /** No id is ever given twice, also when its row is gone: https://www.sqlite.org/autoinc.html */
  readonly autoincrement?: boolean
  /** `false`: an INTEGER key that is not the rowid, which SQLite takes `INTEGER PRIMARY KEY DESC` for. */
  readonly rowid?: false
}

export interface KeyDeclaration {
  readonly name?: string
  readonly columns: Key<string>
  readonly onConflict?: ConflictClause
}

/** What a table's declaration holds. */
export interface TableDeclaration {
  readonly columns: Readonly<Record<string, Column>>
  readonly primaryKey?: KeyDeclaration & PrimaryKeyOptions
  readonly uniques: readonly KeyDeclaration[]
  readonly checks: readonly { readonly name?: string; readonly expression: string }[]
  readonly foreignKeys: readonly (ForeignKeyOptions & {
    readonly columns: readonly string[]
    readonly table: string
    readonly references: readonly string[]
  })[]
  readonly indexes: readonly {
    readonly name: string
    readonly columns: readonly (string | KeyPart<string> | Sql)[]
    readonly unique: boolean
    readonly where?: string
  }[]
  readonly triggers: readonly ({ readonly name: string } & TriggerOptions<string>)[]
  readonly strict: boolean
  readonly withoutRowid: boolean
  readonly renamedFrom?: string
}

type NameOf<Columns> = Extract<keyof Columns, string>

/**
 * A table as it is being declared; each call gives a new one. Its type remembers what `InferDatabase` needs. The order of the constraints is the order of the calls.
 *
 * @example
 * ```ts
 * import { integer, table, text } from 'sqlite-converge'
 *
 * const users = table({
 *   id: integer().notNull(),
 *   email: text().notNull(),
 * })
 *   .primaryKey(['id'])
 *   .unique('uq_users_email', ['email'])
 * ```
 */
export class Table<Columns, References = never, Traits = unknown> {
  readonly declaration: TableDeclaration
  /** Never set: it carries the references to other tables for the type check of `defineSchema`. */
  declare readonly references: References
  declare readonly columns: Columns
  declare readonly traits: Traits

  constructor(declaration: TableDeclaration) {
    this.declaration = declaration
  }

  /** `PRIMARY KEY (…)`. An INTEGER column alone is the rowid; `autoincrement` never gives an id twice. */
  primaryKey<const Parts extends Key<NameOf<Columns>>, const Options extends PrimaryKeyOptions = object>(
    columns: Parts,
    options?: Options,
  ): Table<
    Columns,
    References,
    | Exclude<Traits, PrimaryKeyOf<unknown, unknown>>
    | PrimaryKeyOf<NamesOf<Parts>, Options extends { readonly rowid: false } ? false : true>
  > {
    return this.#with({ primaryKey: { ...options, columns } })
  }

  /** `UNIQUE (…)`, with a name or without. */
  unique(
    columns: Key<NameOf<Columns>>,
    options?: { readonly onConflict?: ConflictClause },
  ): Table<Columns, References, Traits>
  unique(
    name: string,
    columns: Key<NameOf<Columns>>,
    options?: { readonly onConflict?: ConflictClause },
  ): Table<Columns, References, Traits>
  unique(...args: readonly unknown[]): Table<Columns, References, Traits> {
    const [name, columns, options] = withName<Key<string>, { onConflict?: ConflictClause }>(args)
    return this.#with({ uniques: [...this.declaration.uniques, { ...name, columns, ...options }] })
  }

  /** `CHECK (…)`, with a name or without. */
  check(expression: Sql): Table<Columns, References, Traits>
  check(name: string, expression: Sql): Table<Columns, References, Traits>
  check(...args: readonly unknown[]): Table<Columns, References, Traits> {
    const [name, expression] = withName<Sql, never>(args)
    return this.#with({ checks: [...this.declaration.checks, { ...name, expression: expression.text }] })
  }

  /**
   * `FOREIGN KEY (…) REFERENCES table (…)`. A table or column that is not declared is a compile error, unless
   * `{ undeclared: true }` says that it is meant.
   */
  foreignKey(
    columns: readonly NameOf<Columns>[],
    target: string,
    references: readonly string[],
    options: ForeignKeyOptions & { readonly undeclared: true },
  ): Table<Columns, References, Traits>
  foreignKey<const Target extends string, const Names extends readonly string[]>(
    columns: readonly NameOf<Columns>[],
    target: Target,
    references: Names,
    options?: ForeignKeyOptions & { readonly undeclared?: never },
  ): Table<Columns, References | Reference<Target, Names[number]>, Traits>
  foreignKey(
    columns: readonly string[],
    target: string,
    references: readonly string[],
    options: ForeignKeyOptions = {},
  ): Table<Columns, References, Traits> {
    const foreignKeys = [...this.declaration.foreignKeys, { ...options, columns, table: target, references }]
    return new Table({ ...this.declaration, foreignKeys })
  }

  /** `CREATE INDEX name ON this table (…)`: columns or expressions; `unique`, or partial by `where`. */
  index(
    name: string,
    columns: readonly (NameOf<Columns> | KeyPart<NameOf<Columns>> | Sql)[],
    options: { readonly unique?: boolean; readonly where?: Sql } = {},
  ): Table<Columns, References, Traits> {
    const index = {
      name,
      columns,
      unique: options.unique ?? false,
      ...(options.where && { where: options.where.text }),
    }
    return this.#with({ indexes: [...this.declaration.indexes, index] })
  }

  /** `CREATE TRIGGER name … ON this table`. Of several that fire on the same event, SQLite runs the newest first. */
  trigger(name: string, options: TriggerOptions<NameOf<Columns>>): Table<Columns, References, Traits> {
    return this.#with({ triggers: [...this.declaration.triggers, { name, ...options }] })
  }

  /** `STRICT`: SQLite ≥ 3.37 refuses values of another type. */
  strict(): Table<Columns, References, Traits | 'strict'> {
    return this.#with({ strict: true })
  }

  /** `WITHOUT ROWID`: the rows are stored in the primary key's own order. */
  withoutRowid(): Table<Columns, References, Traits | 'without rowid'> {
    return this.#with({ withoutRowid: true })
  }

  /**
   * The name that the table had before. A database that still has the old name gets the table renamed, with its rows; one that has
   * the new name never sees it, so that it can stay in the declaration.
   */
  renamedFrom(name: string): Table<Columns, References, Traits> {
    return this.#with({ renamedFrom: name })
  }

  #with<More>(more: Partial<TableDeclaration>): Table<Columns, References, More> {
    return new Table({ ...this.declaration, ...more })
  }
}

/**
 * Declares a table by its columns, in the order in which they shall stand.
 *
 * @example
 * ```ts
 * import { integer, sql, table, text } from 'sqlite-converge'
 *
 * const files = table({ path: text().notNull(), bytes: integer().notNull() })
 *   .primaryKey(['path'])
 *   .check(sql`bytes >= 0`)
 *   .index('files_by_size', [{ column: 'bytes', order: 'desc' }])
 *   .strict()
 * ```
 */
export function table<const Columns extends Readonly<Record<string, Column>>>(
  columns: Columns,
): Table<Columns, never, never> {
  return new Table({
    columns,
    uniques: [],
    checks: [],
    foreignKeys: [],
    indexes: [],
    triggers: [],
    strict: false,
    withoutRowid: false,
  })
}

function withName<Body, Options>(args: readonly unknown[]): [{ name?: string }, Body, Options?] {
  const [first, ...rest] = args
  if (typeof first === 'string') return [{ name: first }, ...(rest as [Body, Options?])]
  return [{}, ...(args as [Body, Options?])]
}
