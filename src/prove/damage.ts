import type { Operation } from '../engine/operation.ts'
import { readDamage } from '../introspect/read-damage.ts'
import { ConvergeError } from '../model/error.ts'
import { findByName } from '../model/name.ts'
import { formerName, noRenames, type Renames } from '../model/renames.ts'
import type { Schema } from '../model/schema.ts'
import type { Draft } from '../plan/draft.ts'

/** What is unsound, by the names that the tables have after the plan. */
export type Damage = ReadonlyMap<string, readonly string[]>

/**
 * Looks at the tables whose catalog entry a draft edits, and at those whose keys it copies as they are stored: an index that is not what the catalog
 * says goes unnoticed by all else.
 */
export function* findDamage({ fast, steps }: Draft, schema: Schema, renames: Renames = noRenames): Operation<Damage> {
  const damage = new Map<string, readonly string[]>()
  const copied = steps.flatMap(({ asStored, object }) => (asStored ? [object] : []))
  for (const name of new Set([...fast.map(({ table }) => table), ...copied])) {
    const table = findByName(schema.tables, formerName(name, renames))
    damage.set(name, table === undefined ? [] : yield* readDamage(table))
  }
  return damage
}

/**
 * @param before Rows that broke a CHECK before may still do.
 * @throws ConvergeError `proof-failed`
 */
export function refuseDamage(before: Damage, after: Damage): void {
  for (const [table, found] of after) {
    if (found.length <= (before.get(table)?.length ?? 0)) continue
    throw new ConvergeError('proof-failed', `on a copy, the indexes of ${table} are not sound: ${found[0]}`, {
      objects: [table],
      advice: ['nothing was changed', 'please report this with the two schemas; without fast there may be a plan'],
      data: { found },
    })
  }
}
