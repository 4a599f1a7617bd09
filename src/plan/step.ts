import type { Change } from '../diff/change.ts'

/** What a step does; API, like a change's kind. */
export type StepKind =
  | 'drop-view'
  | 'drop-trigger'
  | 'drop-index'
  | 'drop-table'
  | 'create-table'
  | 'add-column'
  | 'drop-column'
  | 'set-not-null'
  | 'drop-not-null'
  | 'drop-constraint'
  | 'rename-table'
  | 'rename-column'
  | 'set-aside-table'
  | 'copy-rows'
  | 'keep-sequence'
  | 'keep-statistics'
  | 'create-index'
  | 'build-key'
  | 'edit-catalog'
  | 'drop-key'
  | 'reindex'
  | 'create-view'
  | 'create-trigger'
  | 'keep-data'
  | 'watch-keys'
  | 'bring-back'
  | 'drop-kept'

/**
 * Whether SQLite has to rewrite what refers to the renamed thing, which it does only with legacy_alter_table OFF; everything
 * else runs with it ON. https://www.sqlite.org/pragma.html#pragma_legacy_alter_table
 */
export function rewritesReferences(kind: StepKind): boolean {
  return kind === 'rename-table' || kind === 'rename-column'
}

/** Whether a step writes into SQLite's catalog, which a connection refuses that is told to be defensive. */
export function editsCatalog(kind: StepKind): boolean {
  return kind === 'edit-catalog'
}

/** One statement of a plan, with its reason and the change that needs it. */
export interface Step {
  readonly kind: StepKind
  /** The table, index, view or trigger that the step is about. */
  readonly object: string
  readonly sql: string
  readonly why: string
  readonly cause: Change
  /**
   * A question that has to be answered with 0 before the step runs: one row with `n`, how many of the rows that it would take away are
   * not in their new place with the same values.
   */
  readonly compare?: string
  /** A question that has to be answered with 0 after the step has run: one row with `n`. */
  readonly confirm?: string
  /** Rows are copied as they are stored, with the entries of their keys, in the order of both: no page cache is of use. */
  readonly asStored?: true
  /** The step in parts, where that gives the same as all at once. */
  readonly ranged?: Ranged
  /** The question in parts, each with one row: `n`, and `seen`, how many rows it was about. */
  readonly compareRanged?: Ranged
}

/** A statement over the rows of a table that have a rowid from `?` to `?`. */
export interface Ranged {
  readonly table: string
  /** The name of its rowid, quoted. */
  readonly rowid: string
  readonly sql: string
}

/** A question to the live rows, put before anything is written. It reads only. */
export interface Probe {
  readonly code: PreflightCode | HazardCode
  readonly object: string
  /** The table that lacks a value in every row, where `fill-needed` asks. */
  readonly table?: string
  /** What it means that there are such rows. */
  readonly message: string
  /** One row with `n`: how many rows are concerned. */
  readonly count: string
  /** The first few of them, with their keys. */
  readonly sample?: string
  /** Until when the opposite direction is sure: who (`name`), and what must not happen (`is used twice`). */
  readonly until?: { readonly subject: string; readonly when: string }
}

/** Rows that do not fit the target. */
export const preflightCodes = [
  'fill-needed',
  'null-value',
  'duplicate-key',
  'check-violation',
  'orphan-row',
  'wrong-type',
] as const
/** How live rows do not fit the target; API: docs/errors.md. */
export type PreflightCode = (typeof preflightCodes)[number]

/** What a plan does that someone should know of, and those of them that `--allow` has to name. */
export const hazardCodes = {
  'drop-table': 'refuse',
  'drop-column': 'refuse',
  'lossy-conversion': 'refuse',
  'drop-view': 'refuse',
  'drop-trigger': 'refuse',
  'overwrites-edit': 'refuse',
  'rowids-change': 'warn',
  'looks-like-rename': 'warn',
  irreversible: 'warn',
  'long-lock': 'warn',
  'collation-change': 'warn',
  'affinity-change': 'warn',
  'conflict-change': 'warn',
  'foreign-key-action-change': 'warn',
  'column-order': 'warn',
  'comments-lost': 'warn',
  'suspicious-default': 'warn',
  'suspicious-quotes': 'warn',
  'suspicious-key': 'warn',
  'suspicious-type': 'warn',
  'suspicious-action': 'warn',
  'suspicious-null': 'warn',
  'excluded-but-declared': 'warn',
  'schema-drifted': 'warn',
  'kept-not-returned': 'warn',
} as const
/** What a plan would lose, or do otherwise than before; API: docs/errors.md. */
export type HazardCode = keyof typeof hazardCodes
export type HazardLevel = 'refuse' | 'warn'

/** Words that allow several codes at once. */
export const hazardGroups: Readonly<Record<string, readonly HazardCode[]>> = {
  'data-loss': ['drop-table', 'drop-column', 'lossy-conversion'],
  'definition-loss': ['drop-view', 'drop-trigger', 'overwrites-edit'],
}

/** What somebody has to know before the plan is applied; at level `refuse` it is not, unless the code is allowed. */
export interface Hazard {
  readonly code: HazardCode
  readonly level: HazardLevel
  readonly object: string
  readonly message: string
  /** How many live rows are concerned, where that was asked. */
  readonly rows?: number
}

/** A hazard whose weight depends on the live rows: without such rows it is only a warning, or none at all. */
export interface PossibleHazard extends Omit<Hazard, 'level' | 'rows'> {
  readonly probe?: Probe
  /** What becomes of it when the probe finds no rows. */
  readonly otherwise: 'warn' | 'nothing' | 'refuse'
  /** Whether what would be lost is put aside and comes back with the reverse: nobody has to allow that. */
  readonly isKept?: true
}

/** Something that is gone after a plan, if there is any of it. */
export interface PossibleLoss {
  readonly what: string
  /** The table, or the column (`table.column`). */
  readonly object: string
  /** One row with `n`: how many rows have it. */
  readonly count: string
}
