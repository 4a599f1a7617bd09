import type { Change } from '../diff/change.ts'
import type { CheckableTables } from '../introspect/count-orphans.ts'
import type { CatalogEntry } from '../introspect/read-facts.ts'
import type { Kept } from '../model/kept.ts'
import type { RenameHint, Renames } from '../model/renames.ts'
import type { Schema } from '../model/schema.ts'
import type { Backfill, Draft, FastTable, Rebuild } from '../plan/draft.ts'
import type { Hazard, PossibleHazard, PreflightCode, Probe, Step } from '../plan/step.ts'
import type { Work } from './long-lock.ts'

/** Live rows that do not fit the target: the plan is refused until there are none. */
export interface Finding {
  readonly code: PreflightCode
  readonly object: string
  readonly message: string
  /** How many rows. */
  readonly rows: number
  /** The first of them: column labels and their values, as text. */
  readonly sample: readonly Readonly<Record<string, string>>[]
}

/** The way back. It never claims more than has been seen on the copy. */
export interface Reverse {
  readonly kind: 'exact' | 'lossy' | 'impossible'
  readonly steps: readonly Step[]
  /** What can't come back, when lossy. */
  readonly losses: readonly string[]
  /** Why there is no way back, when impossible. */
  readonly reasons: readonly string[]
  /** Until when that holds: each half a sentence. */
  readonly until: readonly string[]
}

/** What a copy has shown of the way back. */
export interface WayBack {
  readonly back: Draft
  /** Whether the way back gives the former schema again, to the order of its columns. */
  readonly exact: boolean
  /** Why the way back does not run, where it does not. */
  readonly refused?: string
  /** The rows of the copy that would not fit on the way back. */
  readonly unfit: readonly string[]
}

/** A rebuild, with how many rows it copies. */
export interface CountedRebuild extends Rebuild {
  /** The table's name before the plan. */
  readonly former: string
  readonly rows: number
}

/**
 * A plan that has been run, forward and back, on a copy of the affected schema.
 *
 * `from` and `to` are fingerprints of what it starts from and leads to; excluded objects are in neither.
 */
export interface Plan {
  readonly version: 1
  readonly engine: { readonly name: 'sqlite'; readonly version: string }
  readonly inSync: boolean
  readonly from: string
  readonly to: string
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
  readonly hazards: readonly Hazard[]
  readonly preflight: readonly Finding[]
  readonly reverse: Reverse
  /** With how many sample rows of the live tables the plan was proven. */
  readonly proof: { readonly rows: number }
  /** What the plan puts aside: with the option `keep`. */
  readonly kept: readonly Kept[]
  /** With the option `fast`: the tables that ALTER TABLE alone can't change, how each is changed, and why so. */
  readonly fast: readonly FastTable[]
  readonly rebuilds: readonly CountedRebuild[]
  readonly excludes: readonly string[]
  /** How many tables the target has. */
  readonly tables: number
  readonly details: PlanDetails
}

/** What applying a plan needs and a reader does not. */
export interface PlanDetails {
  /** The live schema that the plan was made for, whole. */
  readonly live: Schema
  /** The declared target. */
  readonly target: Schema
  /** A hash over the exact text of every row of the catalog. */
  readonly binding: string
  /** The rows of the catalog that the plan was made for, and of the one that it leads to, as the copy has shown. */
  readonly catalog: readonly CatalogEntry[]
  readonly reachedCatalog: readonly CatalogEntry[]
  /** The tables whose foreign keys the plan may break, and SQLite can check before and after. */
  readonly checkedTables: CheckableTables
  readonly probes: readonly Probe[]
  readonly possibleHazards: readonly PossibleHazard[]
  readonly needsForeignKeysOff: boolean
  readonly backfills: readonly Backfill[]
  readonly renames: Renames
  /** Another version of SQLite that the plan was made for too. */
  readonly for?: string
  /** Whether what the plan takes away is put aside. */
  readonly keep: boolean
  /** Whether tables may be changed by their entry in the catalog. */
  readonly fast: boolean
  /** The hints that the renames come from. */
  readonly hints: readonly RenameHint[]
  /** The live schema after the renames; the same where there are none. */
  readonly renamed: Schema
  readonly draft: Draft
  /** The way back, as the copy has shown it. */
  readonly wayBack: WayBack
  /** Whether the proof was made with the rows of another database of the same catalog. */
  readonly isCarried?: true
  /** The views, triggers and foreign keys that did not work before. */
  readonly wasBroken: readonly string[]
  /** The views and triggers that do not work after it, as the copy has shown. */
  readonly isBroken: readonly string[]
  /** What it goes through while it holds the lock; undefined where that is not worth an estimate. */
  readonly work?: Work
}
