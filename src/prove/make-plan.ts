import { fingerprint } from '../diff/fingerprint.ts'
import { type Operation, queryOne } from '../engine/operation.ts'
import { type Prepare, plain } from '../engine/setup.ts'
import { bindingOf } from '../introspect/binding.ts'
import { readStatistics, readWholeCatalog } from '../introspect/read-facts.ts'
import { readSchema } from '../introspect/read-schema.ts'
import { readTarget, type Target } from '../introspect/target.ts'
import { undisturbed } from '../introspect/undisturbed.ts'
import { ConvergeError } from '../model/error.ts'
import { exclusion } from '../model/exclude.ts'
import type { Kept } from '../model/kept.ts'
import { findByName, sameName } from '../model/name.ts'
import { noRenames } from '../model/renames.ts'
import { filterSchema, type Schema } from '../model/schema.ts'
import { capabilitiesOf, capabilitiesOfReverse } from '../plan/capabilities.ts'
import type { Draft, DraftInput, Origin } from '../plan/draft.ts'
import { draftPlan } from '../plan/draft-plan.ts'
import type { Hazard } from '../plan/step.ts'
import { ask } from './ask.ts'
import { checkFills } from './check-fills.ts'
import { judgeRows } from './judge-rows.ts'
import type { Plan } from './plan.ts'
import { proveDraft } from './prove-draft.ts'
import { renameOnCopy } from './rename-first.ts'
import { refuseSharedPages } from './shared-pages.ts'
import { refuseTemporary } from './temporary.ts'

export interface PlanOptions {
  /** Given when this is the way back of an earlier plan. */
  readonly origin?: Origin
  /** Hazards that only the caller can see. */
  readonly hazards?: (live: Schema, isExcluded: DraftInput['isExcluded']) => readonly Hazard[]
  /** The order of the columns has to come out as in the target. */
  readonly keepOrder?: boolean
  /** Whether what the plan takes away is put aside. */
  readonly keep?: boolean
  /** What the plan that is taken back has put aside. */
  readonly kept?: readonly Kept[]
  /** Another version of SQLite that has to be able to run the plan. */
  readonly for?: string
  /** Whether tables may be changed by their entry in the catalog. */
  readonly fast?: boolean
  /** Makes what the application brings known to the copy. */
  readonly prepare?: Prepare
}

/**
 * Makes a plan: reads the live schema, drafts the steps, asks the live rows, and runs the draft forward and back on a
 * copy. It only reads.
 *
 * @throws ConvergeError `target-invalid`, `unsupported-object`, `cannot-recreate`, `needs-setup`, `proof-failed`
 */
export function* makePlan(target: Target, options: PlanOptions = {}): Operation<Plan> {
  return yield* undisturbed(() => readAndPlan(target, options))
}

