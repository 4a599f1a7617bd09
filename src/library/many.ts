import { guardsOf } from '../apply/guards.ts'
import { lockTimeoutOf } from '../engine/lock-timeout.ts'
import type { Applying, Manner } from '../many/manner.ts'
import { planningOf, resolveTarget, type TargetLike, verifyLevel, type WriteOptions } from './options.ts'
import { toolVersion } from './version.ts'

/**
 * How many databases are planned, as options say it.
 *
 * @throws ConvergeError `usage`, and where the target can't be read.
 */
export async function planningMany(target: TargetLike, options: WriteOptions): Promise<Manner> {
  const { loadExtensions, pragmas, setup, setupModule } = options
  return {
    target: await resolveTarget(target, options),
    planning: planningOf(options),
    setup: {
      ...(loadExtensions && { loadExtensions }),
      ...(pragmas && { pragmas }),
      ...(setup && { setup }),
      ...(setupModule !== undefined && { setupModule }),
    },
    lockTimeout: lockTimeoutOf(options),
  }
}

/** The same, for who is going to apply the plans. */
export async function applyingMany(
  target: TargetLike,
  options: WriteOptions,
): Promise<Manner & { readonly applying: Applying }> {
  const { lockTimeout: _, ...guards } = guardsOf(options)
  return {
    ...(await planningMany(target, options)),
    applying: {
      ...guards,
      allow: options.allow ?? [],
      journal: options.journal ?? true,
      verify: verifyLevel(options),
      toolVersion: toolVersion(),
      ...(typeof target === 'string' && { targetName: target }),
    },
  }
}
