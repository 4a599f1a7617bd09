import { ConvergeError } from '../model/error.ts'
import type { Schema } from '../model/schema.ts'
import { type Hazard, hazardCodes, hazardGroups } from '../plan/step.ts'
import type { Finding, Plan } from '../prove/plan.ts'

/**
 * The codes that a list of `--allow` values stands for.
 *
 * @throws ConvergeError `usage` for a word that is neither a code nor a group.
 */
export function allowedCodes(allow: readonly string[]): ReadonlySet<string> {
  return new Set(
    allow.flatMap((word): readonly string[] => {
      if (Object.hasOwn(hazardGroups, word)) return hazardGroups[word]!
      if (Object.hasOwn(hazardCodes, word)) return [word]
      const known = [...Object.keys(hazardGroups), ...refusable()].join(', ')
      throw new ConvergeError('usage', `nothing to allow is called ${word}`, { advice: [`known are: ${known}`] })
    }),
  )
}

function refusable(): readonly string[] {
  return Object.entries(hazardCodes).flatMap(([code, level]) => (level === 'refuse' ? [code] : []))
}

/** The hazards that still need allowing. */
export function refusedHazards(hazards: readonly Hazard[], allow: readonly string[]): readonly Hazard[] {
  const allowed = allowedCodes(allow)
  return hazards.filter((hazard) => hazard.level === 'refuse' && !allowed.has(hazard.code))
}

/** What a refusal of a plan names; nothing, where it is not refused. */
export function refusedOf({ hazards, preflight }: Plan, allow: readonly string[]): readonly (Hazard | Finding)[] {
  return [...preflight, ...refusedHazards(hazards, allow)]
}

interface WaysOut {
  readonly canKeep?: boolean
  readonly reverts?: boolean
}

/**
 * Refuses a plan whose hazards have not been allowed, or whose rows do not fit.
 *
 * @param ways What else than allowing it whoever is refused can do: `canKeep`, make the plan anew such that it puts aside what it takes away; but for a
 * way back (`reverts`) nothing, since its target is what was.
 * @throws ConvergeError `rows-do-not-fit` or `hazards`, with both lists in `data`.
 */
export function refuse(
  hazards: readonly Hazard[],
  preflight: readonly Finding[],
  allow: readonly string[],
  ways: WaysOut = {},
): void {
  const refused = refusedHazards(hazards, allow)
  if (refused.length === 0 && preflight.length === 0) return
  const data = { hazards: refused, preflight }
  const objects = [...new Set([...preflight, ...refused].map((one) => one.object))]
  const codes = [...new Set(refused.map((hazard) => hazard.code))]
  const allowing = codes.length === 0 ? [] : waysOut(refused, codes, ways)
  if (preflight.length > 0) {
    const [first] = preflight
    const more =
      preflight.length > 1 ? `, and ${preflight.length - 1} more such ${preflight.length === 2 ? 'case' : 'cases'}` : ''
    throw new ConvergeError('rows-do-not-fit', `${first!.message} (${first!.rows})${more}`, {
      objects,
      advice: ['merge, fill or delete these rows, then try again', ...allowing],
      data,
    })
  }
  const what = refused.length === 1 ? refused[0]!.message : `${refused.length} hazards have not been allowed`
  throw new ConvergeError('hazards', what, { objects, advice: allowing, data })
}

function waysOut(
  refused: readonly Hazard[],
  codes: readonly string[],
  { canKeep = false, reverts = false }: WaysOut,
): readonly string[] {
  const names = [...new Set(refused.map((hazard) => hazard.object.split('.')[0]!))].slice(0, 3)
  const group = Object.entries(hazardGroups).find(([, members]) =>
    codes.every((code) => members.some((one) => one === code)),
  )
  const allowing = `--allow ${codes.join(',')}${group === undefined ? '' : ` (or --allow ${group[0]})`}`
  if (reverts) return [`allow it: ${allowing}`]
  return [
    'declare it in the target, to keep it',
    `or leave it alone: ${names.map((name) => `--exclude '${name}'`).join(' ')}`,
    ...(canKeep && refused.some(({ code }) => hazardGroups['data-loss']!.includes(code))
      ? ['or put the data aside, for revert to bring it back: --keep']
      : []),
    `or allow it: ${allowing}`,
  ]
}

/**
 * Refuses a schema with objects that can't be represented, where all of it is to be written down.
 *
 * @throws ConvergeError `unsupported-object`
 */
export function refuseUnreadable(schema: Schema): void {
  const [first] = schema.unsupported
  if (first === undefined) return
  throw new ConvergeError('unsupported-object', `${first.type} ${first.name} can't be represented: ${first.reason}`, {
    objects: schema.unsupported.map((object) => object.name),
    advice: [`leave it out: --exclude ${JSON.stringify(first.name)}`],
  })
}
