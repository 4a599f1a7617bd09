import { stripParentheses } from '../sql/normal.ts'
import { quoteText } from '../sql/quote.ts'
import { type Token, tokenize } from '../sql/token.ts'
import { isSql, type Sql } from './sql.ts'

/**
 * A value as SQLite stores it and better-sqlite3 gives it out, NULL apart. There is no boolean, no date and no object among them.
 * https://www.sqlite.org/datatype3.html
 */
export type StoredValue = string | number | bigint | Uint8Array

/** What else than its value's type a column's declaration says to `InferDatabase`. */
export type ColumnTrait = 'integer' | 'not null' | 'default' | 'generated'

/**
 * The types of a column where they differ by what is done with it: Kysely's `ColumnType`, by its structure, so that a declaration does not
 * need Kysely.
 */
export interface ColumnType<Select, Insert = Select, Update = Select> {
  readonly __select__: Select
  readonly __insert__: Insert
  readonly __update__: Update
}

/** A value that can stand in a schema as a literal. */
export type Literal = string | number | bigint | boolean | null | Uint8Array

/** What a column's declaration holds. */
export interface ColumnDeclaration {
  readonly type: string
  readonly notNull?: { readonly name?: string; readonly onConflict?: ConflictClause }
  readonly default?: { readonly name?: string; readonly value: string }
  readonly collate?: string
  readonly generated?: { readonly name?: string; readonly expression: string; readonly stored: boolean }
  readonly backfill?: string
  readonly using?: string
  readonly renamedFrom?: string
}

/** What SQLite does with a row that breaks a constraint: https://www.sqlite.org/lang_conflict.html */
export type ConflictClause = 'rollback' | 'abort' | 'fail' | 'ignore' | 'replace'

/**
 * A column as it is being declared; each call gives a new one. Its type remembers the type of its values and what fills them, for
 * `InferDatabase`.
 *
 * @example
 * ```ts
 * import { integer, sql, text } from 'sqlite-converge'
 *
 * const email = text().notNull().collate('nocase')
 * const createdAt = integer().notNull().default(sql`(unixepoch())`)
 * ```
 */
export class Column<Value = unknown, Traits extends ColumnTrait = ColumnTrait> {
  readonly declaration: ColumnDeclaration
  /** Never set, as the next: what `InferDatabase` reads. */
  declare readonly value: Value
  declare readonly traits: Traits
  /** A column never changes, so what a schema of thousands of columns makes of one again and again is made once. */
  #made: Map<string, unknown> | undefined

  constructor(declaration: ColumnDeclaration) {
    this.declaration = declaration
  }

  /** `NOT NULL`, with a name or a conflict clause if you want one. */
  notNull(options?: {
    readonly name?: string
    readonly onConflict?: ConflictClause
  }): Column<Value, Traits | 'not null'> {
    return options === undefined ? this.#once('NOT NULL', () => ({ notNull: {} })) : this.#with({ notNull: options })
  }

  /**
   * `DEFAULT`: a literal, or SQL. A string is a text (`'true'` is the text, not SQLite's TRUE); an expression
   * other than a literal or `CURRENT_…` is put into the parentheses that SQLite wants around it.
   */
  default(value: null, options?: { readonly name?: string }): Column<Value, Traits>
  default(value: Literal | Sql, options?: { readonly name?: string }): Column<Value, Traits | 'default'>
  default(value: Literal | Sql, options: { readonly name?: string } = {}): Column<Value, Traits | 'default'> {
    const sql = writeDefault(value)
    const make = (): Partial<ColumnDeclaration> => ({ default: { ...options, value: sql } })
    return options.name === undefined ? this.#once(`DEFAULT ${sql}`, make) : this.#with(make())
  }

  /** `COLLATE binary`, `nocase`, `rtrim`, or a collation of your own. */
  collate(collation: string): Column<Value, Traits> {
    return this.#once(`COLLATE ${collation}`, () => ({ collate: collation }))
  }

  /** `GENERATED ALWAYS AS (expression)`; computed when read, or `{ stored: true }` kept in the row. */
  generatedAs(
    expression: Sql,
    options: { readonly stored?: boolean; readonly name?: string } = {},
  ): Column<Value, Traits | 'generated'> {
    const { stored = false, ...named } = options
    return this.#with({ generated: { ...named, expression: expression.text, stored } })
  }

  /**
   * The value for rows that exist when the column is added, or that hold NULL when it becomes NOT NULL. The
   * expression may read the row's other columns as they were before. It is not part of the schema: a database that
   * has the column already never sees it.
   */
  backfill(value: Literal | Sql): Column<Value, Traits> {
    return this.#with({ backfill: writeValue(value) })
  }

