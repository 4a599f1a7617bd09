import { isAboutRows, sqliteCode } from '../engine/explain-error.ts'
import type { Handle } from '../engine/handle.ts'
import { type Operation, queryOne } from '../engine/operation.ts'
import { type CatalogEntry, readMarks, type SampleRows, sampleRows } from '../introspect/read-facts.ts'
import { ConvergeError } from '../model/error.ts'
import { findByName, foldName } from '../model/name.ts'
import type { Draft, DraftInput } from '../plan/draft.ts'
import { draftPlan } from '../plan/draft-plan.ts'
import { rowidName } from '../plan/projection.ts'
import { touchedTables } from '../plan/touched-tables.ts'
import { type Proven, prove, StepRefused } from './prove.ts'
import { CannotRecreate, createScratch } from './scratch.ts'

/** A draft that has been proven; another one than it began with where that did not run. */
export interface ProvenDraft {
  readonly draft: Draft
  readonly proven: Proven
  readonly rows: number
}

/** Rows sampled from each end of a touched table. */
const sampled = 50

/**
 * Proves a draft on a copy of the catalog with sample rows of the tables that it touches.
 *
 * @param rowsFit Whether the preflight has found nothing: rows that do not fit are left out of the copy.
 * @throws ConvergeError `cannot-recreate`, `rows-do-not-fit`, `breaks-dependent`, `proof-failed`
 */
export function* proveDraft(
  input: DraftInput,
  first: Draft,
  catalog: readonly CatalogEntry[],
  rowsFit: boolean,
): Operation<ProvenDraft> {
  if (first.changes.length === 0) {
    return {
      draft: first,
      proven: { reached: input.from, wasBroken: [], back: first, exact: true, unfit: [] },
      rows: 0,
    }
  }
  const real = realTables(input, first)
  const samples: SampleRows[] = []
  // Rows that do not fit have been found already; the plan is then proven without any.
  for (const table of rowsFit ? input.from.tables : []) {
    if (real.has(foldName(table.name))) samples.push(yield* sampleRows(table, rowidName(table), sampled))
  }
  const marks = (yield* readMarks(catalog)).filter(([name]) => real.has(foldName(name)))
  const { encoding } = yield* queryOne<{ encoding: string }>('PRAGMA encoding')
  const copy = (): Handle =>
    createScratch({ catalog, real, samples, marks, analyzed: input.statistics.size > 0, encoding })
  const rows = samples.reduce((sum, sample) => sum + sample.rows.length, 0)
  // A view or trigger that is broken already blocks DROP COLUMN on every table: those are rebuilt then.
  const rebuildAlways = new Set<string>()
  for (let draft = first; ; draft = draftPlan({ ...input, rebuildAlways })) {
    try {
      return { draft, proven: proveOn(copy(), input, draft), rows }
    } catch (error) {
      if (!(error instanceof StepRefused) || error.step.kind !== 'drop-column') throw explain(error)
      rebuildAlways.add(foldName(error.step.object))
    }
  }
}

function proveOn(scratch: Handle, input: DraftInput, draft: Draft): Proven {
  try {
    return prove(scratch, input, draft)
  } finally {
    scratch.close()
  }
}

function explain(error: unknown): unknown {
  if (error instanceof CannotRecreate) {
    const { type, name } = error.object
    return new ConvergeError(
      'cannot-recreate',
      `${type} ${name} is not accepted again as it stands: ${error.message}`,
      {
        objects: [name],
        advice: ['the plan would have to re-create it; change its definition first, or leave its table as it is'],
        cause: error,
      },
    )
  }
  if (error instanceof StepRefused) return explainStep(error)
  return error
}

/** Rows that break a constraint, or an excluded object that does not fit, are no mistake of ours. */
function explainStep({ step, message, cause }: StepRefused): ConvergeError {
  if (isAboutRows(cause) && (step.kind === 'copy-rows' || sqliteCode(cause) !== 'SQLITE_ERROR')) {
    return new ConvergeError('rows-do-not-fit', `rows of ${step.object} do not fit: ${message}`, {
      objects: [step.object],
      advice: ['mend these rows, then try again', `found on a copy with some of the rows, by: ${step.sql}`],
      data: { hazards: [], preflight: [] },
      cause,
    })
  }
  if (step.kind === 'create-index' || step.kind === 'create-trigger' || step.kind === 'create-view') {
    return new ConvergeError('breaks-dependent', `${step.object} does not fit the new schema: ${message}`, {
      objects: [step.object],
      advice: ['drop it first, or declare it such that it fits'],
      cause,
    })
  }
  return new ConvergeError('proof-failed', `on a copy of the schema, a step fails: ${message}`, {
    objects: [step.object],
    advice: [`the step: ${step.sql}`, 'nothing was changed'],
    cause,
  })
}

/** The tables that the proof needs for real: those that change, and those that foreign keys connect them with. */
function realTables(input: DraftInput, draft: Draft): ReadonlySet<string> {
  const touched = touchedTables(draft.changes)
  const connected = new Set(touched)
  for (const table of [...input.from.tables, ...input.to.tables]) {
    for (const { table: parent } of table.foreignKeys) {
      if (touched.has(foldName(table.name))) connected.add(foldName(parent))
      if (touched.has(foldName(parent))) connected.add(foldName(table.name))
    }
  }
  const present = [...input.from.tables, ...input.from.virtualTables]
  return new Set([...connected].filter((name) => findByName(present, name) !== undefined))
}
