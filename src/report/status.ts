import type { Status } from '../apply/read-status.ts'
import type { Change } from '../diff/change.ts'
import type { Colors } from './colors.ts'
import { describeChange } from './describe-change.ts'
import { describeKept, sizeOf, sumOfKept } from './kept.ts'
import { count, printable } from './printable.ts'

/** Where a database stands, for people. */
export function statusToText(status: Status, database: string, target: string | undefined, colors: Colors): string {
  const { at, journal, unchanged } = status
  const lines = [
    `${colors.bold(printable(database))}   ${count(status.tables, 'table')}, schema ${status.fingerprint}, ${sizeOf(status.size)}`,
  ]
  const line = (label: string, text: string): void => void lines.push(`   ${label.padEnd(9)} ${text}`)
  const list = (changes: readonly Change[]): void => {
    for (const { mark, what, owner, text } of changes.map(describeChange)) {
      lines.push(`             ${mark} ${printable(owner)}: ${what} ${text}`.trimEnd())
    }
  }
  if (at === undefined)
    line('at', journal.length === 0 ? 'no plan: the journal is empty' : 'the beginning: every plan has been reverted')
  else
    line(
      'at',
      `plan ${printable(at.id)}, applied ${printable(String(at.appliedAt))}${at.target === null ? '' : `, to ${printable(at.target)}`}`,
    )
  if (unchanged !== undefined) {
    line('schema', unchanged ? 'as the journal left it' : colors.yellow('changed since by others'))
    list(status.since ?? [])
  }
  if (status.inSync !== undefined) {
    const differ = colors.yellow(`${count(status.changes.length, 'change')} away from`)
    line('target', `${status.inSync ? colors.green('in sync with') : differ} ${printable(target ?? 'the target')}`)
    list(status.changes)
  }
  if (status.kept.length > 0) line('kept', `${sumOfKept(status.kept)}; schema prune drops it`)
  for (const one of status.kept) lines.push(`             ${describeKept(one)}`)
  const inForce = new Set(status.inForce)
  journal.forEach((entry, index) => {
    const what =
      entry.kind === 'revert'
        ? `revert of ${printable(String(entry.reverts))}`
        : entry.kind === 'prune'
          ? `prune of ${entry.record.pruned?.map(printable).join(', ')}`
          : `apply${entry.target ? ` ${printable(entry.target)}` : ''}${inForce.has(entry.id) ? '' : ', undone'}`
    line(
      index === 0 ? 'journal' : '',
      [printable(entry.id), printable(String(entry.appliedAt)), what, printable(`${entry.from} → ${entry.to}`)].join(
        '  ',
      ),
    )
  })
  return `${lines.join('\n')}\n`
}

/** The same as data. */
export function statusToJson(status: Status): object {
  const { at, journal, ...rest } = status
  const entries = journal.map(({ record, ...entry }) => ({ ...entry, excludes: record.excludes }))
  return { version: 1, ...rest, at: at?.id ?? null, journal: entries }
}
