import { ConvergeError } from '../model/error.ts'
import { type JournalEntry, plansInForce } from './journal.ts'

/** Which plans are undone; the last one in force without either. */
export interface RevertChoice {
  /** How many plans, counted from the last. */
  readonly steps?: number
  /** The plan that the database shall be at again: its id, or the beginning of it. Every plan after it is undone. */
  readonly to?: string
}

/**
 * The plans in force that are undone, in the order in which that happens: the last one first.
 *
 * @throws ConvergeError `nothing-to-revert` where there are not so many, `usage` for an id that means no plan in force.
 */
export function choosePlans(journal: readonly JournalEntry[], { steps, to }: RevertChoice): readonly JournalEntry[] {
  if (steps !== undefined && to !== undefined) {
    throw new ConvergeError(
      'usage',
      'how many plans to undo, and the plan to go back to, are two ways to say the same',
      {
        advice: ['give either of them: --steps N, or --to ID'],
      },
    )
  }
  const inForce = plansInForce(journal)
  const chosen = to === undefined ? lastOf(inForce, steps ?? 1) : inForce.slice(inForce.indexOf(find(to, journal)) + 1)
  if (chosen.length === 0) {
    throw nothing(`the database is at plan ${inForce.at(-1)!.id} already: no plan has come after it`)
  }
  return [...chosen].reverse()
}

function lastOf(inForce: readonly JournalEntry[], steps: number): readonly JournalEntry[] {
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new ConvergeError('usage', `${steps} is no number of plans to undo`, { advice: ['a whole number from 1 on'] })
  }
  if (inForce.length === 0) throw nothing('the journal holds no plan that could be reverted')
  if (inForce.length < steps) {
    const held = inForce.length === 1 ? 'one plan' : `${inForce.length} plans`
    throw nothing(`the journal holds only ${held} in force, and ${steps} were to be undone`)
  }
  return inForce.slice(-steps)
}

/** @throws ConvergeError `usage` */
function find(id: string, journal: readonly JournalEntry[]): JournalEntry {
  const exact = journal.filter((entry) => entry.id === id)
  const found = exact.length > 0 || id === '' ? exact : journal.filter((entry) => entry.id.startsWith(id))
  const [entry] = found
  if (entry === undefined) throw unusable(id, `the journal knows no plan ${id}`)
  if (found.length > 1) throw unusable(id, `several plans begin with ${id}: ${found.map((one) => one.id).join(', ')}`)
  if (entry.kind !== 'apply') throw unusable(id, `${entry.id} is a ${entry.kind}, and no plan`)
  if (!plansInForce(journal).includes(entry)) {
    throw unusable(id, `plan ${entry.id} has been undone itself, and a revert is never reverted`)
  }
  return entry
}

function unusable(id: string, message: string): ConvergeError {
  return new ConvergeError('usage', message, {
    objects: [id],
    advice: ['schema status shows which plans are in force'],
  })
}

function nothing(message: string): ConvergeError {
  return new ConvergeError('nothing-to-revert', message, { advice: ['schema status shows the journal'] })
}
