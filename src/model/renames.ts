import { sameName } from './name.ts'

/** Somebody's word that a table, or a column of a table, had another name. */
export interface RenameHint {
  /** The table to rename, or the one whose column is renamed: by its old name or its new one. */
  readonly table: string
  /** The column's old name; without one, the table is renamed. */
  readonly column?: string
  readonly to: string
  /**
   * Who says so. A declaration goes on saying it when the rename has long been made, and a command is mistaken where it names
   * nothing.
   */
  readonly by: 'declaration' | 'command' | 'journal'
}

/** A name that becomes another. */
export interface Renamed {
  readonly from: string
  readonly to: string
  /** Its name is wanted for another, and it waits under a working name to be dropped. */
  readonly displaced?: true
}

/** A column's; the table is called by its new name. */
export interface RenamedColumn extends Renamed {
  readonly table: string
}

/** The renames that a plan makes, before anything else. */
export interface Renames {
  readonly tables: readonly Renamed[]
  readonly columns: readonly RenamedColumn[]
}

export const noRenames: Renames = { tables: [], columns: [] }

export function hasRenames({ tables, columns }: Renames): boolean {
  return tables.length + columns.length > 0
}

/** What takes the renames back. */
export function inverted({ tables, columns }: Renames): readonly RenameHint[] {
  return [
    ...tables.map(({ from, to }): RenameHint => ({ table: to, to: from, by: 'journal' })),
    ...columns.map(({ table, from, to }): RenameHint => ({ table, column: to, to: from, by: 'journal' })),
  ]
}

/** The name that a table had before the renames. */
export function formerName(table: string, { tables }: Renames): string {
  return tables.find((one) => sameName(one.to, table))?.from ?? table
}

/** The name that a table has after the renames. */
export function laterName(table: string, { tables }: Renames): string {
  return tables.find((one) => sameName(one.from, table))?.to ?? table
}

/** The name that a column of a table (by its new name) had before the renames. */
export function formerColumn(table: string, column: string, { columns }: Renames): string {
  return columns.find((one) => sameName(one.table, table) && sameName(one.to, column))?.from ?? column
}

/** The name that a column of a table (by its new name) has after the renames. */
export function laterColumn(table: string, column: string, { columns }: Renames): string {
  return columns.find((one) => sameName(one.table, table) && sameName(one.from, column))?.to ?? column
}
