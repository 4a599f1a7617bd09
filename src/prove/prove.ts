import { diffSchemas } from '../diff/diff-schemas.ts'
import { fingerprint } from '../diff/fingerprint.ts'
import type { Handle } from '../engine/handle.ts'
import { handleExecutor } from '../engine/handle.ts'
import { runSync } from '../engine/operation.ts'
import { readSchema } from '../introspect/read-schema.ts'
import { ConvergeError } from '../model/error.ts'
import { filterSchema, type Schema, type SchemaObject } from '../model/schema.ts'
import type { Draft, DraftInput } from '../plan/draft.ts'
import { draftPlan } from '../plan/draft-plan.ts'
import { originOf } from '../plan/origin.ts'
import type { Step } from '../plan/step.ts'
import { findBroken, newlyBroken } from './dependents.ts'

/** A step that SQLite refused on the copy. */
export class StepRefused extends Error {
  readonly step: Step

  constructor(step: Step, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.step = step
  }
}

/** What running a draft on the copy has shown. */
export interface Proven {
  /** The schema that it leads to, as SQLite reports it. */
  readonly reached: Schema
  readonly back: Draft
  /** Whether the way back gives the former schema again, to the order of its columns. */
  readonly exact: boolean
  /** Why the way back does not run, where it does not. */
  readonly refused?: string
}

/**
 * Runs a draft on a copy, and its way back: the result must be the target, and the end the beginning.
 *
 * @throws StepRefused where a forward step does not run.
 * @throws ConvergeError `proof-failed` where the result is not the target, `breaks-dependent` where a view or trigger
 * works before and not after.
 */
export function prove(scratch: Handle, input: DraftInput, draft: Draft): Proven {
  const managed = (schema: Schema): Schema => filterSchema(schema, (object: SchemaObject) => !input.isExcluded(object))
  const read = (): Schema => runSync(readSchema(), handleExecutor(scratch))
  const before = findBroken(scratch, input.from)
  for (const step of draft.steps) runStep(scratch, step)
  const reached = read()
  const missed = diffSchemas(managed(reached), managed(input.to))
  if (missed.length > 0) {
    throw new ConvergeError('proof-failed', 'the plan does not lead to the target on a copy of the schema', {
      objects: [...new Set(missed.map((change) => change.kind))],
      advice: ['nothing was changed', 'please report this with the two schemas'],
      data: { missed },
    })
  }
  refuseBroken(newlyBroken(before, findBroken(scratch, reached)))
  const back = draftPlan({
    from: reached,
    to: managed(input.from),
    isExcluded: input.isExcluded,
    backfills: [],
    statistics: input.statistics,
    origin: originOf(draft, input.backfills),
    keepOrder: true,
  })
  try {
    for (const step of back.steps) runStep(scratch, step)
  } catch (error) {
    if (!(error instanceof StepRefused)) throw error
    return { reached, back, exact: false, refused: `${error.step.object}: ${error.message}` }
  }
  return { reached, back, exact: fingerprint(managed(read())) === fingerprint(managed(input.from)) }
}

function refuseBroken(broken: ReturnType<typeof newlyBroken>): void {
  const [first, ...more] = broken
  if (first === undefined) return
  const others = more.length === 0 ? '' : `, and ${more.length} more`
  throw new ConvergeError('breaks-dependent', `${first[0]} would no longer work: ${first[1]}${others}`, {
    objects: broken.map(([what]) => what),
    advice: ['declare it such that it fits the new schema, or drop it', ...more.map((one) => one.join(': '))],
  })
}

function runStep(scratch: Handle, step: Step): void {
  try {
    scratch.exec(step.sql)
  } catch (cause) {
    throw new StepRefused(step, cause)
  }
}
