import { explainMissing, isAboutRows, sqliteCode } from '../engine/explain-error.ts'
import type { Operation } from '../engine/operation.ts'
import { readMarks, type SampleRows, sampleRows } from '../introspect/read-facts.ts'
import { ConvergeError } from '../model/error.ts'
import { isKept, keptTables } from '../model/kept.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import { formerColumn, formerName, laterName, noRenames } from '../model/renames.ts'
import { type Draft, type DraftInput, startOf } from '../plan/draft.ts'
import { rowidName } from '../plan/projection.ts'
import { touchedTables } from '../plan/touched-tables.ts'
import { mentions } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import { consultedVirtualTables } from './consulted.ts'
import { type Proven, prove } from './prove.ts'
import { redraft } from './redraft.ts'
import { StepRefused } from './run-steps.ts'
import { CannotRecreate, createScratch, type ScratchOptions } from './scratch.ts'

/** A draft that has been proven; another one than it began with where that did not run. */
export interface ProvenDraft {
  readonly draft: Draft
  readonly proven: Proven
  readonly rows: number
}

/** Rows sampled from each end of a touched table. */
const sampled = 50

export interface ProveOptions extends Omit<ScratchOptions, 'real' | 'samples' | 'marks'> {
  /** Whether rows are sampled. Where the preflight has found some that do not fit, the draft is proven without any. */
  readonly withRows: boolean
}

/**
 * Proves a draft on a copy of the catalog with sample rows of the tables that it touches.
 *
 * @throws ConvergeError `cannot-recreate`, `needs-setup`, `rows-do-not-fit`, `breaks-dependent`, `proof-failed`
 */
export function* proveDraft(
  input: DraftInput,
  first: Draft,
  { withRows, ...options }: ProveOptions,
): Operation<ProvenDraft> {
  if (first.changes.length === 0) {
    return {
      draft: first,
      proven: {
        reached: input.from,
        catalog: options.catalog,
        checkedTables: { start: [], reached: [] },
        wasBroken: [],
        isBroken: [],
        back: first,
        exact: true,
        unfit: [],
      },
      rows: 0,
    }
  }
  const real = realTables(input, first)
  const samples: SampleRows[] = []
  for (const table of withRows ? startOf(input).tables : []) {
    if (real.has(foldName(table.name)) && !isKept(table.name) && !asksOthers(table.name, input)) {
      samples.push(yield* sampleRows(table, rowidName(table), sampled))
    }
  }
  if (withRows) samples.push(...(yield* sampleKept(input, first, samples)))
  const marks = (yield* readMarks(options.catalog)).filter(([name]) => real.has(foldName(name)))
  try {
    return redraft(input, first, (draft) => {
      const { handle, rows } = createScratch({ ...options, real, samples, marks })
      try {
        return { draft, proven: prove(handle, input, draft), rows }
      } finally {
        handle.close()
      }
    })
  } catch (error) {
    throw explain(error)
  }
}

/** Whether rows are filled from other tables, of which the copy has a few rows or none: it would fill them otherwise. */
function asksOthers(table: string, { backfills, renaming }: DraftInput): boolean {
  const later = laterName(table, renaming?.renames ?? noRenames)
  return backfills.some((fill) => sameName(fill.table, later) && mentions(fill.expression, 'SELECT'))
}

/** What is kept of the sampled rows, which is all of it that the proof can bring back to them; of dropped tables, as of any. */
function* sampleKept(
  input: DraftInput,
  draft: Draft,
  samples: readonly SampleRows[],
): Operation<readonly SampleRows[]> {
  const { tables } = startOf(input)
  const renames = input.renaming?.renames ?? noRenames
  const kept: SampleRows[] = []
  for (const one of draft.returned) {
    for (const name of keptTables(one)) {
      const table = findByName(tables, name)!
      if (one.kind === 'column') {
        const live = quoteName(findByName(tables, formerName(one.table, renames))!.name)
        const sample = samples.find((rows) => rows.table === live)!
        const keys = one.keys.map((key) => quoteName(formerColumn(one.table, key, renames)))
        const places = keys.map((key) => sample.columns.findIndex((column) => sameName(column, key)))
        const rows = sample.rows.map((row) => `(${places.map((place) => row[place]).join(', ')})`)
        if (rows.length === 0) continue
        const where = `(${one.keys.map(quoteName).join(', ')}) IN (VALUES ${rows.join(', ')})`
        kept.push(yield* sampleRows(table, undefined, rows.length, where))
      } else kept.push(yield* sampleRows(table, rowidName(table), sampled))
    }
  }
  return kept
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
  if (error instanceof StepRefused) return explainMissing(error.cause, error.step.object) ?? explainStep(error)
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

/** The tables that the proof needs for real: those that change, and those that foreign keys connect them with, and what views and triggers open. */
function realTables(input: DraftInput, draft: Draft): ReadonlySet<string> {
  const touched = touchedTables(draft.changes)
  const connected = new Set([...touched, ...draft.returned.flatMap(keptTables).map(foldName)])
  for (const table of [...startOf(input).tables, ...input.from.tables, ...input.to.tables]) {
    for (const { table: parent } of table.foreignKeys) {
      if (touched.has(foldName(table.name))) connected.add(foldName(parent))
      if (touched.has(foldName(parent))) connected.add(foldName(table.name))
    }
  }
  const start = startOf(input)
  for (const name of consultedVirtualTables(start, [start, input.to])) connected.add(name)
  const present = [...start.tables, ...start.virtualTables]
  return new Set([...connected].filter((name) => findByName(present, name) !== undefined))
}
