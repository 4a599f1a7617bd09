import { foldName } from './name.ts'

/**
 * What every name of kept data begins with, tables and triggers. The prefix is reserved: nothing of such a name is compared,
 * fingerprinted or dropped, whoever made it.
 */
export const keptPrefix = '_schema_kept_'

export function isKept(name: string): boolean {
  return foldName(name).startsWith(keptPrefix)
}

/** All rows of a dropped table. */
export interface KeptTable {
  readonly kind: 'table'
  /** The table that holds them. Its columns are called as those of the dropped table, and have no type: no value changes. */
  readonly name: string
  /** The dropped table. */
  readonly table: string
  /** The columns that are kept: not the generated ones; the hidden rowid too, where it has a name. */
  readonly columns: readonly string[]
  /** The table that holds the AUTOINCREMENT mark; without one, there was none. */
  readonly mark?: string
  /** The watches that went with it, over what is kept of its own columns. */
  readonly watches: readonly KeptWatch[]
  /** How many of its rows had no parent, by `foreignKeyName`, where any did. */
  readonly orphans?: Readonly<Record<string, number>>
}

/** A watch over the keys of kept values, by what it is made of. */
export interface KeptWatch {
  /** The table that holds the values. */
  readonly name: string
  /** What the columns are called that it watches, at the table. */
  readonly keys: readonly string[]
  /** The column whose values it watches, where they were replaced. */
  readonly column?: string
}

/** Values of a column that was dropped, or whose values were replaced by others, each beside the key of its row. */
export interface KeptColumn {
  readonly kind: 'column'
  readonly name: string
  readonly table: string
  readonly column: string
  /** The columns of a key that the table has before and after. */
  readonly keys: readonly string[]
  /** Whether the column went, or has other values now: of those, one that somebody changes later is not kept any more. */
  readonly why: 'dropped' | 'replaced'
}

/** Rows of a table without such a key: nothing says later which row was which. */
export interface KeptCopy {
  readonly kind: 'copy'
  readonly name: string
  readonly table: string
  /** The columns that were dropped, or whose values were replaced. */
  readonly of: readonly string[]
  /** Whether any went, and all rows are kept, or only those with values that became others. */
  readonly why: 'dropped' | 'replaced'
}

/** What a plan has put aside. The names are those from before the plan. */
export type Kept = KeptTable | KeptColumn | KeptCopy

/** What it is, as people call it. */
export function keptObjects(kept: Kept): readonly string[] {
  switch (kept.kind) {
    case 'table':
      return [kept.table]
    case 'column':
      return [`${kept.table}.${kept.column}`]
    case 'copy':
      return kept.of.map((column) => `${kept.table}.${column}`)
  }
}

/** The names of the tables that hold it. */
export function keptTables(kept: Kept): readonly string[] {
  return kept.kind === 'table' && kept.mark !== undefined ? [kept.name, kept.mark] : [kept.name]
}

/** What the triggers are called that watch the keys, and the table of a mark. */
export const keptSuffixes = { insert: '_insert', update: '_update', mark: '_mark' } as const
