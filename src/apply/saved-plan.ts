import type { Operation } from '../engine/operation.ts'
import { type Prepare, plain } from '../engine/setup.ts'
import { bindingOf } from '../introspect/binding.ts'
import { recordedStatements } from '../introspect/read-ddl.ts'
import { type CatalogEntry, readWholeCatalog } from '../introspect/read-facts.ts'
import type { Target } from '../introspect/target.ts'
import { ConvergeError } from '../model/error.ts'
import { isGlob } from '../model/exclude.ts'
import { readVersion } from '../model/sqlite-version.ts'
import { makePlan } from '../prove/make-plan.ts'
import type { Plan } from '../prove/plan.ts'
import { isSingleExpression } from '../sql/expression.ts'
import type { CatalogRow } from '../sql/read-object.ts'
import { schemaDrifted } from './drift.ts'
import { catalogOf } from './journal.ts'

/** What a plan file holds beside the plan itself, so that the same plan can be made anew. */
export interface SavedPlan {
  readonly version: 1
  readonly binding: string
  /** The catalog that it was made for, to show what has changed since. */
  readonly catalog: readonly CatalogEntry[]
  readonly steps: readonly { readonly sql: string }[]
  readonly target: {
    readonly name: string
    readonly catalog: readonly CatalogRow[]
    readonly backfills: Target['backfills']
    readonly excludes: readonly string[]
    readonly renames: Target['renames']
    /** A version of SQLite that has to be able to run the plan. */
    readonly for?: string
    /** Whether what the plan takes away is put aside. */
    readonly keep?: true
    /** Whether tables may be changed by their entry in the catalog. */
    readonly fast?: true
  }
}

/** The part of a plan file that binds it to the schema it was made for. */
export function bindPlan(plan: Plan, name: string): Pick<SavedPlan, 'binding' | 'catalog' | 'target'> {
  const { binding, catalog, target, backfills, hints, keep, fast, for: version } = plan.details
  return {
    binding,
    catalog,
    target: {
      name,
      catalog: catalogOf(target),
      backfills,
      excludes: plan.excludes,
      renames: hints,
      ...(version !== undefined && { for: version }),
      ...(keep && { keep }),
      ...(fast && { fast }),
    },
  }
}

/**
 * Reads the text of a plan file.
 *
 * @throws ConvergeError `plan-file-unreadable`
 */
export function readSavedPlan(text: string, path: string): SavedPlan {
  try {
    const saved = JSON.parse(text) as SavedPlan
    const { target } = saved
    const strings = (list: readonly unknown[]): boolean => list.every((item) => typeof item === 'string')
    const good =
      saved.version === 1 &&
      strings([
        saved.binding,
        target.name,
        target.for ?? '',
        ...target.excludes,
        ...saved.steps.map((step) => step.sql),
      ]) &&
      strings(saved.catalog.flatMap((row) => [row.type, row.name, row.tbl_name, row.sql ?? ''])) &&
      strings(target.catalog.flatMap((row) => [row.type, row.name, row.tbl_name, row.sql])) &&
      strings(target.backfills.flatMap((fill) => [fill.table, fill.column, fill.expression])) &&
      strings(target.renames.flatMap((one) => [one.table, one.column ?? '', one.to, one.by])) &&
      (target.for === undefined || readVersion(target.for) !== undefined) &&
      (target.keep === undefined || target.keep === true) &&
      (target.fast === undefined || target.fast === true) &&
      target.excludes.every(isGlob) &&
      target.backfills.every((fill) => isSingleExpression(fill.expression) && (fill.using ?? true) === true)
    if (!good) throw new TypeError('not the shape of a plan')
    return saved
  } catch (cause) {
    throw new ConvergeError('plan-file-unreadable', `${path} is not a plan file of this version`, {
      objects: [path],
      advice: ['make it with: schema plan DATABASE --to TARGET --out FILE'],
      cause,
    })
  }
}

/**
 * Makes a saved plan anew. Nothing of the file is run: its target is read like any other, and the plan must come out the
 * same.
 *
 * @throws ConvergeError `schema-drifted` where the schema is not the one it was made for, `plan-differs` where the steps
 * are not the file's.
 */
export function* remakePlan(saved: SavedPlan, prepare: Prepare = plain): Operation<Plan> {
  const { catalog, backfills, excludes, renames, keep, fast, for: version } = saved.target
  const code = 'plan-file-unreadable'
  const target = { statements: recordedStatements(catalog, code), code, backfills, excludes, renames } satisfies Target
  const live = yield* readWholeCatalog()
  if (bindingOf(live) !== saved.binding) {
    throw schemaDrifted('the schema is not the one that the plan was made for', saved.catalog, live)
  }
  const plan = yield* makePlan(target, {
    prepare,
    ...(version !== undefined && { for: version }),
    ...(keep && { keep }),
    ...(fast && { fast }),
  })
  if (JSON.stringify(plan.steps.map((step) => step.sql)) !== JSON.stringify(saved.steps.map((step) => step.sql))) {
    throw new ConvergeError('plan-differs', 'planned anew, the steps are not those of the file', {
      advice: ['the file was changed, or made by another version; plan again'],
    })
  }
  return plan
}
