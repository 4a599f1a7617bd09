import { type Change, isTableChange } from '../diff/change.ts'
import { sameName } from '../model/name.ts'

/** The change that touches a table or view, or something on it. */
export function causeOf(changes: readonly Change[], name: string): Change {
  const found =
    changes.find((change) => isTableChange(change) && sameName(change.table, name)) ??
    changes.find(
      (change) =>
        (change.kind === 'change-view' && sameName(change.to.name, name)) ||
        ((change.kind === 'create-trigger' || change.kind === 'drop-trigger') &&
          sameName(change.trigger.table, name)) ||
        (change.kind === 'change-trigger' && (sameName(change.to.table, name) || sameName(change.from.table, name))) ||
        (change.kind === 'create-view' && sameName(change.view.name, name)) ||
        ((change.kind === 'drop-table' || change.kind === 'create-table') && sameName(change.table.name, name)),
    )
  if (found === undefined) throw new Error(`no change touches ${name}`)
  return found
}
