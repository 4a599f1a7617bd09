import { isKept } from '../model/kept.ts'
import { foldName, sameName } from '../model/name.ts'
import type { Schema, Trigger } from '../model/schema.ts'

export interface TriggerOrder {
  /** The triggers on one table or view as they have to be in the end, in order of creation. */
  readonly wanted: readonly Trigger[]
  /** Those of `wanted` that have to be created, always its tail. */
  readonly create: readonly Trigger[]
  /** Those of the live schema that have to be dropped first. */
  readonly drop: readonly Trigger[]
}

/**
 * Works out which triggers of a table or view to drop and create, such that they end in the wanted order: SQLite fires
 * the newest first, so re-creating one of three would change which comes first.
 *
 * @param all Whether all have to be created anew, since their table is rebuilt or their view replaced.
 */
export function orderTriggers(
  table: string,
  from: Schema,
  to: Schema,
  isExcluded: (trigger: Trigger) => boolean,
  all: boolean,
): TriggerOrder {
  const live = from.triggers.filter((trigger) => sameName(trigger.table, table))
  const declared = to.triggers.filter((trigger) => sameName(trigger.table, table) && !isExcluded(trigger))
  const wanted = [...declared]
  live.forEach((trigger, index) => {
    if (!isExcluded(trigger) || isKept(trigger.name)) return
    // An excluded trigger stays behind the one it stood behind.
    const before = live
      .slice(0, index)
      .reverse()
      .map((one) => wanted.findIndex((other) => sameName(other.name, one.name)))
    wanted.splice((before.find((at) => at >= 0) ?? -1) + 1, 0, trigger)
  })
  // What watches the keys of kept data has to fire first.
  wanted.push(...live.filter((trigger) => isExcluded(trigger) && isKept(trigger.name)))
  const names = new Set(wanted.map((trigger) => foldName(trigger.name)))
  const surviving = live.filter((trigger) => names.has(foldName(trigger.name)))
  const gone = live.filter((trigger) => !names.has(foldName(trigger.name)))
  const same = (a: Trigger | undefined, b: Trigger): boolean =>
    a !== undefined && sameName(a.name, b.name) && a.normal === b.normal
  const touched = all || wanted.length > surviving.length || wanted.some((one) => !surviving.some((b) => same(b, one)))
  if (!touched) return { wanted, create: [], drop: gone }
  let kept = 0
  while (!all && kept < wanted.length && same(surviving[kept], wanted[kept]!)) kept++
  return {
    wanted,
    create: wanted.slice(kept).map((one) => liveText(one, surviving)),
    drop: [...gone, ...surviving.slice(kept)],
  }
}

/** What did not change is re-created as it stands in the catalog. */
function liveText(trigger: Trigger, live: readonly Trigger[]): Trigger {
  return live.find((one) => sameName(one.name, trigger.name) && one.normal === trigger.normal) ?? trigger
}
