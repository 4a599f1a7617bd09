import type { Sql } from './sql.ts'

export interface VirtualTableDeclaration {
  readonly module: string
  readonly arguments?: string
}

/** A virtual table as it is being declared; made by `virtualTable`. */
export class VirtualTable {
  readonly declaration: VirtualTableDeclaration

  constructor(declaration: VirtualTableDeclaration) {
    this.declaration = declaration
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
