import { type Operation, queryOne } from '../engine/operation.ts'
import { foldName } from '../model/name.ts'
import { laterColumn, laterName, type Renames } from '../model/renames.ts'
import type { Schema } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'

/** What a table that is left alone has, by its name and by those of its columns that refer to others, folded. */
export type Children = ReadonlyMap<string, number>

/**
 * Counts the rows of tables that refer to some others, and with `references` how many of them refer to a row: a DROP TABLE while foreign
 * keys are enforced deletes these rows, or sets them to NULL. https://www.sqlite.org/foreignkeys.html#fk_schemacommands
 *
 * @param parents The tables that are rebuilt or dropped, folded, by the names of this schema.
 * @param changed The tables whose own rows are changed, folded: they are not counted.
 * @param renames What the names of the schema become: the counts are by those.
 */
export function* countChildren(
  schema: Schema,
  { parents, changed }: { readonly parents: ReadonlySet<string>; readonly changed: ReadonlySet<string> },
  references: boolean,
  renames: Renames,
): Operation<Children> {
  const counts = new Map<string, number>()
  for (const { name, foreignKeys } of schema.tables) {
    if (changed.has(foldName(name))) continue
    const keys = foreignKeys.filter(({ table }) => parents.has(foldName(table)))
    if (keys.length === 0) continue
    const later = foldName(laterName(name, renames))
    const columns = [
      ...new Map(keys.flatMap((key) => key.columns).map((column) => [foldName(column), column])).values(),
    ]
    const counted = references ? columns.map((column, index) => `, count(${quoteName(column)}) AS c${index}`) : []
    const row = yield* queryOne<Record<string, number>>(
      `SELECT count(*) AS n${counted.join('')} FROM main.${quoteName(name)}`,
    )
    counts.set(later, row.n!)
    if (!references) continue
    for (const [index, column] of columns.entries()) {
      counts.set(`${later}.${foldName(laterColumn(later, column, renames))}`, row[`c${index}`]!)
    }
  }
  return counts
}

/** What is not as many as before. */
export function fewerChildren(before: Children, after: Children): readonly string[] {
  return [...before].flatMap(([what, was]) => {
    const is = after.get(what)
    return is === was ? [] : [`${what} has ${is ?? 0} values instead of ${was}`]
  })
}
