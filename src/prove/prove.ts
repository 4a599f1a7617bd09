import { diffSchemas } from '../diff/diff-schemas.ts'
import { fingerprint } from '../diff/fingerprint.ts'
import { explainMissing } from '../engine/explain-error.ts'
import { type Handle, handleExecutor } from '../engine/handle.ts'
import { type Operation, runSync } from '../engine/operation.ts'
import { type CheckableTables, checkableTables, countOrphans, newMismatches } from '../introspect/count-orphans.ts'
import { type CatalogEntry, readWholeCatalog } from '../introspect/read-facts.ts'
import { readSchema } from '../introspect/read-schema.ts'
import { ConvergeError } from '../model/error.ts'
import { type Kept, keptObjects } from '../model/kept.ts'
import { foldName } from '../model/name.ts'
import { inverted, noRenames } from '../model/renames.ts'
import { filterSchema, type Schema, type SchemaObject } from '../model/schema.ts'
import { capabilitiesOfReverse } from '../plan/capabilities.ts'
import { type Draft, type DraftInput, startOf } from '../plan/draft.ts'
import { draftPlan } from '../plan/draft-plan.ts'
import { withOrphans } from '../plan/kept-orphans.ts'
import { originOf } from '../plan/origin.ts'
import { touchedTables } from '../plan/touched-tables.ts'
import { ask } from './ask.ts'
import { findDamage, refuseDamage } from './damage.ts'
import { findBroken, newlyBroken } from './dependents.ts'
import type { WayBack } from './plan.ts'
import { readKept } from './read-kept.ts'
import { redraft } from './redraft.ts'
import { renameFirst } from './rename-first.ts'
import { runSteps, StepRefused } from './run-steps.ts'

/** What running a draft on the copy has shown. */
export interface Proven extends WayBack {
  /** The schema that it leads to, as SQLite reports it. */
  readonly reached: Schema
  /** The same as rows of its catalog. */
  readonly catalog: readonly CatalogEntry[]
  /** The tables whose foreign keys the draft may break, and SQLite can check before and after. */
  readonly checkedTables: CheckableTables
  /** The views, triggers and foreign keys that did not work before. */
  readonly wasBroken: readonly string[]
  /** The views and triggers that do not work after it. */
  readonly isBroken: readonly string[]
}

/**
 * Runs a draft on a copy, and its way back: the result must be the target, and the end the beginning.
 *
 * @throws StepRefused where a forward step does not run.
 * @throws ConvergeError `proof-failed` where the result is not the target, `breaks-dependent` where a view or trigger
 * works before and not after.
 */
