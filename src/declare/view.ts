import type { Column } from './column.ts'
import type { Sql } from './sql.ts'
import type { TriggerOptions } from './table.ts'

/** What a view's declaration holds. */
export interface ViewDeclaration {
  readonly columns?: readonly string[]
  readonly query: string
  readonly triggers: readonly ({ readonly name: string } & TriggerOptions<string>)[]
}

/** What INSTEAD OF triggers let somebody do with a view. */
type WritesOf<Options> = Options extends { readonly insteadOf: infer Event }
  ? Event extends 'insert'
    ? 'insert'
    : Event extends 'delete'
      ? never
      : 'update'
  : never

/** What a view's columns give when they are read: a view has no rule of its own, so that each may be NULL where it isn't said to be NOT NULL. */
type RowOf<Columns> = {
  readonly [Name in keyof Columns]: Columns[Name] extends Column<infer Value, infer Traits>
    ? 'not null' extends Traits
      ? Value
      : Value | null
    : unknown
}

/**
 * A view as it is being declared; made by `view`.
 *
 * @example
 * ```ts
 * import { sql, view } from 'sqlite-converge'
 *
 * const active = view(sql`SELECT id, name FROM users WHERE active`)
 * ```
 */
export class View<Row = Readonly<Record<string, unknown>>, Writes = never> {
  readonly declaration: ViewDeclaration
  /** Never set, as the next: what `InferDatabase` reads. */
  declare readonly row: Row
  declare readonly writes: Writes

  constructor(declaration: ViewDeclaration) {
    this.declaration = declaration
  }

  /** `CREATE TRIGGER name INSTEAD OF … ON this view`, by which the view can be written to. */
  trigger<const Options extends TriggerOptions<string>>(
    name: string,
    options: Options,
  ): View<Row, Writes | WritesOf<Options>> {
    return new View({ ...this.declaration, triggers: [...this.declaration.triggers, { name, ...options }] })
  }

  /**
   * The columns of a view that has no list of them, for `InferDatabase`. It is no part of the schema.
   *
   * @example
   * ```ts
   * import { sql, view } from 'sqlite-converge'
   *
   * const active = view(sql`SELECT id, name FROM users WHERE active`).as<{ id: number; name: string | null }>()
   * ```
   */
  as<Columns extends object>(): View<Columns, Writes> {
    return this as unknown as View<Columns, Writes>
  }
}

/**
 * Declares a view by its query, with names for its columns or without. Names can be given with their types, for `InferDatabase`: SQLite
 * itself stores the names only.
 *
 * @example
 * ```ts
 * import { integer, real, sql, view } from 'sqlite-converge'
 *
 * const totals = view(['customer', 'total'], sql`SELECT customer_id, sum(amount) FROM orders GROUP BY customer_id`)
 * const typed = view(
 *   { customer: integer().notNull(), total: real() },
 *   sql`SELECT customer_id, sum(amount) FROM orders GROUP BY customer_id`,
 * )
 * ```
 */
export function view(query: Sql): View
export function view<const Name extends string>(
  columns: readonly Name[],
  query: Sql,
): View<Readonly<Record<Name, unknown>>>
export function view<const Columns extends Readonly<Record<string, Column>>>(
  columns: Columns,
  query: Sql,
): View<RowOf<Columns>>
export function view(...args: readonly unknown[]): View {
  const [columns, query] =
    args.length > 1 ? (args as [readonly string[] | object, Sql]) : ([undefined, args[0]] as [undefined, Sql])
  const names = columns === undefined || Array.isArray(columns) ? columns : Object.keys(columns)
  return new View({ ...(names && { columns: names }), query: query.text, triggers: [] })
}
