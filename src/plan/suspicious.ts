import { type Change, isTableChange } from '../diff/change.ts'
import { groupBy } from '../model/group.ts'
import { findByName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { columnsName } from './changed-tables.ts'
import type { DraftInput } from './draft.ts'
import type { HazardCode, PossibleHazard } from './step.ts'
import { suspiciousActions } from './suspicious-action.ts'
import { suspiciousColumns } from './suspicious-column.ts'
import { comparedWithNull } from './suspicious-null.ts'

/** Something that SQLite takes and that does not do what it looks like. */
export interface Suspicion {
  readonly code: Extract<HazardCode, `suspicious-${string}`>
  readonly object: string
  /** Those of its columns that are meant. */
  readonly columns?: readonly string[]
  readonly message: string
}

/**
 * What looks wrong in what a plan creates or changes. It is pointed out and left as it is; what was there before is not
 * spoken of, and neither is what a revert brings back.
 */
export function findSuspicious(input: DraftInput, to: Schema, changes: readonly Change[]): readonly PossibleHazard[] {
  if (input.origin !== undefined) return []
  const found = new Map<string, Suspicion>()
  for (const change of changes) {
    const [before, after] = partsOf(change, input.from, to)
    const known = new Set(before.map(idOf))
    for (const one of after) if (!known.has(idOf(one))) found.set(idOf(one), one)
  }
  const alike = groupBy(found.values(), ({ code, object, message }) => JSON.stringify([code, object, message]))
  return [...alike.values()].map((group) => {
    const { code, object, message } = group[0]!
    const columns = group.flatMap((one) => one.columns ?? [])
    return { code, object: columns.length === 0 ? object : columnsName(object, columns), message, otherwise: 'warn' }
  })
}

function idOf({ code, object, columns, message }: Suspicion): string {
  return JSON.stringify([code, object, columns, message])
}

/** What looks wrong in the object that a change is about, before and after it. */
function partsOf(change: Change, from: Schema, to: Schema): readonly [readonly Suspicion[], readonly Suspicion[]] {
  if (isTableChange(change)) return [inTable(from, change.table), inTable(to, change.table)]
  switch (change.kind) {
    case 'create-table':
      return [[], inTable(to, change.table.name)]
    case 'create-index':
      return [[], comparedWithNull(change.index)]
    case 'create-view':
      return [[], comparedWithNull(change.view)]
    case 'create-trigger':
      return [[], comparedWithNull(change.trigger)]
    case 'change-index':
    case 'change-view':
    case 'change-trigger':
      return [comparedWithNull(change.from), comparedWithNull(change.to)]
    default:
      return [[], []]
  }
}

function inTable({ tables }: Schema, name: string): readonly Suspicion[] {
  const table = findByName(tables, name)!
  return [...suspiciousColumns(table), ...suspiciousActions(table), ...comparedWithNull(table)]
}
