import { type Applied, applyPlan } from '../apply/apply-plan.ts'
import { canCreateAll, createAll } from '../apply/create-all.ts'
import { guardsOf } from '../apply/guards.ts'
import type { Handle } from '../engine/handle.ts'
import type { Operation } from '../engine/operation.ts'
import { type Session, withSession, withSessionSync } from '../engine/session.ts'
import { type Prepare, prepareWith } from '../engine/setup.ts'
import { waitForLocks } from '../engine/wait-for-locks.ts'
import { dataVersion } from '../introspect/read-facts.ts'
import type { Target } from '../introspect/target.ts'
import { ConvergeError } from '../model/error.ts'
import { makePlan } from '../prove/make-plan.ts'
import { matchTarget } from '../prove/match-target.ts'
import type { Plan } from '../prove/plan.ts'
import { planInSync } from '../prove/plan-in-sync.ts'
import { emptyStart, recallPlan, rememberPlan } from '../prove/recall-plan.ts'
import { howToApply } from './how-to-apply.ts'
import {
  type DatabaseLike,
  planningOf,
  resolveTarget,
  resolveTargetSync,
  type TargetLike,
  type WriteOptions,
} from './options.ts'
import { afterInterruption, watched } from './watch.ts'

/** What converging has done. */
export interface Converged {
  readonly plan: Plan
  /** The journal entry's id; undefined where nothing was to do, or without a journal. */
  readonly id?: string
  /** The rows of each table that was rebuilt, counted before and after. */
  readonly verified: Applied['verified']
  /** The copy of the database as it was before, with the option `backup`. */
  readonly backup?: Applied['backup']
}

/**
 * Makes a database what its target says, in one transaction, and loses nothing: plans, proves, checks the rows, applies,
 * verifies. Where nothing differs, nothing is written. Made for tests and for starting up.
 *
 * @param database A path, a better-sqlite3 handle, or a Kysely instance over better-sqlite3. What is handed in comes back
 * open, with its pragmas as they were.
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { converge, defineSchema, integer, table, text } from 'sqlite-converge'
 *
 * const schema = defineSchema({
 *   users: table({ id: integer().notNull(), email: text().notNull() }).primaryKey(['id']).unique(['email']),
 * })
 * const db = new Database(':memory:')
 * await converge(db, schema)
 * db.prepare('INSERT INTO users (email) VALUES (?)').run('ada@example.org')
 * ```
 * @throws ConvergeError `hazards` where something would be lost, `rows-do-not-fit` where rows break the target, and more.
 */
export async function converge(
  database: DatabaseLike,
  target: TargetLike,
  options: WriteOptions = {},
): Promise<Converged> {
  const resolved = await resolveTarget(target, options)
  const [{ create = false }, prepare, { child }] = [options, prepareWith(options), watched(options)]
  const { lockTimeout } = guardsOf(options)
  let made: Plan | undefined
  const opening = { mode: 'write', create, lockTimeout, prepare, ...child } as const
  const done = withSession(database, opening, ({ name, run, ...session }) =>
    run(
      waitForLocks(
        { name, lockTimeout },
        convergeOperation(resolved, options, session, prepare, nameOfTarget(target), (plan) => {
          made = plan
        }),
      ),
    ),
  )
  return done.catch((error: unknown) => afterInterruption(error, database, made, { prepare }))
}

/**
 * The same at once, for a path or a better-sqlite3 handle; the target is a declared schema or a `.sql` script.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { convergeSync, defineSchema, integer, table } from 'sqlite-converge'
 *
 * const db = new Database(':memory:')
 * convergeSync(db, defineSchema({ counters: table({ id: integer().notNull() }).primaryKey(['id']) }))
 * ```
 * @throws ConvergeError as `converge` does.
 */
export function convergeSync(database: string | Handle, target: TargetLike, options: WriteOptions = {}): Converged {
  const resolved = resolveTargetSync(target, options)
  const [{ create = false }, prepare] = [options, prepareWith(options)]
  const { lockTimeout } = guardsOf(options)
  return withSessionSync(database, { mode: 'write', create, lockTimeout, prepare }, ({ name, run, ...session }) =>
    run(
      waitForLocks({ name, lockTimeout }, convergeOperation(resolved, options, session, prepare, nameOfTarget(target))),
    ),
  )
}

/** How often it is planned, where somebody else changes the schema between planning and the lock. */
const attempts = 3

/** Two windows of one application start at the same time: the second one finds, when it has the lock, that all is done. */
function* convergeOperation(...how: Parameters<typeof convergeOnce>): Operation<Converged> {
  for (let attempt = 1; ; attempt++) {
    try {
      return yield* convergeOnce(...how)
    } catch (error) {
      const isStale = error instanceof ConvergeError && error.code === 'schema-drifted'
      if (!isStale || attempt === attempts) throw error
    }
  }
}

function* convergeOnce(
  target: Target,
  options: WriteOptions,
  session: Pick<Session, 'inTransaction' | 'cannotEdit' | 'end'>,
  prepare: Prepare,
  targetName: string | undefined,
  planned: (plan: Plan) => void = () => {},
): Operation<Converged> {
  const asked = yield* dataVersion()
  const how = { prepare, ...planningOf(options) }
  const matched = yield* matchTarget(target)
  const empty = matched === undefined ? yield* emptyStart(target, options, how) : undefined
  const recalled = empty && recallPlan(empty)
  const plan = recalled ?? (matched === undefined ? yield* makePlan(target, how) : planInSync(target, matched, how))
  planned(plan)
  if (plan.inSync) return { plan, verified: [] }
  if (empty !== undefined) rememberPlan(empty, plan)
  const named = targetName === undefined ? {} : { targetName }
  const applying = { ...howToApply(options, session), asked, ...named }
  const created = recalled && canCreateAll(applying) ? yield* createAll(plan, applying) : undefined
  const applied = created ?? (yield* applyPlan(plan, applying))
  return { plan, ...applied }
}

function nameOfTarget(target: TargetLike): string | undefined {
  return typeof target === 'string' ? target : undefined
}
