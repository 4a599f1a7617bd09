import type { Plan } from '../prove/plan.ts'
import type { Colors } from './colors.ts'
import { count, printable } from './printable.ts'

export interface Names {
  readonly database: string
  readonly target: string
  readonly colors: Colors
}

/** What there is to say where nothing differs. */
export function inSyncToText(plan: Pick<Plan, 'tables'>, names: Names): string {
  return `${titleOf(plan, names.colors.green('in sync'), names)}\n`
}

/** The first line about a plan. */
export function titleOf({ tables }: Pick<Plan, 'tables'>, differ: string, { database, target, colors }: Names): string {
  return `${colors.bold(`${printable(database)} → ${printable(target)}`)}   ${count(tables, 'table')}, ${differ}`
}
