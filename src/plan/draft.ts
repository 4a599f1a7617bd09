import type { Change } from '../diff/change.ts'
import type { Kept } from '../model/kept.ts'
import { foldName } from '../model/name.ts'
import type { Renames } from '../model/renames.ts'
import type { Schema, SchemaObject } from '../model/schema.ts'
import type { Capabilities } from './capabilities.ts'
import type { PossibleHazard, PossibleLoss, Probe, Step, StepKind } from './step.ts'

/** A value for the rows that exist when a column is added or becomes NOT NULL. */
export interface Backfill {
  readonly table: string
  readonly column: string
  readonly expression: string
  /** It is for every row instead, when a column that stays becomes another: see `conversionOf`. */
  readonly using?: true
  /** The expression is what the column held before, for every row: a column that is there takes it too. */
  readonly returns?: true
}

/** What an earlier plan added, so that taking it away again is known to lose nothing. */
export interface Origin {
  /** Tables that the plan created, virtual ones too, and how many rows they had from the start. */
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
  /** Views and triggers that the plan created, with their normal form. */
  readonly definitions: readonly { readonly name: string; readonly normal: string }[]
  /** The views, triggers and foreign keys that did not work before the plan. */
  readonly broken: readonly string[]
  /** Columns that the plan added, the value it filled them with, and the rows of that time. */
  readonly columns: readonly AddedColumn[]
}

export interface AddedColumn {
  readonly table: string
  readonly column: string
  /** The expression that filled the rows, over the columns of the table. */
  readonly fill: string
  readonly rows: number
  /** The highest rowid of that time, as SQL; null for a table without rowids, or without rows. */
  readonly highestRowid: string | null
}

/** The renames that a plan makes first, as they have been tried on a copy. */
export interface Renaming {
  /** The live schema, with the old names. `DraftInput.from` has the new ones. */
  readonly before: Schema
  readonly renames: Renames
  readonly steps: readonly Step[]
}

/** Everything a plan is drafted from. Nothing here opens a database. */
export interface DraftInput {
  /** The live schema, whole, after the renames: excluded objects survive a rebuild of their table. */
  readonly from: Schema
  readonly renaming?: Renaming
  readonly to: Schema
  readonly isExcluded: (object: SchemaObject) => boolean
  readonly capabilities: Capabilities
  readonly backfills: readonly Backfill[]
  /** The tables that have rows in sqlite_stat1 or sqlite_stat4, by the name of the statistics table. */
  readonly statistics: ReadonlyMap<string, readonly string[]>
  /** Given when this is the way back of an earlier plan. */
  readonly origin?: Origin
  /** Whether the order of the columns has to come out as in `to`, as it does on an exact way back. */
  readonly keepOrder?: boolean
  /** Whether what the plan takes away is put aside. */
  readonly keep?: boolean
  /** What an earlier plan put aside, given when this is its way back. */
  readonly kept?: readonly Kept[]
  /** Whether tables may be changed by their entry in the catalog, and keys be built beside their table. */
  readonly fast?: boolean
  /** Statements that SQLite has been found to refuse on this schema, as `refusable` names them: the plan does without. */
  readonly refused?: ReadonlySet<string>
}

/** The live schema before any step. */
export function startOf({ from, renaming }: DraftInput): Schema {
  return renaming?.before ?? from
}

/**
 * A way of changing a table that SQLite may refuse for what stands elsewhere in the schema, and that has another: a broken view
 * blocks every ALTER, which a rebuild does without; a table with a text in double quotes blocks every RENAME, which parking the
 * rows does without; what an edit of the catalog needs, a plain rebuild does without.
 */
export type RefusableWay = 'alter' | 'set-aside' | 'edit'

/** What such a way is called in `refused`. */
export function refusable(way: RefusableWay, table: string): string {
  return `${way} ${foldName(table)}`
}

/** The way that a step belongs to, if there is another. */
export function wayOf(kind: StepKind): RefusableWay | undefined {
  if (kind === 'set-aside-table') return 'set-aside'
  if (editKinds.has(kind)) return 'edit'
  return alterKinds.has(kind) ? 'alter' : undefined
}

const editKinds: ReadonlySet<StepKind> = new Set<StepKind>(['build-key', 'edit-catalog', 'drop-key', 'reindex'])

const alterKinds: ReadonlySet<StepKind> = new Set<StepKind>([
  'add-column',
  'drop-column',
  'set-not-null',
  'drop-not-null',
  'drop-constraint',
])

/** A rebuild of one table, for those who run it or count its rows. */
export interface Rebuild {
  readonly table: string
  /** The name under which the old table waits while its rows are copied. */
  readonly working: string
}

/** How a table is changed where that may be done by the catalog, and why so. */
export interface FastTable {
  readonly table: string
  /** `in-place`: its rows are not copied. `copy`: they are, and the indexes of its keys are built after that. */
  readonly way: 'in-place' | 'copy'
  readonly why: string
}

/** A plan that has not been proven: the steps, and what has to be asked before they run. */
export interface Draft {
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
  readonly hazards: readonly PossibleHazard[]
  /** What the way back could not bring again, if the live tables hold any of it. */
  readonly losses: readonly PossibleLoss[]
  readonly preflight: readonly Probe[]
  readonly rebuilds: readonly Rebuild[]
  /** The tables that ALTER TABLE alone can't change, where the catalog may be edited. */
  readonly fast: readonly FastTable[]
  /** What is put aside. */
  readonly kept: readonly Kept[]
  /** What was put aside earlier and comes back. */
  readonly returned: readonly Kept[]
  /** DROP TABLE deletes rows one by one while foreign keys are enforced, and their children with them; rows come back in any order. */
  readonly needsForeignKeysOff: boolean
}
