import { type Change, isTableChange } from '../diff/change.ts'
import { findByName, sameName } from '../model/name.ts'
import { type Column, filterSchema, type Schema, type Trigger, type View } from '../model/schema.ts'
import { readsByPosition } from '../sql/reads-by-position.ts'
import type { DraftInput } from './draft.ts'
import type { PossibleHazard } from './step.ts'

/**
 * Views and triggers that take the columns of a table as they stand, where that is not as they were written for: the
 * columns move below an old one, or a new one meets a table that nothing else changes, whose columns stand in another
 * order than declared. Where a plan alters a table below such a reader, it brings the declared order about.
 */
export function changedOrder(
  { from, isExcluded }: DraftInput,
  to: Schema,
  changes: readonly Change[],
): readonly PossibleHazard[] {
  const excluded = filterSchema(from, isExcluded)
  const readers = [...to.views, ...excluded.views, ...to.triggers, ...excluded.triggers]
  return readers.flatMap((reader) =>
    from.tables.flatMap((before): PossibleHazard[] => {
      const after = findByName(to.tables, before.name)
      const isChanged = changes.some((change) => isTableChange(change) && sameName(change.table, before.name))
      if (after === undefined || isChanged === isNew(reader, changes)) return []
      const moved = isChanged ? firstMoved(before.columns, after.columns) : firstMoved(after.columns, before.columns)
      if (moved === undefined || !readsByPosition(reader.sql, before.name)) return []
      const takes = `takes the columns of ${before.name} by position`
      const message = isChanged
        ? `${takes}, and column ${moved.position} was ${moved.was}, but is ${moved.is} from now on`
        : `${takes}, and column ${moved.position} is declared as ${moved.was}, but is ${moved.is}`
      return [{ code: 'column-order', object: reader.name, message, otherwise: 'warn' }]
    }),
  )
}

function isNew(reader: View | Trigger, changes: readonly Change[]): boolean {
  return changes.some((change) => {
    switch (change.kind) {
      case 'create-view':
        return change.view === reader
      case 'create-trigger':
        return change.trigger === reader
      case 'change-view':
      case 'change-trigger':
        return change.to === reader
      default:
        return false
    }
  })
}

interface Moved {
  readonly position: number
  readonly was: string
  readonly is: string
}

/** The first place where another column stands, if a column that stays has moved: one more behind the others moves none. */
function firstMoved(before: readonly Column[], after: readonly Column[]): Moved | undefined {
  const moves = before.some(({ name }, at) => {
    const now = after.findIndex((other) => sameName(other.name, name))
    return now >= 0 && now !== at
  })
  if (!moves) return undefined
  const at = before.findIndex(({ name }, index) => !sameName(name, after[index]?.name ?? ''))
  return { position: at + 1, was: before[at]!.name, is: after[at]?.name ?? 'none' }
}
