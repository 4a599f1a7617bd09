import type { Operation } from '../engine/operation.ts'
import { readDamage } from '../introspect/read-damage.ts'
import { type CatalogEntry, readMarks, readWholeCatalog } from '../introspect/read-facts.ts'
import { groupBy } from '../model/group.ts'
import { findByName, foldName } from '../model/name.ts'
import { laterName } from '../model/renames.ts'
import { objectsOf, type Schema } from '../model/schema.ts'
import { includes, type VerifyLevel } from '../model/verify-level.ts'
import { touchedTables } from '../plan/touched-tables.ts'
import { findBroken } from '../prove/dependents.ts'
import type { Plan } from '../prove/plan.ts'
import { type Children, countChildren, fewerChildren } from './count-children.ts'
import { type Samples, sampleInPlace } from './sample-in-place.ts'

/** What stands around the tables that a plan changes, before the first step. */
export interface Around {
  readonly children: Children
  readonly marks: ReadonlyMap<string, string>
  /** Some rows of the tables that are changed where they are. */
  readonly samples: Samples
  /** The views and triggers that do not work on this connection. */
  readonly broken: ReadonlySet<string>
}

export function* lookAround(plan: Plan, level: VerifyLevel): Operation<Around> {
  const { live, renames } = plan.details
  const broken = new Set((yield* findBroken(live)).keys())
  if (!includes(level, 'counts')) return { children: new Map(), marks: new Map(), samples: new Map(), broken }
  return {
    children: yield* countChildren(live, concerned(plan), includes(level, 'values'), renames),
    marks: yield* marksByTable(),
    samples: includes(level, 'values') ? yield* sampleInPlace(plan, live, 'before') : new Map(),
    broken,
  }
}

/**
 * Holds what a plan should not have changed against what was there: the rows of children, AUTOINCREMENT marks, the firing order of
 * triggers, and that views and triggers work.
 *
 * @returns What is wrong; nothing, where all is well.
 */
export function* findDamage(plan: Plan, schema: Schema, around: Around, level: VerifyLevel): Operation<string[]> {
  const { renames, target } = plan.details
  const damage = [
    ...wrongOrder(plan.details.reachedCatalog, yield* readWholeCatalog()),
    ...(yield* newlyBroken(plan, schema, around)),
  ]
  if (!includes(level, 'counts')) return damage
  damage.push(...(yield* lostChildren(plan, schema, around, level)))
  const marks = yield* marksByTable()
  for (const [table, was] of around.marks) {
    const later = findByName(target.tables, laterName(table, renames))
    if (!later?.primaryKey?.autoincrement || !findByName(schema.tables, later.name)) continue
    const is = marks.get(foldName(later.name))
    if (is !== was) damage.push(`the AUTOINCREMENT mark of ${later.name} is ${is ?? 'gone'} instead of ${was}`)
  }
  if (includes(level, 'values')) damage.push(...(yield* otherRows(plan, schema, around.samples)))
  if (!includes(level, 'digest')) return damage
  for (const name of touchedTables(plan.changes)) {
    const table = findByName(schema.tables, name)
    if (table === undefined) continue
    const found = yield* readDamage(table)
    if (found.length > 0) damage.push(`integrity_check of ${table.name}: ${found.slice(0, 3).join('; ')}`)
  }
  return damage
}

function* otherRows(plan: Plan, schema: Schema, before: Samples): Operation<readonly string[]> {
  const after = yield* sampleInPlace(plan, schema, 'after')
  return [...before].flatMap(([table, rows]) =>
    after.get(table) === rows ? [] : [`rows of ${table} show other values than before`],
  )
}

function* marksByTable(): Operation<ReadonlyMap<string, string>> {
  const marks = yield* readMarks(yield* readWholeCatalog())
  return new Map(marks.map(([table, seq]) => [foldName(table), seq]))
}

/** Triggers fire in the order of the catalog, newest first; the copy has shown which that is to be. */
function wrongOrder(reached: readonly CatalogEntry[], found: readonly CatalogEntry[]): readonly string[] {
  const order = (catalog: readonly CatalogEntry[]): ReadonlyMap<string, string> => {
    const triggers = catalog.filter(({ type }) => type === 'trigger')
    const tables = groupBy(triggers, ({ tbl_name }) => foldName(tbl_name))
    return new Map([...tables].map(([table, list]) => [table, list.map(({ name }) => name).join(', ')]))
  }
  const wanted = order(reached)
  return [...order(found)].flatMap(([table, names]) =>
    wanted.get(table) === names ? [] : [`the triggers of ${table} are ${names} instead of ${wanted.get(table)}`],
  )
}

/** Beyond what did not work before, and what did not on the copy either. */
function* newlyBroken({ details: { isBroken } }: Plan, schema: Schema, around: Around): Operation<readonly string[]> {
  const known = new Set([...isBroken, ...around.broken])
  return [...(yield* findBroken(schema))].flatMap(([what, reason]) => (known.has(what) ? [] : [`${what}: ${reason}`]))
}

function* lostChildren(
  plan: Plan,
  schema: Schema,
  { children }: Around,
  level: VerifyLevel,
): Operation<readonly string[]> {
  const { renames } = plan.details
  const { parents, changed } = concerned(plan)
  const later = (names: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...names].map((name) => foldName(laterName(name, renames))))
  const after = yield* countChildren(
    schema,
    { parents: later(parents), changed: later(changed) },
    includes(level, 'values'),
    { tables: [], columns: [] },
  )
  return fewerChildren(children, after)
}

/** By the names of the live schema: the tables that go for a while or for good, and those whose own rows are changed. */
function concerned({ changes, rebuilds, details: { live } }: Plan): Parameters<typeof countChildren>[1] {
  const dropped = changes.flatMap((change) => (change.kind === 'drop-table' ? [change.table.name] : []))
  const changed = [...rebuilds.map(({ former }) => former), ...dropped, ...touchedTables(changes)]
  const parents = [...rebuilds.map(({ former }) => former), ...dropped]
  const known = new Set(objectsOf(live).map(({ name }) => foldName(name)))
  const folded = (names: readonly string[]): ReadonlySet<string> =>
    new Set(names.map(foldName).filter((name) => known.has(name)))
  return { parents: folded(parents), changed: folded(changed) }
}
