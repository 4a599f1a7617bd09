import { mayHaveRolledBack, missingPiece } from '../engine/explain-error.ts'
import { type Operation, query } from '../engine/operation.ts'
import { groupBy } from '../model/group.ts'
import { foldName } from '../model/name.ts'
import type { Schema, Trigger } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'

/** What does not compile, by what it is (`view v`), with SQLite's reason. */
export type Broken = ReadonlyMap<string, string>

/**
 * Compiles every view, and every statement that fires a trigger: a schema change can succeed and leave a view, or each
 * later INSERT, failing.
 */
export function* findBroken(schema: Schema): Operation<Broken> {
  const broken = new Map<string, string>()
  const compile = function* (what: string, sql: string): Operation<void> {
    try {
      yield* query(`EXPLAIN ${sql}`)
    } catch (error) {
      if (mayHaveRolledBack(error)) throw error
      // A copy may not know the functions and collations that an application adds to its own connection.
      const piece = missingPiece(error)?.what
      if (piece === undefined || piece === 'text in double quotes') broken.set(what, (error as Error).message)
    }
  }
  for (const view of schema.views)
    yield* compile(`view ${view.name}`, `SELECT * FROM main.${quoteName(view.name)} LIMIT 0`)
  for (const triggers of groupBy(
    schema.triggers,
    (trigger) => `${trigger.event} ${foldName(trigger.table)}`,
  ).values()) {
    const names = triggers.map((trigger) => trigger.name).join(', ')
    const what = triggers.length === 1 ? `trigger ${names}` : `one of the triggers ${names}`
    yield* compile(what, yield* firing(triggers[0]!))
  }
  for (const trigger of schema.triggers) {
    const columns = (yield* columnsOf(trigger.table)).map((column) => foldName(column.name))
    const missing = trigger.updateOf?.find((name) => !columns.includes(foldName(name)))
    // It stays, and never fires again: SQLite says nothing of that.
    if (missing !== undefined) broken.set(`trigger ${trigger.name}: UPDATE OF`, `no such column: ${missing}`)
  }
  return broken
}

/** The statement that fires the triggers of one event on one table or view. */
function* firing({ table, event }: Trigger): Operation<string> {
  const name = `main.${quoteName(table)}`
  if (event === 'INSERT') return `INSERT INTO ${name} DEFAULT VALUES`
  if (event === 'DELETE') return `DELETE FROM ${name}`
  const columns = (yield* columnsOf(table)).filter((column) => column.hidden === 0)
  return `UPDATE ${name} SET ${columns.map((column) => `${quoteName(column.name)} = ${quoteName(column.name)}`).join(', ')}`
}

/** The columns of a table or view; none where the view is broken itself, which has been noted already. */
function* columnsOf(table: string): Operation<readonly { readonly name: string; readonly hidden: number }[]> {
  try {
    return yield* query<{ name: string; hidden: number }>(`SELECT name, hidden FROM pragma_table_xinfo(?, 'main')`, [
      table,
    ])
  } catch (error) {
    if (mayHaveRolledBack(error)) throw error
    return []
  }
}

/** What is broken now and was not before. */
export function newlyBroken(before: Broken, after: Broken): readonly (readonly [what: string, reason: string])[] {
  return [...after].filter(([what, reason]) => before.get(what) !== reason)
}
