import { type Change, isTableChange } from '../diff/change.ts'
import { groupBy } from '../model/group.ts'
import { findByName, foldName } from '../model/name.ts'
import { objectsOf, type Schema } from '../model/schema.ts'
import { alterTable, refusedWhileEnforced } from './alter.ts'
import { type DraftInput, type FastTable, type Rebuild, refusable } from './draft.ts'
import { fastTable } from './fast-table.ts'
import type { Projection } from './projection.ts'
import { rebuildTable } from './rebuild.ts'
import type { Step } from './step.ts'

export interface TablePlan {
  readonly steps: readonly Step[]
  readonly rebuilds: readonly Rebuild[]
  readonly projections: ReadonlyMap<string, Projection>
  readonly fast: readonly FastTable[]
  /** Whether an ALTER is among the steps that SQLite refuses while it enforces foreign keys. */
  readonly refusedWhileEnforced: boolean
}

/**
 * The tables that come, and those that change: by ALTER TABLE, else by their entry in the catalog where that may be done, else by a rebuild.
 *
 * @param remaining The schema as it will be, excluded objects included.
 */
export function planTables(input: DraftInput, to: Schema, remaining: Schema, changes: readonly Change[]): TablePlan {
  const taken = new Set([...objectsOf(input.from), ...objectsOf(input.to)].map((object) => foldName(object.name)))
  const steps: Step[] = []
  const rebuilds: Rebuild[] = []
  const projections = new Map<string, Projection>()
  const fast: FastTable[] = []
  for (const change of changes) {
    if (change.kind !== 'create-table' && change.kind !== 'create-virtual-table') continue
    const { name, sql } = change.table
    steps.push({ kind: 'create-table', object: name, sql, why: `${name} is declared`, cause: change })
  }
  let needsOff = false
  for (const [name, group] of groupBy(changes.filter(isTableChange), (change) => foldName(change.table))) {
    const before = findByName(input.from.tables, name)!
    const after = findByName(to.tables, name)!
    const { backfills } = input
    const altered = input.refused?.has(refusable('alter', name))
      ? undefined
      : alterTable({
          table: before,
          to: after,
          changes: group,
          backfills,
          remaining,
          keepOrder: input.keepOrder ?? false,
          capabilities: input.capabilities,
        })
    if (altered !== undefined) {
      steps.push(...altered)
      needsOff ||= altered.some((step) => refusedWhileEnforced(step, before, after))
      continue
    }
    const way = input.fast
      ? fastTable({ input, table: before, to: after, changes: group, backfills, remaining, taken, all: changes })
      : undefined
    if (way !== undefined && 'steps' in way) {
      steps.push(...way.steps)
      fast.push({ table: after.name, way: 'in-place', why: 'its rows stay valid as they are stored' })
      needsOff ||= way.columns.some((step) => refusedWhileEnforced(step, before, after))
      continue
    }
    const canRename = !input.refused?.has(refusable('set-aside', name))
    const adopts = way !== undefined && !input.refused?.has(refusable('edit', name))
    const rebuilding = rebuildTable({ from: before, to: after, changes: group, backfills, taken, canRename, adopts })
    if (way !== undefined) fast.push({ table: after.name, way: 'copy', why: way.reason })
    steps.push(...rebuilding.steps)
    rebuilds.push(rebuilding.rebuild)
    projections.set(name, rebuilding.projection)
  }
  return { steps, rebuilds, projections, fast, refusedWhileEnforced: needsOff }
}
