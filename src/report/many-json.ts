import type { ManyOutcome } from '../many/apply-many.ts'
import type { PlanGroup } from '../many/groups.ts'
import type { Looks } from '../many/look.ts'
import { errorToJson } from './error.ts'
import { type PlanDocument, planToJson } from './json.ts'

/** How many databases are in which state, when many have been looked at. */
export interface LooksTally {
  readonly databases: number
  readonly inSync: number
  readonly differ: number
  /** Of those that differ, how many have rows that do not fit. */
  readonly unfit: number
  /** Of those that differ, in how many something would be lost, which has to be allowed. */
  readonly lossy: number
  readonly failed: number
}

export function tallyLooks({ looks }: Looks): LooksTally {
  const differing = looks.flatMap((look) => (look.state === 'differs' ? [look] : []))
  return {
    databases: looks.length,
    inSync: looks.filter(({ state }) => state === 'in-sync').length,
    differ: differing.length,
    unfit: differing.filter(({ plan }) => plan.preflight.length > 0).length,
    lossy: differing.filter(({ plan }) => plan.hazards.some(({ level }) => level === 'refuse')).length,
    failed: looks.filter(({ state }) => state === 'failed').length,
  }
}

/** How many databases are in which state, when plans have been applied to many. */
export interface OutcomesTally {
  readonly databases: number
  readonly applied: number
  readonly inSync: number
  readonly refused: number
  readonly failed: number
  readonly interrupted: number
  readonly notBegun: number
}

export function tallyOutcomes(outcomes: readonly ManyOutcome[]): OutcomesTally {
  const inState = (state: ManyOutcome['state']): number => outcomes.filter((one) => one.state === state).length
  const classes = outcomes.flatMap((one) => (one.state === 'failed' ? [one.error.class] : []))
  const [refused, interrupted] = (['refused', 'interrupted'] as const).map(
    (name) => classes.filter((one) => one === name).length,
  )
  return {
    databases: outcomes.length,
    applied: inState('applied'),
    inSync: inState('in-sync'),
    refused: refused!,
    failed: classes.length - refused! - interrupted!,
    interrupted: interrupted!,
    notBegun: inState('not-begun'),
  }
}

interface GroupDocument {
  readonly group: number
  /** The database that the plan was proven for. */
  readonly of: string
  readonly databases: number
  readonly plan: PlanDocument
}

function groupToJson({ number, of, databases, plan }: PlanGroup): GroupDocument {
  return { group: number, of, databases: databases.length, plan: planToJson(plan) }
}

/** What `plan` says of many databases: the plan of each group, and what the rows of each database say. */
export function looksToJson(looks: Looks): object {
  const numbers = numbersOf(looks)
  return {
    version: 1,
    databases: looks.looks.map((look) => {
      const { database, state } = look
      if (look.state === 'in-sync') return { database, state }
      if (look.state === 'failed') return { database, state, error: errorToJson(look.error) }
      const { hazards, preflight, reverse, proof } = planToJson(look.plan)
      const { kind, losses, reasons } = reverse
      return {
        database,
        state,
        group: numbers.get(database),
        hazards,
        preflight,
        reverse: { kind, losses, reasons },
        ...(look.isAnew && { proof }),
      }
    }),
    groups: looks.groups.map(groupToJson),
    summary: { ...tallyLooks(looks), groups: looks.groups.length },
  }
}

/** What `apply` has done with many databases. */
export function outcomesToJson(looks: Looks, outcomes: readonly ManyOutcome[]): object {
  const numbers = numbersOf(looks)
  return {
    version: 1,
    databases: outcomes.map((outcome) => {
      const { database, state, ...rest } = outcome
      const group = numbers.get(database)
      const common = { database, state, applied: state === 'applied', ...(group !== undefined && { group }) }
      return 'error' in rest ? { ...common, error: errorToJson(rest.error) } : { ...common, ...rest }
    }),
    groups: looks.groups.map(groupToJson),
    summary: { ...tallyOutcomes(outcomes), groups: looks.groups.length },
  }
}

function numbersOf({ groups }: Looks): ReadonlyMap<string, number> {
  return new Map(groups.flatMap(({ number, databases }) => databases.map((database) => [database, number] as const)))
}
