import type { Guards } from '../apply/guards.ts'
import type { Progress } from '../apply/progress.ts'
import type { DeclaredSchema } from '../declare/define-schema.ts'
import { isDeclaredSchema } from '../declare/define-schema.ts'
import type { Pragmas } from '../engine/pragmas.ts'
import type { DatabaseLike } from '../engine/session.ts'
import type { Setup, SetupHandle } from '../engine/setup.ts'
import { isScript, loadScript, loadTarget, targetOf } from '../introspect/load-target.ts'
import type { Target } from '../introspect/target.ts'
import { ConvergeError } from '../model/error.ts'
import { isGlob } from '../model/exclude.ts'
import type { RenameHint } from '../model/renames.ts'
import { usualLevel, type VerifyLevel, verifyLevels } from '../model/verify-level.ts'
import type { Backfill } from '../plan/draft.ts'
import type { PlanOptions as MakePlanOptions } from '../prove/make-plan.ts'

export type { DatabaseLike, Pragmas, Setup, SetupHandle }

/** A target, as users give it: a declared schema, or the path of a module or `.sql` script. */
export type TargetLike = DeclaredSchema<unknown> | string

/** Options of planning. */
export interface PlanOptions extends Setup {
  /** Globs over names of objects to leave alone, besides those of the declaration. */
  readonly exclude?: readonly string[]
  /** A version of SQLite, such as `3.40`, that has to be able to run the plan too; by default only the connection's own. */
  readonly for?: string
  /** What has another name now, besides what the declaration says: a table, or a column of a table. */
  readonly renames?: readonly { readonly table: string; readonly column?: string; readonly to: string }[]
  /** SQL expressions for rows that have no value when a column is, or becomes, NOT NULL; they go before the declaration's. */
  readonly backfills?: readonly { readonly table: string; readonly column: string; readonly expression: string }[]
  /** SQL expressions that compute the values of columns that get another type, collation or NOT NULL; they go before the declaration's. */
  readonly conversions?: readonly { readonly table: string; readonly column: string; readonly expression: string }[]
  /**
   * Whether what the plan takes away (rows of tables, values of columns) is put aside in tables `_schema_kept_…`, from which `revert`
   * brings it back, and `prune` drops it; by default no.
   */
  readonly keep?: boolean
  /**
   * Whether tables may be changed by editing SQLite's catalog, where that is several times faster and the rows stay valid; by default no.
   * For a path or a better-sqlite3 handle. The plan's `fast` says which tables go which way.
   */
  readonly fast?: boolean
  /** For how many seconds the locks of others are waited for; by default 5 for a path, else as the connection does by itself. */
  readonly lockTimeout?: number
}

/** Options of everything that writes. */
export interface WriteOptions extends PlanOptions, Guards {
  /** Hazard codes that may happen, or `data-loss`, `definition-loss`. */
  readonly allow?: readonly string[]
  /** Whether to write an entry into the journal; by default yes. Without one there is no `revert`. */
  readonly journal?: boolean
  /** How much of the rows is looked at before COMMIT: `none`, `counts`, `values` (by default) or `digest`. */
  readonly verify?: VerifyLevel
  /** Whether a path that does not exist becomes a new database. */
  readonly create?: boolean
  /**
   * Ends the work, and everything is rolled back. For a path the work is done in a process of its own then, which is ended in the
   * midst of a statement; the exception is a `setup` function, which can't be given to another process. For a handle or Kysely instance,
   * and in `convergeSync`, it is looked at between statements and the parts of a copy, of which one of what is stored has none: while one runs over a
   * handle, no other code of the process does, so abort it from `onProgress`.
   */
  readonly signal?: AbortSignal
  /** Is told how far the work is; what it throws ends it, and everything is rolled back. */
  readonly onProgress?: (progress: Progress) => void
}

/**
 * The options that decide how a plan is made.
 *
 * @throws ConvergeError `usage` for what is no version.
 */
export function planningOf({ for: version, keep = false, fast = false }: PlanOptions): MakePlanOptions {
  if (version === undefined) return { keep, fast }
  if (/^3\.\d+(\.\d+)*$/.test(version)) return { keep, fast, for: version }
  throw new ConvergeError('usage', `${version} is no version of SQLite 3`, { advice: ['such as 3.40 or 3.53.2'] })
}

/** @throws ConvergeError `usage` for what is no level. */
export function verifyLevel({ verify = usualLevel }: Pick<WriteOptions, 'verify'>): VerifyLevel {
  if (verifyLevels.includes(verify)) return verify
  throw new ConvergeError('usage', `${verify} is no level of verification`, {
    advice: [`one of ${verifyLevels.join(', ')}`],
  })
}

/** Reads a target of any kind. */
export async function resolveTarget(target: TargetLike, options: PlanOptions): Promise<Target> {
  return withOptions(typeof target === 'string' ? await loadTarget(target) : declared(target), options)
}

/** Reads a target that needs no module loader. */
export function resolveTargetSync(target: TargetLike, options: PlanOptions): Target {
  if (typeof target !== 'string') return withOptions(declared(target), options)
  if (isScript(target)) return withOptions(loadScript(target), options)
  throw new ConvergeError('target-unreadable', `${target} is a module, which can't be loaded synchronously`, {
    objects: [target],
    advice: ['import the declared schema and hand it in, or use converge'],
  })
}

function declared(target: DeclaredSchema<unknown>): Target {
  if (isDeclaredSchema(target)) return targetOf(target)
  throw new ConvergeError('target-not-a-schema', 'the target is not a declared schema', {
    advice: ['make it with defineSchema({ … }), or give the path of a module or .sql script'],
  })
}

function withOptions(
  target: Target,
  { exclude = [], renames = [], backfills = [], conversions = [] }: PlanOptions,
): Target {
  return {
    ...target,
    excludes: checkedGlobs([...new Set([...target.excludes, ...exclude])]),
    renames: [...renames.map((one): RenameHint => ({ ...one, by: 'command' })), ...target.renames],
    backfills: [
      ...backfills.map(plainFill),
      ...conversions.map((one) => ({ ...plainFill(one), using: true as const })),
      ...target.backfills,
    ],
  }
}

/** @throws ConvergeError `usage` */
export function checkedGlobs(excludes: readonly string[]): readonly string[] {
  if (excludes.every(isGlob)) return excludes
  throw new ConvergeError('usage', 'an empty pattern excludes nothing', {
    advice: ['leave --exclude out, or name what to leave alone'],
  })
}

/** Only what a fill consists of, whatever else an object of the caller has. */
function plainFill({ table, column, expression }: NonNullable<PlanOptions['backfills']>[number]): Backfill {
  return { table, column, expression }
}
