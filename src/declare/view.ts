import type { Sql } from './sql.ts'
import type { TriggerOptions } from './table.ts'

export interface ViewDeclaration {
  readonly columns?: readonly string[]
  readonly query: string
  readonly triggers: readonly ({ readonly name: string } & TriggerOptions<string>)[]
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
export class View {
  readonly declaration: ViewDeclaration

  constructor(declaration: ViewDeclaration) {
    this.declaration = declaration
  }

  /** `CREATE TRIGGER name INSTEAD OF … ON this view`. */
  trigger(name: string, options: TriggerOptions<string>): View {
    return new View({ ...this.declaration, triggers: [...this.declaration.triggers, { name, ...options }] })
  }
}

/**
 * Declares a view by its query, with names for its columns or without.
 *
 * @example
 * ```ts
 * import { sql, view } from 'sqlite-converge'
 *
 * const totals = view(['customer', 'total'], sql`SELECT customer_id, sum(amount) FROM orders GROUP BY customer_id`)
 * ```
 */
export function view(query: Sql): View
export function view(columns: readonly string[], query: Sql): View
export function view(...args: readonly unknown[]): View {
  const [columns, query] = args.length > 1 ? (args as [readonly string[], Sql]) : [undefined, args[0] as Sql]
  return new View({ ...(columns && { columns }), query: query.text, triggers: [] })
}
