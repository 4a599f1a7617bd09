import type { Sql } from './sql.ts'

/** What a virtual table's declaration holds. */
export interface VirtualTableDeclaration {
  readonly module: string
  readonly arguments?: string
  readonly renamedFrom?: string
}

/**
 * A virtual table as it is being declared; made by `virtualTable`.
 *
 * @example
 * ```ts
 * import { sql, virtualTable } from 'sqlite-converge'
 *
 * const notes = virtualTable('fts5', sql`title, body`).renamedFrom('documents')
 * ```
 */
export class VirtualTable<Row = Readonly<Record<string, unknown>>> {
  readonly declaration: VirtualTableDeclaration
  /** Never set: what `InferDatabase` reads. */
  declare readonly row: Row

  constructor(declaration: VirtualTableDeclaration) {
    this.declaration = declaration
  }

  /** The name that the table had before, if its module can rename it, as FTS5 can. */
  renamedFrom(name: string): VirtualTable<Row> {
    return new VirtualTable({ ...this.declaration, renamedFrom: name })
  }

  /**
   * The columns of the table, for `InferDatabase`: only its module knows them.
   *
   * @example
   * ```ts
   * import { sql, virtualTable } from 'sqlite-converge'
   *
   * const search = virtualTable('fts5', sql`title, body`).as<{ title: string; body: string; rank: number }>()
   * ```
   */
  as<Columns extends object>(): VirtualTable<Columns> {
    return this as unknown as VirtualTable<Columns>
  }
}

/**
 * Declares a virtual table: its module, and the module's arguments as they are written.
 * https://www.sqlite.org/vtab.html
 *
 * @example
 * ```ts
 * import { sql, virtualTable } from 'sqlite-converge'
 *
 * const search = virtualTable('fts5', sql`title, body, tokenize = 'porter'`)
 * ```
 */
export function virtualTable(module: string, args?: Sql): VirtualTable {
  return new VirtualTable({ module, ...(args && { arguments: args.text }) })
}
