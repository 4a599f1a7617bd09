import { cannotEdit } from '../engine/kysely.ts'
import { type Operation, queryOne } from '../engine/operation.ts'
import { bindingOf } from '../introspect/binding.ts'
import { dataVersion, readWholeCatalog } from '../introspect/read-facts.ts'
import { ConvergeError } from '../model/error.ts'
import { sameName } from '../model/name.ts'
import { includes, type VerifyLevel } from '../model/verify-level.ts'
import { withOrphans } from '../plan/kept-orphans.ts'
import { cacheFor } from '../plan/lock-estimate.ts'
import { originOf } from '../plan/origin.ts'
import { editsCatalog, type Hazard, type Step } from '../plan/step.ts'
import { touchedTables } from '../plan/touched-tables.ts'
import { ask, weigh } from '../prove/ask.ts'
import type { Plan } from '../prove/plan.ts'
import { refuseTemporary } from '../prove/temporary.ts'
import type { Backup } from './backup.ts'
import { schemaDrifted } from './drift.ts'
import { type Guards, guard } from './guards.ts'
import { judgeBack } from './judge-back.ts'
import type { Watcher } from './progress.ts'
import { refuse } from './refuse.ts'
import { runStep } from './run-step.ts'
import { withSorterThreads } from './sorter-threads.ts'
import { underLock } from './under-lock.ts'
import { lookBefore, type Verified, verificationFailed, verify } from './verify.ts'
import { findDamage, lookAround } from './verify-around.ts'
import { countOrigin, type EntryOptions, writeEntry } from './write-entry.ts'

export interface ApplyOptions extends Guards, EntryOptions {
  /** Hazard codes, or groups of them, that may happen. */
  readonly allow: readonly string[]
  /** Whether an entry goes into the journal. */
  readonly journal: boolean
  /** How much of the rows is looked at before COMMIT. */
  readonly verify: VerifyLevel
  /** Whether the caller has a transaction under way; ours is then a savepoint in it. */
  readonly inTransaction: boolean
  /** Whether the catalog can't be edited over this connection. */
  readonly cannotEdit?: true
  /** The `dataVersion` of this connection from before the plan was made: where it is still the same, the rows are not asked again. */
  readonly asked?: string
  /** Is told how far the work is; ends it by throwing. With it, rows are copied in parts. */
  readonly watch?: Watcher
  /** How many rowids a part has; by default as many as take a tenth of a second. */
  readonly rangeWidth?: bigint
  /** Ends the connection with whatever statement it runs, where that is possible. */
  readonly end?: (why: ConvergeError) => void
}

/** What has been done. */
export interface Applied {
  /** The journal entry's id; undefined without a journal, or where nothing was to do. */
  readonly id?: string
  readonly verified: Verified['rows']
  /** The copy of the database as it was before; undefined without the option, or where nothing was to do. */
  readonly backup?: Backup
}

/**
 * Runs a plan in one transaction: lock, compare, ask the rows again, run, verify, journal, commit. Whatever goes wrong
 * before the commit leaves the database as it was.
 *
 * @throws ConvergeError `usage`, `hazards`, `rows-do-not-fit`, `schema-drifted`, `database-locked`, `in-transaction`,
 * `temp-shadow`, `no-room`, `lock-too-long`, `backup-exists`, `backup-failed`, `step-failed`, `lock-exceeded`, `verification-failed`
 */
export function* applyPlan(plan: Plan, options: ApplyOptions): Operation<Applied> {
  refuse(plan.hazards, plan.preflight, options.allow, waysOut(plan, options))
  if (options.cannotEdit && plan.steps.some((step) => editsCatalog(step.kind))) throw cannotEdit()
  if (plan.kept.length > 0 && !options.journal) {
    throw new ConvergeError('usage', 'what is kept has to be recorded in the journal, which says what it is of', {
      objects: plan.kept.map((kept) => kept.name),
      advice: ['go with a journal, or without keeping anything'],
    })
  }
  if (options.inTransaction && plan.details.needsForeignKeysOff) yield* needForeignKeysOff()
  yield* refuseTemporary(plan)
  const { backup: place } = yield* guard(plan, options)
  const lock = { ...options, savepoint: '_schema_apply', editsCatalog: plan.fast.length > 0, backup: place }
  const { result, backup } = yield* underLock(lock, function* ({ save, watch }) {
    const watched = { ...options, ...(watch && { watch }) }
    yield* askAgain(plan, watched)
    yield* save(plan.details.binding)
    return yield* withSorterThreads(plan, applyInside(plan, watched))
  })
  return { ...result, ...(backup && { backup }) }
}

