import { stripParentheses } from '../sql/normal.ts'
import { quoteText } from '../sql/quote.ts'
import { type Token, tokenize } from '../sql/token.ts'
import { isSql, type Sql } from './sql.ts'

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
 * A column as it is being declared; each call gives a new one.
 *
 * @example
 * ```ts
 * import { integer, sql, text } from 'sqlite-converge'
 *
 * const email = text().notNull().collate('nocase')
 * const createdAt = integer().notNull().default(sql`(unixepoch())`)
 * ```
 */
export class Column {
  readonly declaration: ColumnDeclaration
  /** A column never changes, so what a schema of thousands of columns makes of one again and again is made once. */
  #made: Map<string, Column> | undefined

  constructor(declaration: ColumnDeclaration) {
    this.declaration = declaration
  }

  /** `NOT NULL`, with a name or a conflict clause if you want one. */
  notNull(options?: { readonly name?: string; readonly onConflict?: ConflictClause }): Column {
    return options === undefined ? this.#once('NOT NULL', () => ({ notNull: {} })) : this.#with({ notNull: options })
  }

  /**
   * `DEFAULT`: a literal, or SQL. A string is a text (`'true'` is the text, not SQLite's TRUE); an expression
   * other than a literal or `CURRENT_…` is put into the parentheses that SQLite wants around it.
   */
  default(value: Literal | Sql, options: { readonly name?: string } = {}): Column {
    const sql = writeDefault(value)
    const make = (): Partial<ColumnDeclaration> => ({ default: { ...options, value: sql } })
    return options.name === undefined ? this.#once(`DEFAULT ${sql}`, make) : this.#with(make())
  }

  /** `COLLATE binary`, `nocase`, `rtrim`, or a collation of your own. */
  collate(collation: string): Column {
    return this.#once(`COLLATE ${collation}`, () => ({ collate: collation }))
  }

  /** `GENERATED ALWAYS AS (expression)`; computed when read, or `{ stored: true }` kept in the row. */
  generatedAs(expression: Sql, options: { readonly stored?: boolean; readonly name?: string } = {}): Column {
    const { stored = false, ...named } = options
    return this.#with({ generated: { ...named, expression: expression.text, stored } })
  }

  /**
   * The value for rows that exist when the column is added, or that hold NULL when it becomes NOT NULL. The
   * expression may read the row's other columns as they were before. It is not part of the schema: a database that
   * has the column already never sees it.
   */
  backfill(value: Literal | Sql): Column {
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
  using(value: Literal | Sql): Column {
    return this.#with({ using: writeValue(value) })
  }

  /**
   * The name that the column had before. A database that still has the old name gets the column renamed, with its values; one that
   * has the new name never sees it, so that it can stay in the declaration.
   */
  renamedFrom(name: string): Column {
    return this.#with({ renamedFrom: name })
  }

  #once(what: string, more: () => Partial<ColumnDeclaration>): Column {
    this.#made ??= new Map()
    let column = this.#made.get(what)
    if (column === undefined) {
      column = this.#with(more())
      if (this.#made.size < most) this.#made.set(what, column)
    }
    return column
  }

  #with(more: Partial<ColumnDeclaration>): Column {
    return new Column({ ...this.declaration, ...more })
  }
}

/** How many columns are remembered that are made of one. */
const most = 100

function writeDefault(value: Literal | Sql): string {
  const text = writeValue(value)
  return !isSql(value) || standsAlone(tokenize(text)) ? text : `(${text})`
}

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
