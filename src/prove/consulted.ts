import { foldName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { mentions } from '../sql/mentions.ts'

/**
 * The virtual tables that views and triggers speak of, folded. An ALTER anywhere compiles all of these, and compiling them opens
 * the virtual table, which reads its own tables: https://www.sqlite.org/vtab.html#the_xconnect_method
 *
 * @param speaking The schemas whose views and triggers may be compiled.
 */
export function consultedVirtualTables({ virtualTables }: Schema, speaking: readonly Schema[]): readonly string[] {
  const texts = speaking.flatMap(({ views, triggers }) => [...views, ...triggers].map((one) => one.sql))
  return virtualTables.map((table) => foldName(table.name)).filter((name) => texts.some((sql) => mentions(sql, name)))
}