  /**
   * How the values of rows that exist become those of this column, when the column is there already and gets another type, collation or
   * NOT NULL: an expression over the row as it was. Without one, SQLite converts by the new type alone. It is not part of the
   * schema: a database whose column is like this one already never sees it.
   *
   * @example
   * ```ts
   * import { integer, sql } from 'sqlite-converge'
   *
   * const weight = integer().using(sql`CAST(replace(weight, ' kg', '') AS INTEGER)`)
   * ```
   */
  using(value: Literal | Sql): Column<Value, Traits> {
    return this.#with({ using: writeValue(value) })
  }

  /**
   * The name that the column had before. A database that still has the old name gets the column renamed, with its values; one that
   * has the new name never sees it, so that it can stay in the declaration.
   */
  renamedFrom(name: string): Column<Value, Traits> {
    return this.#with({ renamedFrom: name })
  }

  /**
   * A narrower type of the column's values, for `InferDatabase`: a union of texts, a branded id, 0 and 1. It is no part of the schema and
   * nothing is converted: SQLite stores the texts and numbers as they are, and would take others too where no CHECK forbids them. So
   * the type is one that better-sqlite3 can give out, not a boolean, a Date or an object; for JSON there is `JsonText`.
   *
   * @example
   * ```ts
   * import { boolean, integer, type JsonText, json, text } from 'sqlite-converge'
   *
   * const state = text().notNull().as<'open' | 'closed'>()
   * const active = boolean().notNull().as<0 | 1>()
   * const settings = json().notNull().as<JsonText<{ theme: string }>>()
   * const id = integer().as<number & { readonly of: 'users' }>()
   * ```
   */
  as<Narrowed extends StoredValue>(): Column<Narrowed, Traits> {
    return this as unknown as Column<Narrowed, Traits>
  }

  /**
   * The types that a plugin of your Kysely instance makes of the column's values, for `InferDatabase`: on select, insert and update. It is
   * no part of the schema, and this package converts nothing: without such a plugin the types are wrong.
   *
   * @example
   * ```ts
   * import { boolean, datetime } from 'sqlite-converge'
   *
   * const active = boolean().notNull().convertedTo<boolean>()
   * const createdAt = datetime().notNull().convertedTo<Date, Date | string>()
   * ```
   */
  convertedTo<Select, Insert = Select, Update = Insert>(): Column<ColumnType<Select, Insert, Update>, Traits> {
    return this as unknown as Column<ColumnType<Select, Insert, Update>, Traits>
  }

  #once<More extends ColumnTrait>(what: string, more: () => Partial<ColumnDeclaration>): Column<Value, More> {
    this.#made ??= new Map()
    let column = this.#made.get(what)
    if (column === undefined) {
      column = this.#with(more())
      if (this.#made.size < most) this.#made.set(what, column)
    }
    return column as Column<Value, More>
  }

  #with<More extends ColumnTrait>(more: Partial<ColumnDeclaration>): Column<Value, More> {
    return new Column({ ...this.declaration, ...more })
  }
}

/** How many columns are remembered that are made of one. */
const most = 100

function writeDefault(value: Literal | Sql): string {
  const text = writeValue(value)
  return !isSql(value) || plainWord.test(text) || standsAlone(tokenize(text)) ? text : `(${text})`
}

/** What most defaults are, and needs no reading. */
const plainWord = /^(?:CURRENT_(?:DATE|TIME|TIMESTAMP)|TRUE|FALSE|NULL|[0-9]+)$/i

/** A literal with or without a sign, `CURRENT_…`, or one pair of parentheses around everything. */
function standsAlone(tokens: readonly Token[]): boolean {
  if (tokens.length > 2 && stripParentheses(tokens).length < tokens.length) return true
  const [only, ...more] = tokens[0]?.key === '-' || tokens[0]?.key === '+' ? tokens.slice(1) : tokens
  if (only === undefined || more.length > 0) return false
  if (only.kind === 'number' || only.kind === 'string' || only.kind === 'blob') return true
  return ['CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP', 'TRUE', 'FALSE', 'NULL'].includes(only.key)
}

function writeValue(value: Literal | Sql): string {
  if (isSql(value)) return value.text
  if (value === null) return 'NULL'
  if (typeof value === 'string') return quoteText(value)
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`SQL has no literal for ${value}`)
  return String(value).toUpperCase()
}
