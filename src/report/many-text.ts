import type { ManyOutcome } from '../many/apply-many.ts'
import type { PlanGroup } from '../many/groups.ts'
import type { Differing, Looks } from '../many/look.ts'
import type { Plan } from '../prove/plan.ts'
import type { Colors } from './colors.ts'
import { codeOf, errorToText } from './error.ts'
import { describeFinding } from './finding.ts'
import { type OutcomesTally, tallyLooks, tallyOutcomes } from './many-json.ts'
import { count, printable } from './printable.ts'
import { describeHazard, planToText } from './text.ts'

interface ManyNames {
  readonly target: string
  readonly colors: Colors
}

/** How many databases are named where there are more; the JSON form has them all. */
const [named, detailed] = [5, 10]

/** The plan of each group once, with what is otherwise in some of its databases. */
export function looksToText(looks: Looks, names: ManyNames): string {
  return looks.groups.map((group) => `${groupToText(group, looks, names)}\n`).join('')
}

/** Several databases as one word: a group is called by the one that its plan was proven for. */
export function nameOfGroup({ number, of, databases }: PlanGroup): string {
  return `group ${number}, ${count(databases.length, 'database')} as ${of}`
}

function groupToText(group: PlanGroup, { looks }: Looks, { target, colors }: ManyNames): string {
  const { plan, of, databases } = group
  const text = planToText(plan, { database: nameOfGroup(group), target, colors, next: [] })
  const own = looks.flatMap((look) =>
    look.state === 'differs' && look.fingerprint === group.fingerprint && look.database !== of ? [look] : [],
  )
  const otherwise = own.filter((look) => look.plan.preflight.length > 0 || gist(look.plan) !== gist(plan))
  const anew = own.filter((look) => look.isAnew).length
  const lines = [
    `   ${'for'.padEnd(9)} ${listed(databases)}`,
    ...(anew > 0
      ? [`   ${''.padEnd(9)} ${count(anew, 'of them was', 'of them were')} proven with rows of their own`]
      : []),
    ...otherwise.slice(0, detailed).flatMap((look) => describeOwn(look, plan, colors)),
    ...(otherwise.length > detailed ? ['', `   … and in ${count(otherwise.length - detailed, 'more database')}`] : []),
  ]
  return `${text}${lines.join('\n')}\n`
}

/** What of a plan people look at first, where it depends on rows. */
function gist({ hazards, reverse, preflight }: Plan): string {
  const refused = hazards.filter(({ level }) => level === 'refuse').map(({ code, object }) => [code, object])
  return JSON.stringify([refused, reverse.kind, preflight.map(({ code, object }) => [code, object])])
}

/** What one database has otherwise than the one that its group is called by. */
function describeOwn({ database, plan }: Differing, { reverse }: Plan, colors: Colors): readonly string[] {
  const refused = plan.hazards.filter(({ level }) => level === 'refuse')
  return [
    '',
    `   in ${colors.bold(printable(database))}`,
    ...refused.map((hazard) => describeHazard(hazard, colors)),
    ...plan.preflight.flatMap((finding) => describeFinding(finding, colors)),
    ...(plan.reverse.kind === reverse.kind
      ? []
      : [
          `   ${'reverse'.padEnd(9)} ${[plan.reverse.kind, ...plan.reverse.losses, ...plan.reverse.reasons].map(printable).join('; ')}`,
        ]),
  ]
}

/** What is wrong with each of some databases, in full for the first; what is wrong with several alike is said once. */
export function failuresToText(
  failures: readonly Extract<ManyOutcome, { readonly state: 'failed' }>[],
  colors: Colors,
): string {
  const alike = new Map<string, { text: string; databases: string[] }>()
  for (const { database, error } of failures) {
    const text = errorToText(error, colors)
    const known = alike.get(text) ?? { text, databases: [] }
    known.databases.push(database)
    alike.set(text, known)
  }
  const all = [...alike.values()]
  const rest = all.slice(detailed).reduce((total, { databases }) => total + databases.length, 0)
  return [
    ...all.slice(0, detailed).map(({ text, databases }) => `${listed(databases)}\n${text}`),
    ...(rest > 0 ? [`… and ${count(rest, 'more database')}\n`] : []),
  ].join('\n')
}

