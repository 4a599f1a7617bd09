import { ConvergeError } from '../model/error.ts'
import { foldName } from '../model/name.ts'
import type { RenameHint } from '../model/renames.ts'

/** @throws ConvergeError `usage` where two hints give one name to two things, or one thing two names. */
export function refuseContradictions(hints: readonly RenameHint[]): void {
  const name = (...parts: readonly string[]): string => JSON.stringify(parts.map(foldName))
  const seen = new Map<string, RenameHint>()
  for (const hint of hints) {
    const kind = hint.column === undefined ? 'table' : 'column'
    const owner = hint.column === undefined ? '' : hint.table
    const keys = [name(kind, 'from', owner, hint.column ?? hint.table), name(kind, 'to', owner, hint.to)]
    for (const one of keys) {
      const other = seen.get(one)
      if (other !== undefined && written(other) !== written(hint)) {
        throw new ConvergeError('usage', `two renames contradict each other: ${written(other)} and ${written(hint)}`, {
          objects: [hint.table],
        })
      }
      seen.set(one, hint)
    }
  }
}

/** A hint as the command line takes it. */
export function written({ table, column, to }: RenameHint): string {
  return `${table}${column === undefined ? '' : `.${column}`}=${to}`
}
