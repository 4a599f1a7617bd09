import type { Plan } from 'sqlite-converge'
import { type Pair, scriptOf } from './arbitrary-pair.ts'
import { features } from './features.ts'

/** What a run of the property has seen, so that a generator that has become trivial is noticed. */
export interface Tally {
  pairs: number
  /** Pairs of which the second schema is the first, edited. */
  edited: number
  rows: number
  inSync: number
  converged: number
  rebuilt: number
  altered: number
  /** Plans that change a table in place, and that build keys after a copy. */
  inPlace: number
  adopted: number
  /** Plans that copy a table as it is stored. */
  asStored: number
  /** Pairs with a rebuild or an ALTER. */
  moved: number
  readonly changes: Map<string, number>
  readonly refusals: Map<string, number>
  /** Why the oracle finds the refusals right. */
  readonly reasons: Map<string, number>
  /** What the schemas of the pairs have. */
  readonly features: Map<string, number>
  readonly reverses: Map<string, number>
  readonly hazards: Map<string, number>
  readonly knownBugs: Map<string, number>
}

export function newTally(): Tally {
  return {
    pairs: 0,
    edited: 0,
    rows: 0,
    inSync: 0,
    converged: 0,
    rebuilt: 0,
    altered: 0,
    inPlace: 0,
    adopted: 0,
    asStored: 0,
    moved: 0,
    changes: new Map(),
    refusals: new Map(),
    reasons: new Map(),
    features: new Map(),
    reverses: new Map(),
    hazards: new Map(),
    knownBugs: new Map(),
  }
}

export function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}

export function countPair(tally: Tally, pair: Pair): void {
  if (pair.edited) tally.edited++
  const text = `${scriptOf(pair.from)}${scriptOf(pair.to)}`
  for (const [name, pattern] of Object.entries(features)) if (pattern.test(text)) count(tally.features, name)
}

export function countPlan(tally: Tally, plan: Plan): void {
  tally.converged++
  if (plan.inSync) tally.inSync++
  const altered = plan.steps.some((step) => step.kind === 'add-column' || step.kind === 'drop-column')
  if (plan.rebuilds.length > 0) tally.rebuilt++
  if (altered) tally.altered++
  const inPlace = plan.fast.some((one) => one.way === 'in-place')
  if (inPlace) tally.inPlace++
  if (plan.rebuilds.length > 0 && plan.steps.some((step) => step.kind === 'build-key')) tally.adopted++
  if (plan.steps.some((step) => step.asStored)) tally.asStored++
  if (altered || inPlace || plan.rebuilds.length > 0) tally.moved++
  for (const { kind } of plan.changes) count(tally.changes, kind)
  for (const { code, level } of plan.hazards) count(tally.hazards, `${code} (${level})`)
  count(tally.reverses, plan.inSync ? 'nothing to reverse' : plan.reverse.kind)
}

export function describeTally(tally: Tally): string {
  const list = (map: ReadonlyMap<string, number>): string =>
    [...map]
      .sort(([, a], [, b]) => b - a)
      .map(([key, n]) => `${key} ${n}`)
      .join(', ') || 'none'
  const { pairs, edited, rows, inSync, converged, rebuilt, altered, inPlace, adopted, asStored } = tally
  return [
    `${pairs} pairs (${edited} edited) with ${rows} rows: ${converged} converged (${inSync} in sync, ${rebuilt} with a rebuild, ${adopted} of them with keys built after it, ${asStored} as it is stored, ${altered} with an ALTER, ${inPlace} in place)`,
    `  changes (${tally.changes.size} kinds): ${list(tally.changes)}`,
    `  reverse: ${list(tally.reverses)}`,
    `  hazards: ${list(tally.hazards)}`,
    `  refused: ${list(tally.refusals)}`,
    `  the oracle: ${list(tally.reasons)}`,
    `  schemas: ${list(tally.features)}`,
    `  known bugs met: ${list(tally.knownBugs)}`,
  ].join('\n')
}
