import type { Change } from '../diff/change.ts'
import { findByName, sameName } from '../model/name.ts'
import type { Renamed } from '../model/renames.ts'
import type { Draft, Renaming } from './draft.ts'

/**
 * Says a draft that begins with renames in the words of who reads it: what waits under a working name is called by the name that
 * it had, and a view or trigger that made way for a rename has changed, and has not come.
 */
export function inFormerWords(draft: Draft, { before, renames }: Renaming): Draft {
  const displaced: readonly Renamed[] = [...renames.tables, ...renames.columns].filter((one) => one.displaced)
  const named = (text: string): string => displaced.reduce((said, { from, to }) => said.replaceAll(to, from), text)
  const former = (name: string): string => displaced.find((one) => sameName(one.to, name))?.from ?? name
  const changeOf = (change: Change): Change => {
    switch (change.kind) {
      case 'drop-table':
        return { ...change, table: { ...change.table, name: former(change.table.name) } }
      case 'drop-virtual-table':
        return { ...change, table: { ...change.table, name: former(change.table.name) } }
      case 'drop-column':
        return { ...change, column: { ...change.column, name: former(change.column.name) } }
      case 'create-view': {
        const from = findByName(before.views, change.view.name)
        return from === undefined ? change : { kind: 'change-view', from, to: change.view }
      }
      case 'create-trigger': {
        const from = findByName(before.triggers, change.trigger.name)
        return from === undefined ? change : { kind: 'change-trigger', from, to: change.trigger }
      }
      default:
        return change
    }
  }
  return {
    ...draft,
    changes: draft.changes.map(changeOf),
    steps: draft.steps.map((step) => ({
      ...step,
      object: former(step.object),
      why: named(step.why),
      cause: changeOf(step.cause),
    })),
    hazards: draft.hazards.map((hazard) => ({
      ...hazard,
      object: named(hazard.object),
      message: named(hazard.message),
      ...(hazard.probe && { probe: { ...hazard.probe, message: named(hazard.probe.message) } }),
    })),
    losses: draft.losses.map((loss) => ({ ...loss, what: named(loss.what) })),
    preflight: draft.preflight.map((probe) => ({
      ...probe,
      object: named(probe.object),
      message: named(probe.message),
    })),
  }
}
