import type { Operation } from '../engine/operation.ts'
import { ConvergeError, type ErrorCode } from '../model/error.ts'
import type { Plan } from '../prove/plan.ts'

/** Databases that hold the same, and so have the same plan. */
export interface PlanGroup {
  /** From 1; the largest first. */
  readonly number: number
  /** What they start from, as `readStart` says it. */
  readonly fingerprint: string
  /** The one that the plan was made and proven for. */
  readonly of: string
  readonly plan: Plan
  readonly databases: readonly string[]
}

/** The plan of a group that may still get others. */
export type GroupPlan = Pick<PlanGroup, 'fingerprint' | 'of' | 'plan'>

/** What is wrong with a schema is wrong with each database that has it; anything else can be of one alone. */
const ofSchema: readonly ErrorCode[] = [
  'unsupported-object',
  'cannot-recreate',
  'needs-setup',
  'rename-blocked',
  'target-invalid',
  'usage',
]

/** So many databases are tried for one with rows that fit: a plan that is made for another is proven without rows. */
const tries = 3

/** How much the proof of a plan shows. */
function worthOf({ preflight, proof }: Plan): number {
  return preflight.length > 0 ? 0 : proof.rows === 0 ? 1 : 2
}

/** The plans that have been made so far, by what they start from. */
export class Plans {
  readonly #made = new Map<string, GroupPlan & { readonly tries: number }>()
  readonly #failed = new Map<string, ConvergeError>()

  /** The plan of a group; undefined where there is none yet, or another database may give a better one. */
  find(fingerprint: string): Plan | undefined {
    const made = this.#made.get(fingerprint)
    return made !== undefined && (worthOf(made.plan) === 2 || made.tries >= tries) ? made.plan : undefined
  }

  /** The plan of a group that is not going to get others. */
  get(fingerprint: string): GroupPlan {
    return this.#made.get(fingerprint)!
  }

  /** Makes the plan of a group, where it has not failed already for a reason that is still there. */
  *make(fingerprint: string, of: string, make: Operation<Plan>): Operation<Plan> {
    const failed = this.#failed.get(fingerprint)
    if (failed !== undefined) throw failed
    try {
      const plan = yield* make
      const known = this.#made.get(fingerprint)
      const better = known !== undefined && worthOf(known.plan) >= worthOf(plan) ? known : { fingerprint, of, plan }
      this.#made.set(fingerprint, { ...better, tries: (known?.tries ?? 0) + 1 })
      return plan
    } catch (error) {
      if (error instanceof ConvergeError && ofSchema.includes(error.code)) this.#failed.set(fingerprint, error)
      throw error
    }
  }
}

/** The groups of some databases, the largest first. */
export function groupsOf(
  databases: readonly { readonly database: string; readonly fingerprint: string }[],
  plans: Plans,
): readonly PlanGroup[] {
  const byStart = new Map<string, string[]>()
  for (const { database, fingerprint } of databases) {
    byStart.set(fingerprint, [...(byStart.get(fingerprint) ?? []), database])
  }
  return [...byStart]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([fingerprint, list], index) => ({ ...plans.get(fingerprint), number: index + 1, databases: list }))
}