function* readAndPlan(target: Target, options: PlanOptions): Operation<Plan> {
  const { version, encoding, recursive } = yield* queryOne<{ version: string; encoding: string; recursive: number }>(
    'SELECT sqlite_version() AS version, encoding, recursive_triggers AS recursive FROM pragma_encoding, pragma_recursive_triggers',
  )
  const live = yield* readSchema()
  const catalog = yield* readWholeCatalog()
  yield* refuseSharedPages()
  const { prepare = plain } = options
  const wanted = readTarget(target, { known: live, prepare })
  const isExcluded = exclusion(target.excludes, wanted)
  const managed = (schema: Schema): Schema => filterSchema(schema, (object) => !isExcluded(object))
  refuseUnknownFills(target.backfills, wanted)
  const statistics = yield* readStatistics(catalog)
  const copied = { catalog, encoding, recursiveTriggers: recursive !== 0, prepare, analyzed: statistics.size > 0 }
  const input: DraftInput = {
    ...renameOnCopy({ from: live, to: wanted, isExcluded, statistics }, target.renames, copied),
    to: wanted,
    isExcluded,
    capabilities: options.origin
      ? capabilitiesOfReverse
      : capabilitiesOf(version, ...(options.for === undefined ? [] : [options.for])),
    backfills: target.backfills,
    ...(options.origin && { origin: options.origin }),
    ...(options.keepOrder && { keepOrder: true }),
    ...(options.keep && { keep: true }),
    ...(options.fast && { fast: true }),
    ...(options.kept && { kept: options.kept }),
  }
  const renames = input.renaming?.renames ?? noRenames
  const first = draftPlan(input)
  refuseUnsupported(input, first)
  yield* refuseTemporary(first)
  yield* checkFills(input, first)
  const { preflight } = first.changes.length === 0 ? { preflight: [] } : { preflight: yield* ask(first.preflight) }
  const { draft, proven, rows } = yield* proveDraft(input, first, { ...copied, withRows: preflight.length === 0 })
  const { back, exact, refused, unfit } = proven
  const wayBack = { back, exact, unfit, ...(refused !== undefined && { refused }) }
  const { hazards, reverse, rebuilds, work } = yield* judgeRows({
    draft,
    wayBack,
    start: { live, renamed: input.from, renames },
    target: wanted,
    hazards: options.hazards?.(live, isExcluded) ?? [],
    isWayBack: options.origin !== undefined,
  })
  const inSync = draft.changes.length === 0
  const start = fingerprint(managed(live))
  return {
    version: 1,
    engine: { name: 'sqlite', version },
    inSync,
    from: start,
    to: inSync ? start : fingerprint(managed(proven.reached)),
    changes: draft.changes,
    steps: draft.steps,
    hazards,
    preflight,
    reverse,
    proof: { rows },
    kept: draft.kept,
    fast: draft.fast,
    rebuilds,
    excludes: target.excludes,
    tables: managed(wanted).tables.length,
    details: {
      live,
      renamed: input.from,
      renames,
      hints: target.renames,
      ...(options.for !== undefined && { for: options.for }),
      keep: options.keep ?? false,
      fast: options.fast ?? false,
      target: wanted,
      binding: bindingOf(catalog),
      catalog,
      reachedCatalog: proven.catalog,
      checkedTables: proven.checkedTables,
      probes: draft.preflight,
      possibleHazards: draft.hazards,
      needsForeignKeysOff: draft.needsForeignKeysOff,
      backfills: target.backfills,
      draft,
      wayBack,
      wasBroken: proven.wasBroken,
      isBroken: proven.isBroken,
      ...(work && { work }),
    },
  }
}

/** A fill for a column that the target does not have would silently do nothing. */
function refuseUnknownFills(fills: Target['backfills'], wanted: Schema): void {
  for (const { table, column, using } of fills) {
    const owner = findByName(wanted.tables, table)
    if (owner !== undefined && findByName(owner.columns, column) !== undefined) continue
    throw new ConvergeError(
      'usage',
      `nothing to ${using ? 'convert' : 'fill'}: the target has no column ${table}.${column}`,
      {
        objects: [table],
      },
    )
  }
}

/** What we can't read must not be compared, and not be lost in a rebuild; what we can't change, not be dropped. */
function refuseUnsupported(input: DraftInput, draft: Draft): void {
  for (const object of [...input.from.unsupported, ...input.to.unsupported]) {
    const rebuilt = draft.rebuilds.some((rebuild) => sameName(rebuild.table, object.table))
    if (input.isExcluded(object) && !rebuilt) continue
    throw new ConvergeError(
      'unsupported-object',
      `${object.type} ${object.name} can't be represented: ${object.reason}`,
      {
        objects: [object.name],
        advice: rebuilt
          ? [`${object.table} would have to be rebuilt, and ${object.name} with it`]
          : [`leave it alone: --exclude ${JSON.stringify(object.name)}`],
      },
    )
  }
  for (const change of draft.changes) {
    if (change.kind !== 'change-virtual-table') continue
    throw new ConvergeError(
      'unsupported-object',
      `virtual table ${change.to.name} can't be changed without its content`,
      {
        objects: [change.to.name],
        advice: ['drop it and create it again in two steps, and fill it in between'],
      },
    )
  }
}
