import type { Sql } from './sql.ts'

export interface VirtualTableDeclaration {
  readonly module: string
  readonly arguments?: string
  readonly renamedFrom?: string
}

/** A virtual table as it is being declared; made by `virtualTable`. */
export class VirtualTable {
  readonly declaration: VirtualTableDeclaration

  constructor(declaration: VirtualTableDeclaration) {
    this.declaration = declaration
  }

  /** The name that the table had before, if its module can rename it, as FTS5 can. */
  renamedFrom(name: string): VirtualTable {
    return new VirtualTable({ ...this.declaration, renamedFrom: name })
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