/** How many databases are in which state, of a plan. */
export function tallyOfLooks(looks: Looks, { target, colors }: ManyNames, next: string): string {
  const { databases, inSync, differ, failed, unfit, lossy } = tallyLooks(looks)
  const summary = table(`${count(databases, 'database')} → ${printable(target)}`, [
    [colors.green('in sync'), inSync],
    ['differ', differ, `in ${count(looks.groups.length, 'group')}, with one plan each`],
    [colors.red('of these with rows that do not fit'), unfit],
    [colors.red('of these with something that has to be allowed'), lossy],
    [colors.red('failed'), failed],
  ])
  return [summary, ...(differ > 0 ? ['', `   ${'next'.padEnd(9)} ${next}`] : []), ''].join('\n')
}

/** How many databases are in which state, after it was applied, and which are not well. */
export function tallyOfOutcomes(
  outcomes: readonly ManyOutcome[],
  { target, colors, isDry, keepGoing }: ManyNames & { readonly isDry: boolean; readonly keepGoing: boolean },
): string {
  const tally = tallyOutcomes(outcomes)
  const failed = outcomes.flatMap((one) => (one.state === 'failed' ? [one] : []))
  const summary = table(`${count(outcomes.length, 'database')} → ${printable(target)}`, [
    isDry
      ? [colors.green('would be applied'), tally.notBegun, 'nothing was changed']
      : [colors.green('applied'), tally.applied],
    [colors.green('in sync'), tally.inSync],
    [colors.red('refused'), tally.refused, 'nothing was changed in these'],
    [colors.red('failed'), tally.failed],
    [colors.red('interrupted'), tally.interrupted],
    [colors.yellow('not begun'), isDry ? 0 : tally.notBegun],
  ])
  const lines = failed.slice(0, detailed).map(({ database, error }) => {
    const [first] = error.message.split('\n')
    return `   ${printable(database)}   ${printable(first!)}   ${colors.dim(`[${codeOf(error)}]`)}`
  })
  const rest = failed.length - lines.length
  return [
    summary,
    ...(lines.length > 0 ? ['', ...lines] : []),
    ...(rest > 0 ? [`   … and ${count(rest, 'more database')}: --format json has them all`] : []),
    ...(isDry ? [] : describeNext(tally, keepGoing)),
    '',
  ].join('\n')
}

function describeNext({ refused, failed, interrupted, notBegun }: OutcomesTally, goes: boolean): readonly string[] {
  if (refused + failed + interrupted === 0) return []
  const go = notBegun > 0 && interrupted === 0 && !goes ? ['go on without these: --keep-going'] : []
  const next = [...go, 'apply again, for what is not in sync yet: the others are left as they are']
  return ['', ...next.map((line, index) => `   ${(index === 0 ? 'next' : '').padEnd(9)} ${line}`)]
}

type RowOfTally = readonly [what: string, n: number, note?: string]

function table(title: string, rows: readonly RowOfTally[]): string {
  const shown = rows.filter(([, n], index) => n > 0 || index === 0)
  const numbers = shown.map(([, n]) => n.toLocaleString('en'))
  const width = Math.max(...numbers.map((text) => text.length))
  const lines = shown.map(([what, , note = ''], index) =>
    ` ${numbers[index]!.padStart(width)}  ${what}${note === '' ? '' : `   ${note}`}`.trimEnd(),
  )
  return [title, '', ...lines].join('\n')
}

function listed(databases: readonly string[]): string {
  const first = databases.slice(0, named).map(printable).join(', ')
  const more = databases.length - named
  return more > 0 ? `${first}, and ${more.toLocaleString('en')} more` : first
}
