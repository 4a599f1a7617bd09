import type { ConvergeError, ErrorCode } from '../model/error.ts'
import type { Hazard } from '../plan/step.ts'
import type { Finding } from '../prove/plan.ts'
import type { Colors } from './colors.ts'
import { printable, printableLines } from './printable.ts'
import { describeFinding } from './text.ts'

interface Refusal {
  readonly hazards?: readonly Hazard[]
  readonly preflight?: readonly Finding[]
}

const words = { input: 'error', refused: 'refused', failed: 'failed', internal: 'internal error' } as const

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
  for (const advice of error.advice) lines.push(`   ${printableLines(advice)}`)
  if (error.class === 'refused') lines.push('   Nothing was changed.')
  return `${lines.join('\n')}\n`
}

/** A refusal is best named by what is in the way, where that is one thing. */
function codeOf(error: ConvergeError): ErrorCode | string {
  const { hazards = [], preflight = [] } = (error.data ?? {}) as Refusal
  const codes = [...new Set([...preflight, ...hazards].map((one) => one.code))]
  return codes.length === 1 ? codes[0]! : error.code
}

/** The same as data. */
export function errorToJson(error: ConvergeError): object {
  const { code, message, objects, advice, data } = error
  return { code, class: error.class, message, objects, advice, ...(data as object | undefined) }
}
