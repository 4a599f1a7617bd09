import type { Finding } from '../prove/plan.ts'
import type { Colors } from './colors.ts'
import { count, printable } from './printable.ts'

/** Rows that do not fit, with the first of them as a small table. */
export function describeFinding(finding: Finding, colors: Colors): string[] {
  const lines = [
    ` ${colors.red('x')} ${colors.bold(finding.code)}   ${printable(finding.message)} (${count(finding.rows, 'row')})`,
  ]
  const [first] = finding.sample
  if (first === undefined) return lines
  const labels = Object.keys(first)
  const table = [labels, ...finding.sample.map((row) => labels.map((label) => row[label] ?? ''))].map((row) =>
    row.map(shorten),
  )
  const widths = labels.map((_, index) => Math.max(...table.map((row) => row[index]!.length)))
  for (const row of table) {
    lines.push(`     ${row.map((cell, index) => cell.padEnd(widths[index]!)).join('   ')}`.trimEnd())
  }
  return lines
}

function shorten(text: string): string {
  const line = printable(text)
  return line.length > 48 ? `${line.slice(0, 47)}…` : line
}
