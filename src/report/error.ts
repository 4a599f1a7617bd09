import type { Drift } from '../apply/drift.ts'
import type { ConvergeError, ErrorClass, ErrorCode } from '../model/error.ts'
import type { Hazard } from '../plan/step.ts'
import type { Finding } from '../prove/plan.ts'
import type { Colors } from './colors.ts'
import { describeFinding } from './finding.ts'
import { count, printable, printableLines } from './printable.ts'

interface Refusal {
  readonly drift?: readonly Drift[]
  readonly hazards?: readonly Hazard[]
  readonly preflight?: readonly Finding[]
}

const words: Readonly<Record<ErrorClass, string>> = {
  input: 'error',
  refused: 'refused',
  failed: 'failed',
  interrupted: 'interrupted',
  internal: 'internal error',
}

/** An error for people: what, its code, the rows or objects it is about, and what to do next. Never a stack. */
export function errorToText(error: ConvergeError, colors: Colors): string {
  const word = colors.red(words[error.class])
  const lines = [`${word}: ${printableLines(error.message)}   ${colors.dim(`[${codeOf(error)}]`)}`]
  const { hazards = [], preflight = [] } = (error.data ?? {}) as Refusal
  if (hazards.length > 0 || preflight.length > 0) {
    lines.push('')
    for (const finding of preflight) lines.push(...describeFinding(finding, colors))
    for (const { code, object, message } of hazards) {
      lines.push(` ${colors.red('x')} ${colors.bold(code)}   ${printable(object)}: ${printable(message)}`)
    }
    lines.push('')
  }
  lines.push(...describeDrift(((error.data ?? {}) as Refusal).drift ?? [], colors))
  for (const advice of error.advice) lines.push(`   ${printableLines(advice)}`)
  if (error.class === 'refused') lines.push('   Nothing was changed.')
  return `${lines.join('\n')}\n`
}

/** How many objects, and lines of each, a terminal shows; the JSON form has them all. */
const [shownObjects, shownLines] = [5, 6]

/** Which objects have other texts than when a plan was made, with the lines that differ. */
function describeDrift(drift: readonly Drift[], colors: Colors): readonly string[] {
  if (drift.length === 0) return []
  const objects = drift.slice(0, shownObjects).flatMap(({ type, name, was, is }) => {
    const [gone, come] = [linesOf(was), linesOf(is)]
    const lines = [
      ...gone.filter((line) => !come.includes(line)).map((line) => colors.red(`- ${line}`)),
      ...come.filter((line) => !gone.includes(line)).map((line) => colors.green(`+ ${line}`)),
    ]
    const mark = was === undefined ? '+' : is === undefined ? '-' : '~'
    const more = lines.length > shownLines ? [`     … and ${count(lines.length - shownLines, 'more line')}`] : []
    return [
      ` ${mark} ${printable(type)} ${colors.bold(printable(name))}`,
      ...lines.slice(0, shownLines).map((line) => `     ${line}`),
      ...more,
    ]
  })
  const rest = drift.length - shownObjects
  return ['', ...objects, ...(rest > 0 ? [`   … and ${count(rest, 'more object')}`] : []), '']
}

function linesOf(sql: string | undefined): readonly string[] {
  return sql === undefined ? [] : sql.split(/\r?\n/).map(printable)
}

/** A refusal is best named by what is in the way, where that is one thing. */
export function codeOf(error: ConvergeError): ErrorCode | string {
  const { hazards = [], preflight = [] } = (error.data ?? {}) as Refusal
  const codes = [...new Set([...preflight, ...hazards].map((one) => one.code))]
  return codes.length === 1 ? codes[0]! : error.code
}

/** The same as data. */
export function errorToJson(error: ConvergeError): object {
  const { code, message, objects, advice, data } = error
  return { code, class: error.class, message, objects, advice, ...(data as object | undefined) }
}