export function prove(scratch: Handle, input: DraftInput, draft: Draft): Proven {
  const managed = (schema: Schema): Schema => filterSchema(schema, (object: SchemaObject) => !input.isExcluded(object))
  const on = <T>(operation: Operation<T>): T => runSync(operation, handleExecutor(scratch))
  const touched = touchedTables(draft.changes)
  const start = startOf(input)
  const renames = input.renaming?.renames ?? noRenames
  const before = { broken: on(findBroken(start)), orphans: on(countOrphans(start, touched, renames)) }
  const dropped = new Set(draft.kept.map((one) => foldName(one.table)))
  const kept = draft.kept.length === 0 ? [] : withOrphans(draft.kept, start, on(countOrphans(start, dropped)))
  const wasKept = readKept(scratch, start, kept)
  const damage = on(findDamage(draft, start, renames))
  runSteps(scratch, draft.steps)
  const reached = on(readSchema())
  refuseDamage(damage, on(findDamage(draft, reached)))
  const catalog = on(readWholeCatalog())
  const missed = diffSchemas(managed(reached), managed(input.to))
  if (missed.length > 0) {
    throw new ConvergeError('proof-failed', 'the plan does not lead to the target on a copy of the schema', {
      objects: [...new Set(missed.map((change) => change.kind))],
      advice: ['nothing was changed', 'please report this with the two schemas'],
      data: { missed },
    })
  }
  const wasBroken = [...before.broken.keys(), ...before.orphans.keys()]
  const orphans = on(countOrphans(reached, touched))
  const broken = on(findBroken(reached))
  refuseBroken([
    ...newlyBroken(before.broken, broken),
    ...newMismatches(before.orphans, orphans).map((key) => ['a foreign key', key] as const),
  ])
  const checkedTables = checkableTables({ start, orphans: before.orphans, renames }, { reached, orphans }, touched)
  const isBroken = [...broken.keys()]
  return { reached, catalog, checkedTables, wasBroken, isBroken, ...proveBack(scratch, reached, draft) }

  /** What a way back leads to was so before, broken or not. */
  function refuseBroken(broken: readonly (readonly [what: string, reason: string])[]): void {
    const known = new Set(input.origin?.broken)
    const [first, ...more] = broken.filter(([what, reason]) => !known.has(what) && !known.has(reason))
    if (first === undefined) return
    const others = more.length === 0 ? '' : `, and ${more.length} more`
    throw new ConvergeError('breaks-dependent', `${first[0]} would no longer work: ${first[1]}${others}`, {
      objects: [first, ...more].map(([what]) => what),
      advice: ['declare it such that it fits the new schema, or drop it', ...more.map((one) => one.join(': '))],
    })
  }

  function proveBack(copy: Handle, reached: Schema, forward: Draft): WayBack {
    const { isExcluded, statistics } = input
    const former = managed(start)
    let tried: Draft = { ...forward, steps: [], hazards: [], preflight: [], kept: [], returned: [] }
    let unfit: readonly string[] = []
    try {
      copy.exec('SAVEPOINT _schema_back')
      const way: DraftInput = {
        ...renameFirst({ from: reached, to: former, isExcluded, statistics }, inverted(renames), () => {
          copy.exec('ROLLBACK TO _schema_back')
          return copy
        }),
        to: former,
        isExcluded,
        capabilities: capabilitiesOfReverse,
        backfills: [],
        origin: originOf(forward, input.to, input.backfills),
        keepOrder: true,
        ...(input.fast && { fast: true }),
        kept,
      }
      copy.exec('ROLLBACK TO _schema_back')
      tried = draftPlan(way)
      unfit = on(ask(tried.preflight)).map((finding) => finding.message)
      const back = redraft(way, tried, (draft) => {
        tried = draft
        copy.exec('ROLLBACK TO _schema_back')
        const damage = on(findDamage(draft, reached, way.renaming?.renames ?? noRenames))
        // What does not fit is said; what becomes of it is not compared.
        runSteps(copy, draft.steps, unfit.length === 0)
        refuseDamage(damage, on(findDamage(draft, former)))
        return draft
      })
      const isBack = readKept(scratch, start, back.returned)
      for (const one of back.returned) {
        if (isBack.get(one) !== wasKept.get(one)) throw notBack(one)
      }
      return { back, exact: fingerprint(managed(on(readSchema()))) === fingerprint(former), unfit }
    } catch (error) {
      return { back: tried, exact: false, refused: reasonOf(error), unfit }
    }
  }
}

function notBack(kept: Kept): ConvergeError {
  const objects = keptObjects(kept)
  return new ConvergeError(
    'proof-failed',
    `on a copy, what was kept of ${objects.join(', ')} did not come back as it was`,
    {
      objects,
      advice: ['nothing was changed', 'please report this with the two schemas'],
    },
  )
}

/** Why a way back does not run; an error that is not about the schema is passed on. */
function reasonOf(error: unknown): string {
  const known = ['cannot-recreate', 'needs-setup', 'rename-blocked']
  if (error instanceof ConvergeError && known.includes(error.code)) return error.message
  if (!(error instanceof StepRefused)) throw error
  const { object } = error.step
  return explainMissing(error.cause, object)?.message ?? `${object}: ${error.message}`
}
