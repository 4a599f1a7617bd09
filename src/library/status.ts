import { readStatus, type Status } from '../apply/read-status.ts'
import { withSession } from '../engine/session.ts'
import { prepareWith } from '../engine/setup.ts'
import { type DatabaseLike, type PlanOptions, resolveTarget, type TargetLike } from './options.ts'

/**
 * Says where a database stands: which plan it is at, whether its schema has been changed since, and, with a target,
 * whether it is in sync. It only reads.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { converge, defineSchema, integer, status, table } from 'sqlite-converge'
 *
 * const db = new Database(':memory:')
 * const schema = defineSchema({ users: table({ id: integer().notNull() }).primaryKey(['id']) })
 * await converge(db, schema)
 * const { inSync, journal } = await status(db, schema)
 * console.log(inSync, journal.length) // true 1
 * ```
 * @throws ConvergeError where the database, the journal or the target can't be read.
 */
export async function status(database: DatabaseLike, target?: TargetLike, options: PlanOptions = {}): Promise<Status> {
  const resolved = target === undefined ? undefined : await resolveTarget(target, options)
  const prepare = prepareWith(options)
  return withSession(database, { mode: 'read', prepare }, (session) => session.run(readStatus(resolved, prepare)))
}
