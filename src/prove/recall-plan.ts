import { type Operation, queryOne } from '../engine/operation.ts'
import type { Setup } from '../engine/setup.ts'
import type { Target } from '../introspect/target.ts'
import type { PlanOptions } from './make-plan.ts'
import type { Plan } from './plan.ts'

/** What a plan that was made for an empty database is found by. */
export interface EmptyStart {
  readonly key: string
  /** The function that prepares connections, if there is one: another may register other things. */
  readonly owner: object
}

/** Plans for empty databases, by the function that prepares them and by all else that they depend on. */
const plans = new WeakMap<object, Map<string, Plan>>()
const nobody = {}
/** Of each function, the plans of so many targets are remembered. */
const most = 20

/**
 * Says what the plan for an empty database depends on; undefined for a database that is not empty. Whoever has many tests makes many
 * databases of one target, and what has been proven for the first holds for all.
 */
export function* emptyStart(
  target: Target,
  { setup, loadExtensions = [], pragmas = {} }: Setup,
  { for: script, keep, fast }: Pick<PlanOptions, 'for' | 'keep' | 'fast'>,
): Operation<EmptyStart | undefined> {
  const { objects, ...connection } = yield* queryOne<{ objects: number }>(
    `SELECT (SELECT count(*) FROM main.sqlite_schema) + (SELECT count(*) FROM temp.sqlite_schema) AS objects,
       sqlite_version() AS version, encoding, recursive_triggers AS recursive FROM pragma_encoding, pragma_recursive_triggers`,
  )
  if (objects > 0) return undefined
  const { statements, ...rest } = target
  return {
    key: JSON.stringify([rest, connection, loadExtensions, pragmas, script, keep, fast]) + textsOf(statements),
    owner: setup ?? nobody,
  }
}

/** The texts of statements as one; of a declared schema, which gives the same statements each time, they are put together once. */
function textsOf(statements: Target['statements']): string {
  const known = texts.get(statements)
  if (known !== undefined) return known
  const text = JSON.stringify(statements)
  texts.set(statements, text)
  return text
}

const texts = new WeakMap<Target['statements'], string>()

export function recallPlan({ key, owner }: EmptyStart): Plan | undefined {
  return plans.get(owner)?.get(key)
}

export function rememberPlan({ key, owner }: EmptyStart, plan: Plan): void {
  const known = plans.get(owner) ?? new Map<string, Plan>()
  if (known.size >= most) known.delete(known.keys().next().value!)
  known.set(key, freeze(plan))
  plans.set(owner, known)
}

/** A plan that others get too is nobody's to change. Maps and sets in it are only ours. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) freeze(part)
  return value
}
