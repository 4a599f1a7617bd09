import { readStatus } from '../apply/read-status.ts'
import type { DeclaredSchema } from '../declare/define-schema.ts'
import type { Change } from '../diff/change.ts'
import type { Handle } from '../engine/handle.ts'
import { lockTimeoutOf } from '../engine/lock-timeout.ts'
import type { Operation } from '../engine/operation.ts'
import { withSession } from '../engine/session.ts'
import { type Prepare, prepareWith } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import type { Target } from '../introspect/target.ts'
import { undisturbed } from '../introspect/undisturbed.ts'
import { ConvergeError } from '../model/error.ts'
import { matchTarget } from '../prove/match-target.ts'
import { describeChange } from '../report/describe-change.ts'
import { type PlanOptions, resolveTarget } from './options.ts'

/**
 * Refuses a database that is not what its schema declares. It only reads.
 *
 * @throws ConvergeError `out-of-sync`, with what differs in its `data`
 */
export async function refuseDifferent(
  database: string | Handle,
  schema: DeclaredSchema<unknown>,
  options: PlanOptions,
): Promise<void> {
  const target = await resolveTarget(schema, options)
  const [lockTimeout, prepare] = [lockTimeoutOf(options), prepareWith(options)]
  await withSession(database, { mode: 'read', lockTimeout, prepare }, ({ name, run }) =>
    run(
      waitForLocks(
        { name, lockTimeout },
        undisturbed(() => refuseChanges(name, target, prepare)),
      ),
    ),
  )
}

function* refuseChanges(name: string, target: Target, prepare: Prepare): Operation<void> {
  // Most databases hold their target to the letter, which is soon seen.
  if ((yield* matchTarget(target)) !== undefined) return
  const { changes } = yield* readStatus(target, prepare)
  if (changes.length > 0) throw outOfSync(name, changes)
}

/** How many of the differences are told; all of them are in the data. */
const told = 5

function outOfSync(name: string, changes: readonly Change[]): ConvergeError {
  const lines = changes.map(describeChange)
  const shown = lines.slice(0, told).map(({ owner, mark, what, text }) => `${owner}: ${mark} ${what} ${text}`)
  const more = lines.length > told ? ` and ${lines.length - told} more` : ''
  return new ConvergeError('out-of-sync', `${name} is not what the schema declares: ${shown.join('; ')}${more}`, {
    objects: [...new Set(lines.map(({ owner }) => owner))],
    advice: ['converge it, as schema apply does, or openDatabase where it is not told to refuse'],
    data: { changes },
  })
}
