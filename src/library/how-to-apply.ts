import type { ApplyOptions } from '../apply/apply-plan.ts'
import { guardsOf } from '../apply/guards.ts'
import type { Session } from '../engine/session.ts'
import { verifyLevel, type WriteOptions } from './options.ts'
import { toolVersion } from './version.ts'
import { watched } from './watch.ts'

/**
 * How a plan is applied: what the options say, or what goes without saying.
 *
 * @throws ConvergeError `usage`
 */
export function howToApply(
  options: WriteOptions,
  { inTransaction, cannotEdit, end }: Pick<Session, 'inTransaction' | 'cannotEdit' | 'end'>,
): ApplyOptions {
  return {
    ...guardsOf(options),
    allow: options.allow ?? [],
    journal: options.journal ?? true,
    verify: verifyLevel(options),
    inTransaction,
    toolVersion: toolVersion(),
    now: () => new Date(),
    ...watched(options).watch,
    ...(cannotEdit && { cannotEdit }),
    ...(end && { end }),
  }
}
