import { fingerprint } from '../diff/fingerprint.ts'
import { type Operation, query } from '../engine/operation.ts'
import { type Prepare, plain } from '../engine/setup.ts'
import { recordedStatements } from '../introspect/read-ddl.ts'
import { readTarget, type Target } from '../introspect/target.ts'
import { ConvergeError } from '../model/error.ts'
import { findByName } from '../model/name.ts'
import { inverted, noRenames } from '../model/renames.ts'
import { filterSchema, type Schema } from '../model/schema.ts'
import type { DraftInput, Origin } from '../plan/draft.ts'
import type { Hazard } from '../plan/step.ts'
import { makePlan } from '../prove/make-plan.ts'
import type { Plan } from '../prove/plan.ts'
import { isSingleExpression } from '../sql/expression.ts'
import { isPlainExpression } from '../sql/plain-expression.ts'
import { quoteName } from '../sql/quote.ts'
import type { CatalogRow } from '../sql/read-object.ts'
import { checkRecorded } from './check-recorded.ts'
import { type JournalEntry, plansInForce, readJournal } from './journal.ts'
import { keptOf } from './kept-of.ts'

/** The way back, planned anew. */
export interface RevertPlan {
  readonly entry: JournalEntry
  readonly plan: Plan
  /** Whether the schema is no longer the one that the plan led to. */
  readonly drifted: boolean
}

export interface RevertPlanOptions {
  readonly prepare?: Prepare
  /** Whether tables may be changed by their entry in the catalog. */
  readonly fast?: boolean
}

/**
 * Plans the way back from the last plan in force to the schema that was recorded before it. The journal's SQL is not run,
 * and not trusted: the steps come from the live schema, and are proven like any others.
 *
 * @throws ConvergeError `nothing-to-revert`, `no-way-back`, `journal-unreadable`
 */
export function* planRevert({ prepare = plain, fast = false }: RevertPlanOptions = {}): Operation<RevertPlan> {
  const journal = yield* readJournal()
  const entry = plansInForce(journal).at(-1)
  if (entry === undefined) {
    throw new ConvergeError('nothing-to-revert', 'the journal holds no plan that could be reverted', {
      advice: ['schema status shows the journal'],
    })
  }
  checkRecorded(entry)
  const { excludes, former, reached } = entry.record
  const recorded = (rows: readonly CatalogRow[]): Target => {
    const code = 'journal-unreadable'
    const renames = inverted(entry.record.renames ?? noRenames)
    return { statements: recordedStatements(rows, code), code, backfills: [], excludes, renames }
  }
  let drifted = false
  const { kept, pruned } = keptOf(entry, journal)
  const plan = yield* makePlan(recorded(former), {
    prepare,
    origin: yield* readableOrigin(entry.record.origin),
    keepOrder: true,
    fast,
    kept,
    hazards: (live, isExcluded) => {
      const hazards = findDrift(entry, live, isExcluded, () => readTarget(recorded(reached), { known: live, prepare }))
      drifted = hazards.length > 0
      return [...hazards, ...pruned]
    },
  })
  if (plan.preflight.some((finding) => finding.code === 'fill-needed')) {
    throw new ConvergeError('no-way-back', `plan ${entry.id} can't be reverted: ${plan.preflight[0]!.message}`, {
      objects: plan.preflight.map((finding) => finding.object),
      advice: [
        'its values were dropped, and the former schema wants one in every row',
        ...plan.hazards.flatMap(({ code, message }) => (code === 'kept-not-returned' ? [message] : [])),
      ],
      data: { preflight: plan.preflight },
    })
  }
  return { entry, plan, drifted }
}

/**
 * The recorded fills that the live tables can still compute; a column whose fill can't be is judged by its values. The journal
 * of a file from elsewhere is data like the rest of it: what would ask a query of every row, and need not end, is not asked.
 */
function* readableOrigin(origin: Origin): Operation<Origin> {
  const columns = []
  for (const column of origin.columns) {
    const isAsked = isSingleExpression(column.fill) && isPlainExpression(column.fill)
    if (!isAsked || !isCount(column.rows) || !isRowid(column.highestRowid)) continue
    try {
      yield* query(
        `EXPLAIN SELECT ${quoteName(column.column)} IS (${column.fill}\n) FROM main.${quoteName(column.table)}`,
      )
      columns.push(column)
    } catch {
      // The table has changed since.
    }
  }
  return { ...origin, columns, tables: origin.tables.filter((table) => isCount(table.rows)) }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value)
}

function isRowid(value: unknown): boolean {
  return value === null || (typeof value === 'string' && /^-?\d+$/.test(value))
}

/** What has been changed since the plan, by others. */
function findDrift(
  entry: JournalEntry,
  live: Schema,
  isExcluded: DraftInput['isExcluded'],
  readReached: () => Schema,
): readonly Hazard[] {
  const managed = filterSchema(live, (object) => !isExcluded(object))
  if (fingerprint(managed) === entry.to) return []
  const message = `the schema has been changed since plan ${entry.id}; the way back is planned anew`
  const hazards: Hazard[] = [{ code: 'schema-drifted', level: 'warn', object: entry.id, message }]
  const reached = readReached()
  for (const kind of ['views', 'triggers'] as const) {
    for (const object of managed[kind]) {
      const was = findByName<{ name: string; normal: string }>(reached[kind], object.name)
      if (was === undefined || was.normal === object.normal) continue
      hazards.push({
        code: 'overwrites-edit',
        level: 'refuse',
        object: object.name,
        message: `${object.kind} ${object.name} has been edited since plan ${entry.id}, and the edit would be lost`,
      })
    }
  }
  return hazards
}