/** Inside the caller's transaction they are as they are. */
function* needForeignKeysOff(): Operation<void> {
  const { foreign_keys } = yield* queryOne<{ foreign_keys: number }>('PRAGMA foreign_keys')
  if (foreign_keys === 0) return
  throw new ConvergeError(
    'in-transaction',
    'foreign keys are enforced, and inside a transaction that cannot be changed',
    {
      advice: ['commit first, or PRAGMA foreign_keys = OFF before the transaction: a rebuild would delete child rows'],
    },
  )
}

/** Holds the plan against the database as it is now that nobody else can write. */
function* askAgain(plan: Plan, options: ApplyOptions): Operation<void> {
  options.watch?.({ phase: 'checking' })
  const catalog = yield* readWholeCatalog()
  if (bindingOf(catalog) !== plan.details.binding) {
    throw schemaDrifted('the schema has been changed since the plan was made', plan.details.catalog, catalog)
  }
  // Others may have written since the plan was made.
  if (options.asked === undefined || options.asked !== (yield* dataVersion())) {
    const hazards = [...plan.hazards.filter(isFixed), ...(yield* weigh(plan.details.possibleHazards))]
    refuse(hazards, yield* ask(plan.details.probes), options.allow, waysOut(plan, options))
  }
}

function* applyInside(plan: Plan, options: ApplyOptions): Operation<Applied> {
  const touched = checkedTables(plan, options.verify)
  const before = yield* lookBefore(plan, touched, options.verify)
  const around = yield* lookAround(plan, options.verify)
  for (const [index, step] of plan.steps.entries()) {
    const place = { number: index + 1, of: plan.steps.length }
    yield* runStep(step, { ...options, place, rows: rowsOf(plan, step), cache: cacheOf(plan, step) })
  }
  options.watch?.({ phase: 'verifying' })
  const verified = yield* verify(plan, before, touched, options.verify)
  const damage = yield* findDamage(plan, verified.schema, around, options.verify)
  if (damage.length > 0) throw verificationFailed(damage.join('; '), { damage })
  if (!options.journal) return { verified: verified.rows }
  const kept = withOrphans(plan.kept, plan.details.live, before.former)
  const { draft, target, backfills, wasBroken } = plan.details
  const origin = yield* countOrigin(originOf(draft, target, backfills, wasBroken), verified.schema)
  const judged = { ...plan, reverse: yield* judgeBack(plan) }
  const id = yield* writeEntry(judged, { schema: verified.schema, origin }, kept, options)
  return { id, verified: verified.rows }
}

/**
 * The tables whose foreign keys are counted before and after; none, where no row of any is touched: what a new foreign key claims has
 * just been asked of the rows, and the others are as they were.
 */
function checkedTables({ changes, fast }: Plan, level: VerifyLevel): ReadonlySet<string> {
  const touched = touchedTables(changes)
  const isInPlace = (name: string): boolean =>
    fast.some(({ table, way }) => way === 'in-place' && sameName(table, name))
  return !includes(level, 'digest') && [...touched].every(isInPlace) ? new Set() : touched
}

/** How many rows a rebuild has to copy. */
function rowsOf({ rebuilds }: Plan, { object }: Step): number | undefined {
  return rebuilds.find((one) => sameName(one.table, object))?.rows
}

/** How much of the page cache is of use to a step; where a plan has no estimate, what it copies fits into any. */
function cacheOf({ details: { work } }: Plan, { object, asStored }: Step): number {
  if (asStored) return 0
  const handled = work?.tables.find((one) => sameName(one.table, object))
  return handled === undefined ? 0 : cacheFor(handled)
}

/** What else than allowing it can be done about a hazard: the same could be planned with what goes put aside, but for a way back. */
function waysOut(
  { details }: Plan,
  { reverts }: ApplyOptions,
): { readonly canKeep: boolean; readonly reverts: boolean } {
  return { canKeep: !details.keep, reverts: reverts !== undefined }
}

/** Whether a hazard does not depend on the rows that are asked again. */
function isFixed(hazard: Hazard): boolean {
  return hazard.code === 'schema-drifted' || hazard.code === 'overwrites-edit'
}
