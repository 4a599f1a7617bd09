import type { ConvergeError } from '../model/error.ts'
import type { AppliedToFile } from './apply-to-file.ts'
import { type How, hire, type Task } from './crew.ts'
import { asFailure } from './failure.ts'
import type { Looks } from './look.ts'

/** What became of one of many databases. */
export type ManyOutcome =
  | { readonly state: 'in-sync' | 'not-begun'; readonly database: string }
  | ({ readonly state: 'applied'; readonly database: string } & NonNullable<AppliedToFile>)
  | { readonly state: 'failed'; readonly database: string; readonly error: ConvergeError }

export interface ManyOptions {
  /** How many databases are worked on at once. */
  readonly jobs: number
  /** So many of each group go first, and all have to succeed before the rest is begun. */
  readonly canary: number
  /** Whether the others go on where one has failed; not where that is a canary. */
  readonly keepGoing: boolean
  /** Ends what runs, and begins nothing more. */
  readonly signal?: AbortSignal | undefined
  /** Is told of each that is through. */
  readonly done?: (outcome: ManyOutcome) => void
}

/**
 * Applies what `lookAtMany` has planned, each database in a transaction of its own: a failure of one touches no other. What is refused
 * already is not begun, and without `keepGoing` nothing else is then.
 *
 * @returns In the order in which the databases were given.
 */
export async function applyMany(
  { looks, groups }: Looks,
  how: How,
  { jobs, canary, keepGoing, signal, done = () => {} }: ManyOptions,
): Promise<readonly ManyOutcome[]> {
  const outcomes = new Map<string, ManyOutcome>()
  let failures = 0
  const settle = (outcome: ManyOutcome): void => {
    outcomes.set(outcome.database, outcome)
    if (outcome.state === 'failed') failures++
  }
  for (const look of looks) {
    const { database } = look
    if (look.state === 'in-sync') settle({ state: 'in-sync', database })
    else if (look.error !== undefined) settle({ state: 'failed', database, error: look.error })
  }
  const apply = async ({ database }: Task, run: () => Promise<AppliedToFile>): Promise<void> => {
    const outcome = await run().then(
      (applied): ManyOutcome => ({
        database,
        ...(applied === undefined ? { state: 'in-sync' } : { state: 'applied', ...applied }),
      }),
      (error: unknown): ManyOutcome => ({ state: 'failed', database, error: asFailure(error, database) }),
    )
    settle(outcome)
    done(outcome)
  }
  const byGroup = groups.map((group): readonly Task[] =>
    group.databases.filter((database) => !outcomes.has(database)).map((database) => ({ database, group })),
  )
  const crew = hire(jobs, how, signal)
  try {
    const refused = failures
    if (keepGoing || refused === 0) {
      const hasFailed = (): boolean => failures > refused
      const canaries = byGroup.flatMap((tasks) => tasks.slice(0, canary))
      await crew.work(canaries, apply, hasFailed)
      const rest = byGroup.flatMap((tasks) => tasks.slice(canary))
      if (!hasFailed()) await crew.work(rest, apply, keepGoing ? () => false : hasFailed)
    }
  } finally {
    await crew.close()
  }
  return looks.map(({ database }) => outcomes.get(database) ?? { state: 'not-begun', database })
}
