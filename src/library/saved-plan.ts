import { readFileSync, statSync } from 'node:fs'
import { type Guards, guardsOf } from '../apply/guards.ts'
import { readSavedPlan, remakePlan } from '../apply/saved-plan.ts'
import { withSession } from '../engine/session.ts'
import { prepareWith, type Setup } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import { ConvergeError } from '../model/error.ts'
import type { Plan } from '../prove/plan.ts'
import type { DatabaseLike } from './options.ts'

/**
 * Makes the plan of a file anew for a database; see `schema plan --out`.
 *
 * @throws ConvergeError `plan-file-unreadable`, `schema-drifted`, `plan-differs`
 */
export async function planFromFile(
  database: DatabaseLike,
  path: string,
  options: Setup & Pick<Guards, 'lockTimeout'> = {},
): Promise<{ plan: Plan; target: string }> {
  let text: string
  try {
    if (!statSync(path).isFile()) throw new Error('it is no file')
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConvergeError('plan-file-unreadable', `${path} can't be read: ${(cause as Error).message}`, {
      objects: [path],
      cause,
    })
  }
  const saved = readSavedPlan(text, path)
  const [{ lockTimeout }, prepare] = [guardsOf(options), prepareWith(options)]
  const plan = await withSession(database, { mode: 'read', lockTimeout, prepare }, ({ name, run }) =>
    run(waitForLocks({ name, lockTimeout }, remakePlan(saved, prepare))),
  )
  return { plan, target: saved.target.name }
}
