import { fingerprint } from '../diff/fingerprint.ts'
import { plain } from '../engine/setup.ts'
import { bindingOf } from '../introspect/binding.ts'
import type { CatalogEntry } from '../introspect/read-facts.ts'
import { readRows } from '../introspect/read-rows.ts'
import { readTarget, type Target } from '../introspect/target.ts'
import { exclusion } from '../model/exclude.ts'
import { foldName } from '../model/name.ts'
import { noRenames } from '../model/renames.ts'
import { filterSchema, type Schema } from '../model/schema.ts'
import type { Draft } from '../plan/draft.ts'
import type { PlanOptions } from './make-plan.ts'
import type { MatchedTarget } from './match-target.ts'
import type { Plan, PlanDetails } from './plan.ts'

/** The plan for a database that holds its target to the letter. What the two mean is read when somebody asks for it. */
export function planInSync(
  target: Target,
  { version, catalog, shadows, tables }: MatchedTarget,
  {
    for: script,
    keep = false,
    fast = false,
    prepare = plain,
  }: Pick<PlanOptions, 'for' | 'keep' | 'fast' | 'prepare'> = {},
): Plan {
  const live = once(() => {
    const isOwn = ({ name, tbl_name }: CatalogEntry): boolean =>
      !/^sqlite_/i.test(name) && !shadows.has(foldName(tbl_name))
    return readRows(
      catalog.flatMap((row) => (row.sql !== null && isOwn(row) ? [{ ...row, sql: row.sql }] : [])),
      prepare,
    )
  })
  const wanted = once(() => readTarget(target, { known: live(), prepare }))
  const managed = (schema: Schema): Schema => {
    const isExcluded = exclusion(target.excludes, wanted())
    return filterSchema(schema, (object) => !isExcluded(object))
  }
  const start = once(() => fingerprint(managed(live())))
  const binding = once(() => bindingOf(catalog))
  const details: PlanDetails = {
    get live() {
      return live()
    },
    get renamed() {
      return live()
    },
    get target() {
      return wanted()
    },
    get binding() {
      return binding()
    },
    renames: noRenames,
    hints: target.renames,
    ...(script !== undefined && { for: script }),
    keep,
    fast,
    catalog,
    reachedCatalog: catalog,
    checkedTables: { start: [], reached: [] },
    probes: [],
    possibleHazards: [],
    needsForeignKeysOff: false,
    backfills: target.backfills,
    draft: nothing,
    wayBack: { back: nothing, exact: true, unfit: [] },
    wasBroken: [],
    isBroken: [],
  }
  return {
    version: 1,
    engine: { name: 'sqlite', version },
    inSync: true,
    get from() {
      return start()
    },
    get to() {
      return start()
    },
    changes: [],
    steps: [],
    hazards: [],
    preflight: [],
    reverse: { kind: 'exact', steps: [], losses: [], reasons: [], until: [] },
    proof: { rows: 0 },
    kept: [],
    fast: [],
    rebuilds: [],
    excludes: target.excludes,
    tables,
    details,
  }
}

const nothing: Draft = {
  changes: [],
  steps: [],
  hazards: [],
  losses: [],
  preflight: [],
  rebuilds: [],
  fast: [],
  kept: [],
  returned: [],
  needsForeignKeysOff: false,
}

/** A value that is made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
