import type { Change } from '../diff/change.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Renames } from '../model/renames.ts'
import type { Schema, SchemaObject, Trigger, View } from '../model/schema.ts'
import { mentions } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import { renameChanges } from './rename-steps.ts'
import type { Step } from './step.ts'

/**
 * Drops the views and triggers that speak of what is renamed, where SQLite can't rewrite them: a view's own column takes the new
 * name, and a trigger on the view that says the old one does not compile any more. What the target declares comes back as it says;
 * what it does not would go anyway. A view keeps its place if an excluded trigger on it would be lost.
 */
export function clearWay(
  from: Schema,
  to: Schema,
  renames: Renames,
  isExcluded: (object: SchemaObject) => boolean,
): readonly Step[] {
  const isOurs = (object: View | Trigger): boolean => !isExcluded(object)
  const triggersOf = (view: View): readonly Trigger[] => from.triggers.filter((one) => sameName(one.table, view.name))
  const names = [...renames.tables, ...renames.columns].map((one) => one.from)
  const views: View[] = []
  for (let found = true; found; ) {
    const more = from.views.filter(
      (view) =>
        !views.includes(view) &&
        [...names, ...views.map((one) => one.name)].some((name) => mentions(view.sql, name)) &&
        isOurs(view) &&
        triggersOf(view).every(isOurs),
    )
    views.push(...more)
    found = more.length > 0
  }
  const dropped = new Set(views.map((view) => foldName(view.name)))
  const triggers = from.triggers.filter(
    (trigger) =>
      !dropped.has(foldName(trigger.table)) && names.some((name) => mentions(trigger.sql, name)) && isOurs(trigger),
  )
  const cause = renameChanges(renames)[0]!
  const why = (object: View | Trigger): string =>
    isDeclared(object, to)
      ? 'SQLite could not rewrite it; it comes back as declared'
      : `${object.name} is not declared, and SQLite could not rewrite it`
  return [
    ...triggers.map((trigger): Step => {
      const { name } = trigger
      return { kind: 'drop-trigger', object: name, sql: `DROP TRIGGER ${quoteName(name)}`, why: why(trigger), cause }
    }),
    ...views.map((view): Step => {
      const { name } = view
      return { kind: 'drop-view', object: name, sql: `DROP VIEW ${quoteName(name)}`, why: why(view), cause }
    }),
  ]
}

function isDeclared(object: View | Trigger, to: Schema): boolean {
  const list: readonly (View | Trigger)[] = object.kind === 'view' ? to.views : to.triggers
  return findByName(list, object.name) !== undefined
}

/** What of the views and triggers that made way for renames does not come back. */
export function gone(before: Schema, after: Schema, to: Schema): readonly Change[] {
  const isGone = (object: View | Trigger): boolean => !isDeclared(object, after) && !isDeclared(object, to)
  const views = before.views.filter(isGone)
  const triggers = before.triggers.filter(
    (trigger) => isGone(trigger) && !views.some((view) => sameName(view.name, trigger.table)),
  )
  return [
    ...views.map((view): Change => ({ kind: 'drop-view', view })),
    ...triggers.map((trigger): Change => ({ kind: 'drop-trigger', trigger })),
  ]
}
