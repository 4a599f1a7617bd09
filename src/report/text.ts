import type { Change } from '../diff/change.ts'
import { groupBy } from '../model/group.ts'
import { keptObjects } from '../model/kept.ts'
import { foldName, sameName } from '../model/name.ts'
import type { Hazard } from '../plan/step.ts'
import type { Finding, Plan } from '../prove/plan.ts'
import { mentions } from '../sql/mentions.ts'
import type { Colors } from './colors.ts'
import { type ChangeLine, describeChange } from './describe-change.ts'
import { describeFinding } from './finding.ts'
import { type Names, titleOf } from './in-sync-text.ts'
import { count, printable } from './printable.ts'

export interface TextOptions extends Names {
  /** What to do next: commands, one a line. */
  readonly next: readonly string[]
  /** Whether this is the way back itself, of which there is no way back. */
  readonly isRevert?: boolean
  /** Hazards and findings that are said right behind it: a refusal names what it is about. */
  readonly saidBehind?: readonly (Hazard | Finding)[]
}

/** A plan for people: what differs, what is kept, what to beware of, and the way back. */
export function planToText(plan: Plan, options: TextOptions): string {
  const { colors } = options
  const groups = groupBy(plan.changes.map(describeChange), (line) => foldName(line.owner))
  const differ = plan.inSync
    ? colors.green('in sync')
    : `${count(groups.size, 'object')} differ${groups.size === 1 ? 's' : ''}`
  const lines = [titleOf(plan, differ, options)]
  if (!plan.inSync) {
    lines.push('')
    for (const group of groups.values()) lines.push(...describeObject(group, plan, colors))
  }
  const isSaidHere = (one: Hazard | Finding): boolean => !options.saidBehind?.includes(one)
  const notes = [
    ...plan.hazards.filter(isSaidHere).map((hazard) => describeHazard(hazard, colors)),
    ...plan.preflight.filter(isSaidHere).flatMap((finding) => describeFinding(finding, colors)),
  ]
  if (notes.length > 0) lines.push('', ...notes)
  if (!plan.inSync) lines.push('', ...describeProof(plan, options), ...labelled('next', options.next))
  return `${lines.join('\n')}\n`
}

const sign = (line: ChangeLine, colors: Colors): string =>
  line.mark === '+' ? colors.green('+') : line.mark === '-' ? colors.red('-') : colors.yellow('~')

function describeObject(group: readonly ChangeLine[], plan: Plan, colors: Colors): string[] {
  const [first] = group
  const name = first!.owner
  const whole = group.find((line) => line.what === 'table' || line.what === 'view')
  const rebuild = plan.rebuilds.find((one) => sameName(one.table, name))
  const altered =
    group.some((line) => line.what === 'renamed') ||
    plan.steps.some((step) => ['add-column', 'drop-column'].includes(step.kind) && sameName(step.object, name))
  const isInPlace = plan.fast.some((one) => one.way === 'in-place' && sameName(one.table, name))
  const how = rebuild ? `rebuild · ${count(rebuild.rows, 'row')}` : isInPlace ? 'in place' : altered ? 'alter' : ''
  const head = whole ? [whole.what, whole.text].filter(Boolean).join(' · ') : how
  const mark = whole ? sign(whole, colors) : colors.yellow('~')
  const lines = [` ${mark} ${colors.bold(printable(name).padEnd(26))} ${colors.dim(head)}`.trimEnd()]
  for (const line of group) {
    if (line === whole) continue
    lines.push(`     ${sign(line, colors)} ${line.what.padEnd(8)} ${line.text}`)
  }
  if (rebuild) lines.push(`       ${colors.dim(`keeps    ${keeps(name, plan)}`)}`)
  return lines
}

/** What a rebuild has to keep, counted in the live schema. */
function keeps(name: string, { details: { renamed: live }, changes }: Plan): string {
  const gone = (kind: Change['kind']): number =>
    changes.filter((change) => change.kind === kind && ownerOf(change) === foldName(name)).length
  const table = live.tables.find((one) => sameName(one.name, name))!
  const triggers = live.triggers.filter((one) => sameName(one.table, name)).length - gone('drop-trigger')
  const indexes = live.indexes.filter((one) => sameName(one.table, name)).length - gone('drop-index')
  const views = live.views.filter((one) => mentions(one.sql, name)).length
  const keys = table.foreignKeys.length - gone('drop-foreign-key')
  const children = live.tables.filter(
    (one) => one !== table && one.foreignKeys.some((key) => sameName(key.table, name)),
  ).length
  const parts = [
    'every row and id',
    ...(triggers > 0 ? [count(triggers, 'trigger')] : []),
    ...(indexes > 0 ? [count(indexes, 'index', 'indexes')] : []),
    ...(views > 0 ? [count(views, 'view')] : []),
    ...(keys > 0 ? [count(keys, 'foreign key')] : []),
    ...(children > 0 ? [count(children, 'table that refers to it', 'tables that refer to it')] : []),
  ]
  return parts.join(', ')
}

/** The table that a dropped part belongs to. */
function ownerOf(change: Change): string {
  return foldName(describeChange(change).owner)
}

export function describeHazard({ code, level, object, message }: Hazard, colors: Colors): string {
  const mark = level === 'refuse' ? colors.red('x') : colors.yellow('!')
  return ` ${mark} ${colors.bold(code)}   ${printable(object)}: ${printable(message)}`
}

/** With what the plan was proven, what it keeps, and what the way back is worth. */
export function describeProof(plan: Plan, { isRevert = false }: TextOptions): string[] {
  const { reverse, proof } = plan
  const rows = proof.rows === 0 ? 'without any rows' : `with ${count(proof.rows, 'sample row')}`
  const until = reverse.until.length === 0 ? '' : ` until ${listed(reverse.until.map(printable))}`
  const back =
    reverse.kind === 'exact'
      ? `exact${until}`
      : `${reverse.kind}: ${[...reverse.losses, ...reverse.reasons].map(printable).join('; ')}`
  const proven = labelled('proven', [`forward and back on a copy of the affected schema, ${rows}`])
  const kept = plan.kept.map((one) => `${keptObjects(one).map(printable).join(', ')} in ${printable(one.name)}`)
  const fast = plan.fast.map(({ table, way, why }) => `${printable(table)} ${ways[way]}: ${printable(why)}`)
  const shown = [...proven, ...labelled('fast', fast)]
  return isRevert ? shown : [...shown, ...labelled('kept', kept), ...labelled('reverse', [back])]
}

const ways: Readonly<Record<Plan['fast'][number]['way'], string>> = {
  'in-place': 'is changed in place',
  copy: 'is copied, and its keys are built after that',
}

function listed(parts: readonly string[]): string {
  const shown = parts.length > 4 ? [...parts.slice(0, 4), `${parts.length - 4} more`] : parts
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')}, or ${shown.at(-1)}` : shown.join('')
}

function labelled(label: string, texts: readonly string[]): string[] {
  return texts.map((text, index) => `   ${(index === 0 ? label : '').padEnd(9)} ${text}`)
}
