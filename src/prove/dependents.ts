import type { Handle } from '../engine/handle.ts'
import { groupBy } from '../model/group.ts'
import { findByName, foldName } from '../model/name.ts'
import type { Schema, Trigger } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'

/** What does not compile, by what it is (`view v`), with SQLite's reason. */
export type Broken = ReadonlyMap<string, string>

/** A copy knows none of the functions and collations that an application adds to its own connection. */
const unknowable = /^no such (function|collation sequence|module)/

/**
 * Compiles every view, and every statement that fires a trigger: a schema change can succeed and leave a view, or each
 * later INSERT, failing.
 */
export function findBroken(handle: Handle, schema: Schema): Broken {
  const broken = new Map<string, string>()
  const compile = (what: string, sql: string): void => {
    try {
      handle.prepare(sql)
    } catch (error) {
      const reason = (error as Error).message
      if (!unknowable.test(reason)) broken.set(what, reason)
    }
  }
  for (const view of schema.views) compile(`view ${view.name}`, `SELECT * FROM ${quoteName(view.name)} LIMIT 0`)
  for (const triggers of groupBy(schema.triggers, (trigger) => foldName(trigger.table)).values()) {
    const names = triggers.map((trigger) => trigger.name).join(', ')
    const what = triggers.length === 1 ? `trigger ${names}` : `one of the triggers ${names}`
    for (const sql of firing(triggers[0]!, schema)) compile(what, `EXPLAIN ${sql}`)
  }
  return broken
}

/** The statements that fire the triggers of one table or view. */
function firing({ table }: Trigger, schema: Schema): readonly string[] {
  const name = quoteName(table)
  const columns = findByName(schema.tables, table)?.columns.filter((column) => column.generated === undefined) ?? []
  const sets = columns.map((column) => `${quoteName(column.name)} = ${quoteName(column.name)}`)
  return [
    `INSERT INTO ${name} DEFAULT VALUES`,
    `DELETE FROM ${name}`,
    ...(sets.length > 0 ? [`UPDATE ${name} SET ${sets.join(', ')}`] : []),
  ]
}

/** What is broken now and was not before. */
export function newlyBroken(before: Broken, after: Broken): readonly (readonly [what: string, reason: string])[] {
  return [...after].filter(([what]) => !before.has(what))
}
