import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ChangeKind, ErrorCode, HazardCode, PlanOptions, PreflightCode, Reverse, StepKind } from 'sqlite-converge'
import { parseAfter, type Question } from './after.ts'

/** One quirk: a database as it is, the target, and what must come of it. The directory's name says which. */
export interface Case {
  readonly name: string
  readonly from: string
  readonly rows: string
  /** `to.sql` or `to.ts`. */
  readonly to: string
  readonly after: readonly Question[]
  readonly options: CaseOptions
}

/** What `options.json` may say; an unknown key is an error. */
export interface CaseOptions {
  readonly exclude?: readonly string[]
  readonly renames?: NonNullable<PlanOptions['renames']>
  readonly backfills?: NonNullable<PlanOptions['backfills']>
  readonly conversions?: NonNullable<PlanOptions['conversions']>
  readonly allow?: readonly string[]
  /** Whether what goes is put aside. */
  readonly keep?: boolean
  /** Pragmas of the handle. Without `foreign_keys`, the case runs with foreign keys on and off. */
  readonly handle?: Readonly<Record<string, string>>
  readonly expect?: Expected
}

/** Lists are whole: nothing else may occur. Steps are in order, the others in any. What is not given is not looked at. */
export interface Expected {
  readonly refused?: ErrorCode
  /** Whether the fast way is not refused, since no row is written. */
  readonly doneInPlace?: true
  readonly changes?: readonly ChangeKind[]
  readonly steps?: readonly StepKind[]
  /** The steps where SQLite 3.53 has an ALTER that older versions lack; `steps` are then those for 3.40. */
  readonly nativeSteps?: readonly StepKind[]
  readonly reverse?: Reverse['kind']
  readonly hazards?: readonly HazardCode[]
  readonly preflight?: readonly PreflightCode[]
  /** Columns (`table.column`) whose values are meant to change. */
  readonly rewritten?: readonly string[]
}

const files = ['from.sql', 'rows.sql', 'to.sql', 'to.ts', 'after.sql', 'options.json']
const optionKeys = ['exclude', 'allow', 'keep', 'renames', 'backfills', 'conversions', 'handle', 'expect']
const expectKeys = [
  'refused',
  'doneInPlace',
  'changes',
  'steps',
  'nativeSteps',
  'reverse',
  'hazards',
  'preflight',
  'rewritten',
]

/** Reads a case directory, and throws where it is not one. */
export function readCase(directory: string): Case {
  const name = basename(directory)
  if (!/^[a-z0-9]+(-[a-z0-9]+){2,}$/.test(name)) throw new Error(`${name} is not a-sentence-with-hyphens`)
  const present = readdirSync(directory)
  const unknown = present.filter((file) => !files.includes(file))
  if (unknown.length > 0) throw new Error(`${name} holds ${unknown.join(', ')}, which no case has`)
  if (!present.includes('from.sql')) throw new Error(`${name} lacks from.sql`)
  const targets = present.filter((file) => file.startsWith('to.'))
  if (targets.length !== 1) throw new Error(`${name} needs to.sql or to.ts, and one of them only`)
  const text = (file: string): string =>
    existsSync(join(directory, file)) ? readFileSync(join(directory, file), 'utf8') : ''
  const options = JSON.parse(text('options.json') || '{}') as CaseOptions
  refuseUnknown(name, options, optionKeys)
  refuseUnknown(`${name}, expect`, options.expect ?? {}, expectKeys)
  return {
    name,
    from: text('from.sql'),
    rows: text('rows.sql'),
    to: join(directory, targets[0]!),
    after: parseAfter(text('after.sql'), name),
    options,
  }
}

function refuseUnknown(where: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).filter((key) => !known.includes(key))
  if (unknown.length > 0) throw new Error(`${where}: options.json knows no ${unknown.join(', ')}`)
}
