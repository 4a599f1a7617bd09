import type { Kept } from '../model/kept.ts'
import { findByName, foreignKeyName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'

/** What is kept, with how many rows of each dropped table had no parent: those may come back as they were. */
export function withOrphans(
  kept: readonly Kept[],
  schema: Schema,
  counts: ReadonlyMap<string, number>,
): readonly Kept[] {
  return kept.map((one) => {
    if (one.kind !== 'table') return one
    const keys = findByName(schema.tables, one.table)?.foreignKeys ?? []
    const names = keys.map((key) => foreignKeyName(one.table, key.columns, key.table))
    const found = names.flatMap((name) => (counts.has(name) ? [[name, counts.get(name)!] as const] : []))
    return found.length === 0 ? one : { ...one, orphans: Object.fromEntries(found) }
  })
}

/** The rows without a parent that come back, to be held against what there is then. */
export function returningOrphans(returned: readonly Kept[]): ReadonlyMap<string, number> {
  return new Map(returned.flatMap((one) => (one.kind === 'table' ? Object.entries(one.orphans ?? {}) : [])))
}
