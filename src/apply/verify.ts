import { diffSchemas } from '../diff/diff-schemas.ts'
import { fingerprint } from '../diff/fingerprint.ts'
import type { Operation } from '../engine/operation.ts'
import { countOrphans, newOrphans, type Orphans } from '../introspect/count-orphans.ts'
import { countRows } from '../introspect/read-facts.ts'
import { readCatalog, readSchema } from '../introspect/read-schema.ts'
import { ConvergeError } from '../model/error.ts'
import { exclusion } from '../model/exclude.ts'
import { isKept } from '../model/kept.ts'
import { foldName } from '../model/name.ts'
import { filterSchema, objectsOf, type Schema } from '../model/schema.ts'
import { includes, type VerifyLevel } from '../model/verify-level.ts'
import { returningOrphans } from '../plan/kept-orphans.ts'
import type { Plan } from '../prove/plan.ts'
import type { CatalogRow } from '../sql/read-object.ts'

/** What is known before the first step, to be held against what is there after the last. */
export interface Before {
  readonly rows: ReadonlyMap<string, number>
  /** How many rows each table must have that holds what is kept, or whose rows come back. */
  readonly kept: ReadonlyMap<string, number>
  readonly orphans: Orphans
  /** The same by the names from before the plan, of the tables whose rows are kept. */
  readonly former: Orphans
}

/** What a verification has seen. */
export interface Verified {
  readonly schema: Schema
  /** The rows of each table that was rebuilt; the same before and after. */
  readonly rows: readonly { readonly table: string; readonly rows: number }[]
}

export function* lookBefore(plan: Plan, touched: ReadonlySet<string>, level: VerifyLevel): Operation<Before> {
  if (!includes(level, 'counts')) return { rows: new Map(), kept: new Map(), orphans: new Map(), former: new Map() }
  const rows = new Map<string, number>()
  for (const { table, former } of plan.rebuilds) rows.set(table, yield* countRows(former))
  const { live, renames, draft } = plan.details
  const kept = new Map<string, number>()
  for (const one of draft.kept) {
    if (one.kind === 'table' || one.why === 'dropped') kept.set(one.name, yield* countRows(one.table))
  }
  for (const one of draft.returned) {
    if (one.kind === 'table') kept.set(one.table, yield* countRows(one.name))
  }
  const dropped = new Set(draft.kept.map((one) => foldName(one.table)))
  const orphans = new Map([...(yield* countOrphans(live, touched, renames)), ...returningOrphans(draft.returned)])
  return { rows, kept, orphans, former: yield* countOrphans(live, dropped) }
}

/**
 * Holds what the steps have made against what was promised, inside their transaction: the schema is the target's, what is
 * excluded is as it was, every rebuilt table has as many rows, and no row lost its parent.
 *
 * @throws ConvergeError `verification-failed`
 */
export function* verify(
  plan: Plan,
  before: Before,
  touched: ReadonlySet<string>,
  level: VerifyLevel,
): Operation<Verified> {
  const schema = yield* readSchema()
  const { renamed, target, reachedCatalog } = plan.details
  const isExcluded = exclusion(plan.excludes, target)
  const managed = filterSchema(schema, (object) => !isExcluded(object))
  const wanted = filterSchema(target, (object) => !isExcluded(object))
  const missed = diffSchemas(managed, wanted)
  if (missed.length > 0 || fingerprint(managed) !== plan.to) {
    throw verificationFailed('the schema is not the one that the plan leads to', { missed })
  }
  const texts = (from: Schema): string =>
    JSON.stringify(
      objectsOf(filterSchema(from, (object) => isExcluded(object) && !isKept(object.name)))
        .map((object) => [object.kind, object.name, object.sql])
        .sort(),
    )
  const gone = new Set(
    plan.changes.flatMap((change) => (change.kind === 'drop-table' ? [foldName(change.table.name)] : [])),
  )
  const survivors = filterSchema(renamed, (object) => !('table' in object && gone.has(foldName(object.table))))
  if (texts(survivors) !== texts(schema)) throw verificationFailed('an excluded object is not as it was', {})
  // What is kept comes and goes with the plan, as the copy has shown.
  const kept = (rows: readonly CatalogRow[]): string =>
    JSON.stringify(rows.flatMap(({ type, name, sql }) => (isKept(name) ? [`${type} ${name} ${sql}`] : [])).sort())
  const expected = reachedCatalog.flatMap(({ sql, ...row }) => (sql === null ? [] : [{ ...row, sql }]))
  if (kept(yield* readCatalog()) !== kept(expected))
    throw verificationFailed('what is kept is not where it was to be', {})
  for (const [table, expected] of before.kept) {
    const found = yield* countRows(table)
    if (found !== expected)
      throw verificationFailed(`${table} has ${found} rows instead of ${expected}`, { table, found, expected })
  }
  const rows = []
  for (const [table, expected] of before.rows) {
    const found = yield* countRows(table)
    if (found !== expected)
      throw verificationFailed(`${table} has ${found} rows instead of ${expected}`, { table, found, expected })
    rows.push({ table, rows: found })
  }
  if (!includes(level, 'counts')) return { schema, rows }
  const orphans = newOrphans(before.orphans, yield* countOrphans(schema, touched))
  if (orphans.length > 0)
    throw verificationFailed(`foreign keys are worse than before: ${orphans.join('; ')}`, { orphans })
  return { schema, rows }
}

export function verificationFailed(what: string, data: object): ConvergeError {
  return new ConvergeError('verification-failed', `${what}; everything was rolled back`, { data })
}
