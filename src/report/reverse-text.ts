import type { Plan } from '../prove/plan.ts'
import { formatStep } from './format-sql.ts'
import { printable, printableLines } from './printable.ts'
import { describeProof, type TextOptions } from './text.ts'

/** The way back for people: its statements. */
export function reverseToText(plan: Plan, options: TextOptions): string {
  const { reverse } = plan
  const title = `${printable(options.target)} → ${printable(options.database)}`
  if (reverse.steps.length === 0) return `${options.colors.bold(title)}   nothing to take back\n`
  const steps = reverse.steps.map((step) => `${printableLines(formatStep(step))};\n`)
  return [options.colors.bold(title), ...describeProof(plan, options), '', ...steps].join('\n')
}
