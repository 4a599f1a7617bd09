import type { Backup } from '../apply/backup.ts'
import type { Verified } from '../apply/verify.ts'
import { includes, type VerifyLevel } from '../model/verify-level.ts'
import type { Colors } from './colors.ts'
import { count, printable } from './printable.ts'

export interface AppliedReport {
  readonly database: string
  /** How it is called on a command line. */
  readonly called: string
  readonly id?: string
  readonly verified: Verified['rows']
  readonly level: VerifyLevel
  /** Missing where it was one of several in a transaction. */
  readonly seconds?: number
  readonly way: 'applied' | 'reverted'
  readonly backup?: Backup
}

/** What has been done and what was verified before the commit, for people. */
export function appliedToText(
  { database, called, id, verified, level, seconds, way, backup }: AppliedReport,
  colors: Colors,
): string {
  const rows = verified.map(
    (one) => `${printable(one.table)} ${count(one.rows, 'row')} = ${one.rows.toLocaleString('en')}`,
  )
  const facts = [
    'schema equals the target',
    ...rows,
    ...(rows.length > 0 && includes(level, 'values') ? ['every value equal'] : []),
    ...(includes(level, 'counts') ? ['foreign keys no worse'] : []),
    ...(includes(level, 'digest') ? ['integrity ok'] : []),
  ]
  const what = way === 'applied' ? 'applied' : 'reverted'
  const entry = id === undefined ? ' without a journal entry' : ` as ${id}`
  const time = seconds === undefined ? '' : ` in ${seconds.toFixed(1)} s`
  const back = way === 'applied' && id !== undefined ? ` · way back: schema revert ${printable(called)}` : ''
  return [
    ` ${colors.green(what)} ${printable(database)}${entry}${time}${back}`,
    ` verified: ${facts.join(' · ')}`,
    ...(backup === undefined ? [] : describeBackup(backup)),
    '',
  ].join('\n')
}

function describeBackup({ path, bytes, restore }: Backup): readonly string[] {
  return [
    ` backup: ${printable(path)} (${count(bytes, 'byte')}, checked)`,
    '   to restore it, when nothing has the database open:',
    ...restore.map((command) => `     ${printable(command)}`),
  ]
}
