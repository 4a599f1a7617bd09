import type { Verified } from '../apply/verify.ts'
import type { Colors } from './colors.ts'
import { count, printable } from './printable.ts'

export interface AppliedReport {
  readonly database: string
  readonly id: string | undefined
  readonly verified: Verified['rows']
  readonly seconds: number
  readonly way: 'applied' | 'reverted'
}

/** What has been done and what was verified before the commit, for people. */
export function appliedToText({ database, id, verified, seconds, way }: AppliedReport, colors: Colors): string {
  const rows = verified.map(
    (one) => `${printable(one.table)} ${count(one.rows, 'row')} = ${one.rows.toLocaleString('en')}`,
  )
  const facts = ['schema equals the target', ...rows, 'foreign keys no worse']
  const what = way === 'applied' ? 'applied' : 'reverted'
  const entry = id === undefined ? ' without a journal entry' : ` as ${id}`
  const back = way === 'applied' && id !== undefined ? ` · way back: schema revert ${printable(database)}` : ''
  return [
    ` ${colors.green(what)} ${printable(database)}${entry} in ${seconds.toFixed(1)} s${back}`,
    ` verified: ${facts.join(' · ')}`,
    '',
  ].join('\n')
}
