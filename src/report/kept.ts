import type { KeptData } from '../apply/kept-data.ts'
import { count, printable } from './printable.ts'

/** Kept data for people, one table a line. */
export function describeKept({ name, of, plan, keptAt, rows, bytes }: KeptData): string {
  const what = of.length === 0 ? '' : `   of ${of.map(printable).join(', ')}`
  const by = plan === undefined ? 'not in the journal' : printable(`plan ${plan}, ${keptAt}`)
  return `${printable(name)}   ${count(rows, 'row')}, about ${sizeOf(bytes)}${what}   ${by}`
}

/** All of it, in a few words. */
export function sumOfKept(kept: readonly KeptData[]): string {
  const sum = (of: (one: KeptData) => number): number => kept.reduce((total, one) => total + of(one), 0)
  return `${count(kept.length, 'table')}, ${count(
    sum((one) => one.rows),
    'row',
  )}, about ${sizeOf(sum((one) => one.bytes))}`
}

/** A number of bytes for people. */
export function sizeOf(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'] as const
  let [value, unit] = [bytes, 0]
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return bytes === 1 ? '1 byte' : `${value.toFixed(digits)} ${units[unit]}`
}
