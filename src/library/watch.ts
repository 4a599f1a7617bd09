import type { Watcher } from '../apply/progress.ts'
import { interrupted } from '../engine/child.ts'
import type { SessionOptions } from '../engine/session.ts'
import { withSession } from '../engine/session.ts'
import { bindingOf } from '../introspect/binding.ts'
import { readWholeCatalog } from '../introspect/read-facts.ts'
import { ConvergeError } from '../model/error.ts'
import type { Plan } from '../prove/plan.ts'
import type { DatabaseLike, WriteOptions } from './options.ts'

type Watched = Pick<WriteOptions, 'signal' | 'onProgress' | 'setup' | 'setupModule' | 'loadExtensions' | 'pragmas'>

/** The options of work that somebody watches, and may end. */
export function watched({ signal, onProgress, ...setup }: Watched): {
  /** For `applyPlan`. */
  readonly watch: { readonly watch?: Watcher }
  /** For the session. */
  readonly child: Pick<SessionOptions, 'child'>
} {
  // A function can't be given to another process.
  const canMove = setup.setup === undefined || setup.setupModule !== undefined
  return {
    watch: signal === undefined && onProgress === undefined ? {} : { watch },
    child: signal !== undefined && canMove ? { child: { setup, signal } } : {},
  }

  function watch(progress: Parameters<Watcher>[0]): void {
    try {
      onProgress?.(progress)
    } catch (cause) {
      throw interrupted('by onProgress; everything was rolled back', cause)
    }
    if (signal?.aborted) throw interrupted('everything was rolled back', signal.reason)
  }
}

/**
 * Says what an interruption has left: the process that was ended may just have committed.
 *
 * @throws ConvergeError always: the error, or `interrupted` with what has been seen of the database.
 */
export async function afterInterruption(
  error: unknown,
  database: DatabaseLike,
  plan: Plan | undefined,
  setup: Pick<SessionOptions, 'prepare'>,
): Promise<never> {
  const isOurs = error instanceof ConvergeError && error.code === 'interrupted'
  if (!isOurs || typeof database !== 'string' || database === ':memory:') throw error
  const { advice } = error
  if (plan === undefined) throw interrupted(`nothing was begun yet: ${database} is as it was`, error, advice)
  const binding = await withSession(database, { mode: 'read', ...setup }, async (session) =>
    bindingOf(await session.run(readWholeCatalog())),
  ).catch(() => undefined)
  if (binding === undefined) {
    throw interrupted(`what was begun in ${database} is rolled back when it is opened next`, error, advice)
  }
  if (binding === plan.details.binding) {
    throw interrupted(`everything was rolled back: ${database} is as it was`, error, advice)
  }
  throw interrupted(`${database} has another schema than before: it was done already, or changed by others`, error, [
    ...advice,
    `schema status ${database} shows which plan it is at`,
  ])
}
