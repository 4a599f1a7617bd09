import { fingerprint } from '../diff/fingerprint.ts'
import { type Operation, queryOne } from '../engine/operation.ts'
import { type Prepare, plain } from '../engine/setup.ts'
import { bindingOf, countRows, readStatistics, readWholeCatalog } from '../introspect/read-facts.ts'
import { readSchema } from '../introspect/read-schema.ts'
import { readTarget, type Target } from '../introspect/target.ts'
import { ConvergeError } from '../model/error.ts'
import { exclusion } from '../model/exclude.ts'
import { sameName } from '../model/name.ts'
import { filterSchema, type Schema } from '../model/schema.ts'
import type { Draft, DraftInput, Origin } from '../plan/draft.ts'
import { draftPlan } from '../plan/draft-plan.ts'
import type { Hazard } from '../plan/step.ts'
import { ask, weigh } from './ask.ts'
import { judgeReverse } from './judge-reverse.ts'
import type { Plan } from './plan.ts'
import { proveDraft } from './prove-draft.ts'
import { refuseTemporary } from './temporary.ts'

export interface PlanOptions {
  /** Given when this is the way back of an earlier plan. */
  readonly origin?: Origin
  /** Hazards that only the caller can see. */
  readonly hazards?: (live: Schema, isExcluded: DraftInput['isExcluded']) => readonly Hazard[]
  /** The order of the columns has to come out as in the target. */
  readonly keepOrder?: boolean
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
  const { version } = yield* queryOne<{ version: string }>('SELECT sqlite_version() AS version')
  const live = yield* readSchema()
  const catalog = yield* readWholeCatalog()
  const { prepare = plain } = options
  const wanted = readTarget(target, { known: live, prepare })
  const isExcluded = exclusion(target.excludes, wanted)
  const managed = (schema: Schema): Schema => filterSchema(schema, (object) => !isExcluded(object))
  const input: DraftInput = {
    from: live,
    to: wanted,
    isExcluded,
    backfills: target.backfills,
    statistics: yield* readStatistics(catalog),
    ...(options.origin && { origin: options.origin }),
    ...(options.keepOrder && { keepOrder: true }),
  }
  const first = draftPlan(input)
  refuseUnsupported(input, first)
  yield* refuseTemporary(first)
  const { preflight } = first.changes.length === 0 ? { preflight: [] } : { preflight: yield* ask(first.preflight) }
  const { draft, proven, rows } = yield* proveDraft(input, first, {
    catalog,
    prepare,
    withRows: preflight.length === 0,
  })
  const hazards = [...(yield* weigh(draft.hazards)), ...(options.hazards?.(live, isExcluded) ?? [])]
  const inSync = draft.changes.length === 0
  const start = fingerprint(managed(live))
  const rebuilds = []
  for (const rebuild of draft.rebuilds) rebuilds.push({ ...rebuild, rows: yield* countRows(rebuild.table) })
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
    reverse: yield* judgeReverse(draft, proven),
    proof: { rows },
    rebuilds,
    excludes: target.excludes,
    tables: managed(wanted).tables.length,
    details: {
      live,
      target: wanted,
      binding: bindingOf(catalog),
      probes: draft.preflight,
      possibleHazards: draft.hazards,
      needsForeignKeysOff: draft.needsForeignKeysOff,
      backfills: target.backfills,
      draft,
      wasBroken: proven.wasBroken,
    },
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
