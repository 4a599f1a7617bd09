import type { Change } from '../diff/change.ts'
import { sameName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { changedAffinities } from './changed-affinity.ts'
import { changedCollations } from './changed-collation.ts'
import { changedConflicts } from './changed-conflicts.ts'
import { changedForeignKeys } from './changed-foreign-keys.ts'
import { changedTables } from './changed-tables.ts'
import { changedOrder } from './column-order.ts'
import type { DraftInput } from './draft.ts'
import type { Hazard, PossibleHazard } from './step.ts'

/**
 * What an application will see behave otherwise, although it keeps all rows: the same statements compare, store, refuse or
 * delete in another way. Only of what was there before; what a new column or key does is no change.
 */
export function changedBehaviour(input: DraftInput, to: Schema, changes: readonly Change[]): readonly PossibleHazard[] {
  const inside = changedTables(input.from, to, changes).flatMap(({ before, after }) => [
    ...changedCollations(before.table, after.table),
    ...changedAffinities(before.table, after.table),
    ...changedConflicts(before, after),
    ...changedForeignKeys(before, after),
  ])
  return [...inside, ...changedOrder(input, to, changes)]
}

/** A lossy conversion of the values that are there says already how they will be stored from now on. */
export function withoutRepeats(hazards: readonly Hazard[]): readonly Hazard[] {
  const converted = hazards.filter((hazard) => hazard.code === 'lossy-conversion')
  return hazards.filter(
    ({ code, object }) => code !== 'affinity-change' || !converted.some((one) => sameName(one.object, object)),
  )
}
