import { findByName, foldName, sameName } from '../model/name.ts'
import type { Renames } from '../model/renames.ts'
import type { Schema, SchemaObject, Trigger, View } from '../model/schema.ts'
import { mentions } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import { renameChanges } from './rename-steps.ts'
import type { Step } from './step.ts'

/**
 * Drops the views and triggers that speak of what is renamed, where SQLite can't rewrite them: a view's own column takes the new
 * name, and a trigger on the view that says the old one does not compile any more. Only what the target declares is dropped, since
 * that comes back as it says; so a view keeps its place if a trigger on it would be lost.
 */
export function clearWay(
  from: Schema,
  to: Schema,
  renames: Renames,
  isExcluded: (object: SchemaObject) => boolean,
): readonly Step[] {
  const comesBack = (object: View | Trigger): boolean => {
    const list: readonly (View | Trigger)[] = object.kind === 'view' ? to.views : to.triggers
    return !isExcluded(object) && findByName(list, object.name) !== undefined
  }
  const triggersOf = (view: View): readonly Trigger[] => from.triggers.filter((one) => sameName(one.table, view.name))
  const names = [...renames.tables, ...renames.columns].map((one) => one.from)
  const views: View[] = []
  for (let found = true; found; ) {
    const more = from.views.filter(
      (view) =>
        !views.includes(view) &&
        [...names, ...views.map((one) => one.name)].some((name) => mentions(view.sql, name)) &&
        comesBack(view) &&
        triggersOf(view).every(comesBack),
    )
    views.push(...more)
    found = more.length > 0
  }
  const dropped = new Set(views.map((view) => foldName(view.name)))
  const triggers = from.triggers.filter(
    (trigger) =>
      !dropped.has(foldName(trigger.table)) && names.some((name) => mentions(trigger.sql, name)) && comesBack(trigger),
  )
  const cause = renameChanges(renames)[0]!
  const why = 'SQLite could not rewrite it; it comes back as declared'
  return [
    ...triggers.map(
      ({ name }): Step => ({ kind: 'drop-trigger', object: name, sql: `DROP TRIGGER ${quoteName(name)}`, why, cause }),
    ),
    ...views.map(
      ({ name }): Step => ({ kind: 'drop-view', object: name, sql: `DROP VIEW ${quoteName(name)}`, why, cause }),
    ),
  ]
}
