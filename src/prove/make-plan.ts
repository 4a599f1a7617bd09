import type { Change } from '../diff/change.ts'
import { isTableChange } from '../diff/change.ts'
import { fingerprint } from '../diff/fingerprint.ts'
import type { Handle } from '../engine/handle.ts'
import { type Operation, query, queryOne } from '../engine/operation.ts'
import {
  bindingOf,
  type CatalogEntry,
  countRows,
  readMarks,
  readStatistics,
  readWholeCatalog,
  type SampleRows,
  sampleRows,
} from '../introspect/read-facts.ts'
import { readSchema } from '../introspect/read-schema.ts'
import { ConvergeError } from '../model/error.ts'
import { exclusion } from '../model/exclude.ts'
import { groupBy } from '../model/group.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import { filterSchema, type Schema } from '../model/schema.ts'
import type { Backfill, Draft, DraftInput, Origin } from '../plan/draft.ts'
import { draftPlan } from '../plan/draft-plan.ts'
import { rowidName } from '../plan/projection.ts'
import { type Hazard, hazardCodes, type PossibleHazard, type PreflightCode, type Probe } from '../plan/step.ts'
import type { Finding, Plan, Reverse } from './plan.ts'
import { type Proven, prove, StepRefused } from './prove.ts'
import { CannotRecreate, createScratch } from './scratch.ts'

/** What a plan leads to, and how. */
export interface Target {
  readonly schema: Schema
  readonly backfills: readonly Backfill[]
  /** Globs over names of objects to leave alone. */
  readonly excludes: readonly string[]
}

export interface PlanOptions {
  /** Given when this is the way back of an earlier plan. */
  readonly origin?: Origin
  /** Hazards that only the caller can see. */
  readonly hazards?: (live: Schema, isExcluded: DraftInput['isExcluded']) => readonly Hazard[]
  /** The order of the columns has to come out as in the target. */
  readonly keepOrder?: boolean
}

/** Rows sampled from each end of a touched table for the proof. */
const sampled = 50

/**
 * Makes a plan: reads the live schema, drafts the steps, asks the live rows, and runs the draft forward and back on a
 * copy. It only reads.
 *
 * @throws ConvergeError `unsupported-object`, `cannot-recreate`, `proof-failed`
 */
export function* makePlan(target: Target, options: PlanOptions = {}): Operation<Plan> {
  const { version } = yield* queryOne<{ version: string }>('SELECT sqlite_version() AS version')
  const live = yield* readSchema()
  const catalog = yield* readWholeCatalog()
  const isExcluded = exclusion(target.excludes, target.schema)
  const managed = (schema: Schema): Schema => filterSchema(schema, (object) => !isExcluded(object))
  const input: DraftInput = {
    from: live,
    to: target.schema,
    isExcluded,
    backfills: target.backfills,
    statistics: yield* readStatistics(catalog),
    ...(options.origin && { origin: options.origin }),
    ...(options.keepOrder && { keepOrder: true }),
  }
  const first = draftPlan(input)
  refuseUnsupported(input, first)
  const { preflight } = first.changes.length === 0 ? { preflight: [] } : { preflight: yield* ask(first.preflight) }
  const { draft, proven, rows } = yield* proveDraft(input, first, catalog, preflight.length === 0)
  const hazards = [...(yield* weigh(draft.hazards)), ...(options.hazards?.(live, isExcluded) ?? [])]
  const rebuilds = []
  for (const rebuild of draft.rebuilds) rebuilds.push({ ...rebuild, rows: yield* countRows(rebuild.table) })
  return {
    version: 1,
    engine: { name: 'sqlite', version },
    inSync: draft.changes.length === 0,
    from: fingerprint(managed(live)),
    to: fingerprint(managed(proven.reached)),
    changes: draft.changes,
    steps: draft.steps,
    hazards,
    preflight,
    reverse: yield* judgeReverse(draft, proven, hazards),
    proof: { rows },
    rebuilds,
    excludes: target.excludes,
    tables: managed(target.schema).tables.length,
    details: {
      live,
      target: target.schema,
      binding: bindingOf(catalog),
      probes: draft.preflight,
      possibleHazards: draft.hazards,
      needsForeignKeysOff: draft.needsForeignKeysOff,
      backfills: target.backfills,
      draft,
    },
  }
}

/** An object that we can't read must not be compared, and not be lost in a rebuild of its table. */
function refuseUnsupported(input: DraftInput, draft: Draft): void {
  for (const object of [...input.from.unsupported, ...input.to.unsupported]) {
    const rebuilt = draft.rebuilds.some((rebuild) => sameName(rebuild.table, object.table))
    if (input.isExcluded(object) && !rebuilt) continue
    throw new ConvergeError(
      'unsupported-object',
      `${object.type} ${object.name} can't be represented: ${object.reason}`,
      {
        objects: [object.name],
        advice: rebuilt
          ? [`${object.table} would have to be rebuilt, and ${object.name} with it`]
          : [`leave it alone: --exclude ${JSON.stringify(object.name)}`],
      },
    )
  }
}

interface ProvenDraft {
  readonly draft: Draft
  readonly proven: Proven
  readonly rows: number
}

