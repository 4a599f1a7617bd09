import { sqliteCode } from '../engine/explain-error.ts'
import { type Operation, runTogether } from '../engine/operation.ts'
import { type CatalogEntry, readWholeCatalog } from '../introspect/read-facts.ts'
import { readSchema } from '../introspect/read-schema.ts'
import type { Schema } from '../model/schema.ts'
import type { Origin } from '../plan/draft.ts'
import { originOf } from '../plan/origin.ts'
import { findBroken } from '../prove/dependents.ts'
import type { Plan } from '../prove/plan.ts'
import type { Applied, ApplyOptions } from './apply-plan.ts'
import { refuse } from './refuse.ts'
import { underLock } from './under-lock.ts'
import { countOrigin, writeEntry } from './write-entry.ts'

/** What the catalog means that a plan leads to, and what the journal says of it. */
interface Reached {
  readonly schema: Schema
  readonly origin: Origin
}

/** It is the same each time, since the catalog is. */
const known = new WeakMap<Plan, Reached>()

/** Whether nothing is asked for that only `applyPlan` does. */
export function canCreateAll({ backup, maxLock, watch, verify, inTransaction }: ApplyOptions): boolean {
  return !backup && maxLock === undefined && watch === undefined && verify !== 'digest' && !inTransaction
}

/**
 * Runs a plan that was proven for an empty database on another empty one. There are no rows that could be lost: it is right when the
 * catalog holds to the letter what it held on the copy, and views and triggers work on this connection too. Undefined where that is
 * not so, and nothing was changed: `applyPlan` says what there is to say.
 *
 * @throws ConvergeError as `applyPlan` does.
 */
export function* createAll(plan: Plan, options: ApplyOptions): Operation<Applied | undefined> {
  refuse(plan.hazards, plan.preflight, options.allow)
  const lock = { ...options, savepoint: '_schema_apply', editsCatalog: false, backup: undefined }
  try {
    return (yield* underLock(lock, () => createInside(plan, options))).result
  } catch (error) {
    if (error instanceof NotAsProven || sqliteCode(error) === 'SQLITE_ERROR') return undefined
    throw error
  }
}

function* createInside(plan: Plan, options: ApplyOptions): Operation<Applied> {
  const { steps, details } = plan
  // Somebody else may have been faster.
  if ((yield* readWholeCatalog()).length > 0) throw new NotAsProven()
  yield* runTogether(steps.map((step) => step.sql))
  if (!sameCatalog(yield* readWholeCatalog(), details.reachedCatalog)) throw new NotAsProven()
  const reached = known.get(plan) ?? (yield* readReached(plan))
  known.set(plan, reached)
  const broken = yield* findBroken(reached.schema)
  if ([...broken.keys()].some((what) => !details.isBroken.includes(what))) throw new NotAsProven()
  if (!options.journal) return { verified: [] }
  return { id: yield* writeEntry(plan, reached, [], options), verified: [] }
}

/** Ends a transaction in which something has come out otherwise than on the copy. */
class NotAsProven extends Error {}

function* readReached(plan: Plan): Operation<Reached> {
  const schema = yield* readSchema()
  const { draft, target, backfills, wasBroken } = plan.details
  return { schema, origin: yield* countOrigin(originOf(draft, target, backfills, wasBroken), schema) }
}

function sameCatalog(one: readonly CatalogEntry[], other: readonly CatalogEntry[]): boolean {
  if (one.length !== other.length) return false
  return one.every((row, index) => {
    const { type, name, tbl_name, sql } = other[index]!
    return row.sql === sql && row.name === name && row.tbl_name === tbl_name && row.type === type
  })
}
