import type { Operation } from '../engine/operation.ts'
import { bindingOf } from '../introspect/binding.ts'
import { dataVersion, readWholeCatalog } from '../introspect/read-facts.ts'
import { ConvergeError } from '../model/error.ts'
import { hazardCodes } from '../plan/step.ts'
import { type Applied, type ApplyOptions, applyPlan } from './apply-plan.ts'
import { choosePlans, type RevertChoice } from './choose-plans.ts'
import { placeOfBackup } from './guards.ts'
import { type JournalEntry, readJournal } from './journal.ts'
import { planRevert, type RevertPlan, type RevertPlanOptions } from './plan-revert.ts'
import { underLock } from './under-lock.ts'

/** What somebody has been shown of one way back. */
export interface Expected {
  readonly entry: string
  readonly binding: string
}

export interface RevertOptions
  extends Omit<ApplyOptions, 'journal' | 'reverts' | 'targetName' | 'asked'>,
    RevertPlanOptions {
  readonly choice: RevertChoice
  /** What has been shown, in the order in which it is done: anything else is refused. */
  readonly expect?: readonly Expected[]
  /** Is told the first way back, before anything is done. */
  readonly begins?: (plan: RevertPlan['plan']) => void
}

/** A plan that was undone, and how. */
export interface Undone extends Applied, Omit<RevertPlan, 'entry'> {
  /** Its id. */
  readonly reverted: string
}

/**
 * Undoes plans, the last one first. Several are undone in one transaction, each planned from what the one before has left, proven,
 * verified and recorded as it would be alone: where one of them is refused or fails, none has happened.
 *
 * @throws ConvergeError `nothing-to-revert`, `usage`, `no-way-back`, `schema-drifted`, and what applying a plan throws
 */
export function* revertPlans(options: RevertOptions): Operation<readonly Undone[]> {
  const [first, ...further] = choosePlans(yield* readJournal(), options.choice)
  if (further.length === 0) return [yield* undo(first!, options, 0)]
  const { backup: _, ...rest } = options
  const editsCatalog = options.fast ?? false
  const lock = { ...options, savepoint: '_schema_revert', editsCatalog, backup: yield* placeOfBackup(options) }
  const { result, ...saved } = yield* underLock(lock, function* ({ watch, left, save }) {
    yield* save(bindingOf(yield* readWholeCatalog()))
    const undone: Undone[] = []
    // Under the lock the journal may say otherwise than before it.
    const chosen = choosePlans(yield* readJournal(), options.choice)
    for (const [index, entry] of chosen.entries()) {
      const limit = left() === Number.POSITIVE_INFINITY ? {} : { maxLock: left() }
      const how = { ...rest, ...(watch && { watch }), ...limit, inTransaction: true }
      undone.push(yield* undo(entry, how, index, chosen.length))
    }
    return undone
  })
  return result.map((undone, index) => (index === 0 ? { ...undone, ...saved } : undone))
}

function* undo(
  chosen: JournalEntry,
  { choice: _, expect, prepare, fast, begins, ...options }: RevertOptions,
  index: number,
  of = 1,
): Operation<Undone> {
  try {
    const asked = yield* dataVersion()
    const { entry, plan, drifted } = yield* planRevert({ ...(prepare && { prepare }), ...(fast && { fast }) })
    if (index === 0) begins?.(plan)
    const shown = expect?.[index]
    const isOther = shown !== undefined && (shown.entry !== entry.id || shown.binding !== plan.details.binding)
    if (isOther || entry.id !== chosen.id || (expect !== undefined && expect.length !== of)) {
      throw new ConvergeError('schema-drifted', 'the database has been changed since the way back was shown', {
        advice: ['revert again'],
      })
    }
    const applied = yield* applyPlan(plan, {
      ...options,
      asked,
      // A revert without an entry could be reverted twice.
      journal: true,
      reverts: entry.id,
      ...(entry.target !== null && { targetName: entry.target }),
    })
    return { reverted: entry.id, plan, drifted, ...applied }
  } catch (error) {
    throw of === 1 ? error : placed(error, chosen, index, of)
  }
}

/**
 * Plans the ways back from several plans, the last one first, by going them: this is for a copy of the database, that is thrown away.
 * It ends before a plan whose way back live rows do not fit.
 *
 * @throws ConvergeError `nothing-to-revert`, `usage`, `no-way-back`, …
 */
export function* rehearseReverts(
  choice: RevertChoice,
  planning: RevertPlanOptions,
  options: Pick<ApplyOptions, 'toolVersion' | 'now'>,
): Operation<readonly RevertPlan[]> {
  const chosen = choosePlans(yield* readJournal(), choice)
  const planned: RevertPlan[] = []
  for (const [index, entry] of chosen.entries()) {
    try {
      const back = yield* planRevert(planning)
      planned.push(back)
      if (back.plan.preflight.length > 0 || index === chosen.length - 1) break
      // What may happen is decided by who is shown all of it.
      const allow = Object.keys(hazardCodes)
      const once = { allow, journal: true, verify: 'none', inTransaction: false, reverts: entry.id } as const
      yield* applyPlan(back.plan, { ...once, ...options })
    } catch (error) {
      throw placed(error, entry, index, chosen.length)
    }
  }
  return planned
}

/** The same error, with which of the plans it is about. */
function placed(error: unknown, { id }: JournalEntry, index: number, of: number): unknown {
  if (!(error instanceof ConvergeError)) return error
  const { code, message, objects, advice, data } = error
  const which = `this is about undoing plan ${id}, number ${index + 1} of ${of}; none of them has been undone`
  return new ConvergeError(code, message, { objects, advice: [...advice, which], data, cause: error })
}