function* proveDraft(
  input: DraftInput,
  first: Draft,
  catalog: readonly CatalogEntry[],
  rowsFit: boolean,
): Operation<ProvenDraft> {
  if (first.changes.length === 0) {
    return { draft: first, proven: { reached: input.from, back: first, exact: true }, rows: 0 }
  }
  const real = touchedTables(input, first)
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
  try {
    return { draft: first, proven: proveOn(copy(), input, first), rows }
  } catch (error) {
    if (error instanceof StepRefused && error.step.kind === 'drop-column') {
      // A view or trigger that is broken already blocks DROP COLUMN on every table.
      const draft = draftPlan({ ...input, rebuildAlways: new Set([foldName(error.step.object)]) })
      return { draft, proven: proveOn(copy(), input, draft), rows }
    }
    throw explain(error)
  }
}

function proveOn(scratch: Handle, input: DraftInput, draft: Draft): Proven {
  try {
    return prove(scratch, input, draft)
  } catch (error) {
    throw explain(error)
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
  if (error instanceof StepRefused && error.step.kind !== 'drop-column') {
    return new ConvergeError('proof-failed', `on a copy of the schema, a step fails: ${error.message}`, {
      objects: [error.step.object],
      advice: [`the step: ${error.step.sql}`, 'nothing was changed'],
      cause: error,
    })
  }
  return error
}

/** The tables that the proof needs for real: those that change, and those that foreign keys connect them with. */
function touchedTables(input: DraftInput, draft: Draft): ReadonlySet<string> {
  const touched = new Set(draft.changes.flatMap(tablesOf).map(foldName))
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

function tablesOf(change: Change): readonly string[] {
  if (isTableChange(change)) return [change.table]
  switch (change.kind) {
    case 'drop-table':
    case 'drop-virtual-table':
      return [change.table.name]
    case 'create-index':
    case 'drop-index':
      return [change.index.table]
    case 'change-index':
      return [change.from.table, change.to.table]
    default:
      return []
  }
}

/** Puts the preflight questions to the live rows. */
export function* ask(probes: readonly Probe[]): Operation<readonly Finding[]> {
  const findings: Finding[] = []
  for (const probe of probes) {
    const { n } = yield* queryOne<{ n: number }>(probe.count)
    if (n === 0) continue
    const rows = probe.sample === undefined ? [] : yield* query(probe.sample)
    const sample = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? 'NULL' : String(value)])),
    )
    findings.push({ code: probe.code as PreflightCode, object: probe.object, message: probe.message, rows: n, sample })
  }
  return findings
}

/** Puts the hazards' questions to the live rows. */
export function* weigh(hazards: readonly PossibleHazard[]): Operation<readonly Hazard[]> {
  const weighed: Hazard[] = []
  for (const { code, object, message, probe, otherwise } of hazards) {
    if (probe === undefined) {
      if (otherwise !== 'nothing') weighed.push({ code, level: otherwise, object, message })
      continue
    }
    const { n: rows } = yield* queryOne<{ n: number }>(probe.count)
    if (rows > 0)
      weighed.push({ code, level: hazardCodes[code], object, message: `${probe.message}${counted(rows)}`, rows })
    else if (otherwise !== 'nothing') weighed.push({ code, level: otherwise, object, message, rows })
  }
  return weighed
}

function counted(rows: number): string {
  return ` (${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'})`
}

/** Says what the way back is worth, from what the copy has shown and what the live tables hold. */
function* judgeReverse(draft: Draft, proven: Proven, hazards: readonly Hazard[]): Operation<Reverse> {
  const { back } = proven
  const common = {
    steps: back.steps,
    until: untilWhen([...back.hazards.map((hazard) => hazard.probe), ...back.preflight]),
  }
  if (proven.refused !== undefined) {
    return { kind: 'impossible', ...common, losses: [], reasons: [proven.refused] }
  }
  const reasons: string[] = []
  for (const probe of back.preflight) {
    if (probe.code !== 'fill-needed') continue
    const { n } = yield* queryOne<{ n: number }>(probe.count)
    if (n > 0) reasons.push(`${probe.object} is NOT NULL without a default: no value for ${n} rows`)
  }
  if (reasons.length > 0) return { kind: 'impossible', ...common, losses: [], reasons }
  const losses = hazards
    .filter((hazard) => hazard.level === 'refuse')
    .flatMap((hazard): string[] => {
      switch (hazard.code) {
        case 'drop-column':
          return [`the values of ${hazard.object}`]
        case 'lossy-conversion':
          return [`the former values of ${hazard.object}, where the new type stores them otherwise`]
        case 'drop-table':
          return hazard.rows === 0 ? [] : [`the rows of ${hazard.object}`]
        default:
          return []
      }
    })
  // On a way back, dropping what the plan had added is no hazard; but its values do not come again by themselves.
  for (const { object, otherwise, code } of draft.hazards) {
    if (code === 'drop-column' && otherwise === 'nothing') losses.push(`the values of ${object}`)
  }
  if (!proven.exact) losses.push('the exact former schema: the way back leads to another one')
  return { kind: losses.length > 0 ? 'lossy' : 'exact', ...common, losses, reasons: [] }
}

/** The conditions of a set of probes, those with the same verb in one: `a or b is given values of its own`. */
function untilWhen(probes: readonly (Probe | undefined)[]): readonly string[] {
  const conditions = probes.flatMap((probe) => probe?.until ?? [])
  return [...groupBy(conditions, ({ when }) => when)].map(([when, group]) => {
    const subjects = [...new Set(group.map(({ subject }) => subject))]
    const named = subjects.length > 3 ? [...subjects.slice(0, 2), `one of ${subjects.length - 2} others`] : subjects
    return `${named.join(' or ')} ${when}`
  })
}
