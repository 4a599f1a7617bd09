import type { Change } from '../diff/change.ts'
import { diffSchemas } from '../diff/diff-schemas.ts'
import { foldName, sameName } from '../model/name.ts'
import { filterSchema, type Schema } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { asBefore } from './before-renames.ts'
import { bringBack } from './bring-back.ts'
import { causeOf } from './cause.ts'
import { type Draft, type DraftInput, startOf } from './draft.ts'
import { inFormerWords } from './former-words.ts'
import { findHazards } from './hazards.ts'
import { gone } from './in-the-way.ts'
import { findLosses } from './losses.ts'
import { lostComments } from './lost-comments.ts'
import { planIndexes } from './plan-indexes.ts'
import { planTables } from './plan-tables.ts'
import { findProbes } from './preflight.ts'
import { hazardOfKept, lossOfKept, putAside } from './put-aside.ts'
import { renameChanges } from './rename-steps.ts'
import { planStatistics } from './statistics.ts'
import type { Probe, Step } from './step.ts'
import { orderTriggers } from './triggers.ts'

/**
 * Drafts the smallest safe sequence of statements from one schema to another: what goes, the tables, what comes.
 * Pure: no database is asked, and the draft has not been proven.
 */
export function draftPlan(given: DraftInput): Draft {
  const from = filterSchema(given.from, (object) => !given.isExcluded(object))
  const to = filterSchema(given.to, (object) => !given.isExcluded(object))
  const changes = diffSchemas(from, to)
  const back = bringBack(given, to, changes)
  const aside = putAside(given, to, changes)
  const input: DraftInput = { ...given, from: back.from, backfills: [...back.values, ...given.backfills] }
  const { renaming, isExcluded } = input
  const before = filterSchema(startOf(input), (object) => !isExcluded(object))
  const made = [...(renaming === undefined ? [] : gone(before, from, to)), ...changes]
  const remaining = withExcluded(input, to)
  const tables = planTables(input, to, remaining, changes)
  const rebuilt = (name: string): boolean => tables.rebuilds.some((rebuild) => sameName(rebuild.table, name))

  const views = planViews(changes)
  const indexes = planIndexes(input, to, changes, rebuilt)
  const triggers = planTriggers(input, to, changes, (name) => rebuilt(name) || views.recreated(name))
  const statistics = planStatistics(input, changes, indexes.create, tables.rebuilds)
  const dropped = changes.flatMap((change): Step[] =>
    change.kind === 'drop-table' || change.kind === 'drop-virtual-table'
      ? [
          {
            kind: 'drop-table',
            object: change.table.name,
            sql: `DROP TABLE ${quoteName(change.table.name)}`,
            why: `${change.table.name} is not declared`,
            cause: change,
          },
        ]
      : [],
  )
  const asked = renaming === undefined ? unchanged : asBefore(renaming.before, input.from, renaming.renames)
  const draft: Draft = {
    changes: [...(renaming === undefined ? [] : renameChanges(renaming.renames)), ...made],
    steps: [
      ...(renaming?.steps ?? []),
      ...back.first,
      ...aside.steps,
      ...statistics.keep,
      ...triggers.drop,
      ...views.drop,
      ...indexes.drop,
      ...dropped,
      ...tables.steps,
      ...back.rows,
      ...indexes.steps,
      ...statistics.restore,
      ...views.create,
      ...triggers.create,
      ...back.last,
      ...back.watches,
      ...aside.watches,
    ],
    hazards: [
      ...findHazards(input, to, made, tables.projections),
      ...lostComments(
        input,
        to,
        new Set([...tables.projections.keys(), ...tables.fast.map((one) => foldName(one.table))]),
      ),
      ...back.hazards,
    ]
      .map((hazard) => hazardOfKept(hazard, aside.of))
      .map((hazard) => (hazard.probe === undefined ? hazard : { ...hazard, probe: askProbe(hazard.probe, asked) })),
    losses: findLosses(input, to, changes, tables.projections)
      .flatMap((loss) => lossOfKept(loss, aside.of))
      .map((loss) => ({ ...loss, count: asked(loss.count) })),
    preflight: findProbes(input, from, to, remaining, changes, back.returned).map((probe) => askProbe(probe, asked)),
    rebuilds: tables.rebuilds,
    fast: tables.fast,
    kept: aside.kept,
    returned: back.returned,
    // Rows that come back may do so before their parents.
    needsForeignKeysOff:
      tables.rebuilds.length > 0 || dropped.length > 0 || tables.refusedWhileEnforced || back.rows.length > 0,
  }
  return renaming === undefined ? draft : inFormerWords(draft, renaming)
}

function unchanged(sql: string): string {
  return sql
}

function askProbe(probe: Probe, asked: (sql: string) => string): Probe {
  return { ...probe, count: asked(probe.count), ...(probe.sample !== undefined && { sample: asked(probe.sample) }) }
}

/** The schema as it will be: the target, and what is excluded from it in the live schema. */
function withExcluded(input: DraftInput, to: Schema): Schema {
  const excluded = filterSchema(input.from, input.isExcluded)
  return {
    tables: [...to.tables, ...excluded.tables],
    indexes: [...to.indexes, ...excluded.indexes],
    views: [...to.views, ...excluded.views],
    triggers: [...to.triggers, ...excluded.triggers],
    virtualTables: [...to.virtualTables, ...excluded.virtualTables],
    unsupported: [...to.unsupported, ...excluded.unsupported],
  }
}

interface ViewPlan {
  readonly drop: readonly Step[]
  readonly create: readonly Step[]
  readonly recreated: (name: string) => boolean
}

function planViews(changes: readonly Change[]): ViewPlan {
  const drop: Step[] = []
  const create: Step[] = []
  const recreated = new Set<string>()
  for (const cause of changes) {
    if (cause.kind === 'drop-view' || cause.kind === 'change-view') {
      const view = cause.kind === 'drop-view' ? cause.view : cause.from
      const why = cause.kind === 'drop-view' ? `${view.name} is not declared` : `${view.name} is declared otherwise`
      drop.push({ kind: 'drop-view', object: view.name, sql: `DROP VIEW ${quoteName(view.name)}`, why, cause })
    }
    if (cause.kind === 'create-view' || cause.kind === 'change-view') {
      const view = cause.kind === 'create-view' ? cause.view : cause.to
      create.push({ kind: 'create-view', object: view.name, sql: view.sql, why: `${view.name} is declared`, cause })
      recreated.add(foldName(view.name))
    }
  }
  return { drop, create, recreated: (name) => recreated.has(foldName(name)) }
}

function planTriggers(
  input: DraftInput,
  to: Schema,
  changes: readonly Change[],
  recreated: (table: string) => boolean,
): { drop: readonly Step[]; create: readonly Step[] } {
  const drop: Step[] = []
  const create: Step[] = []
  const tables = new Map(
    [...input.from.triggers, ...to.triggers].map((trigger) => [foldName(trigger.table), trigger.table] as const),
  )
  const vanishes = new Set(
    changes.flatMap((change) =>
      change.kind === 'drop-table'
        ? [foldName(change.table.name)]
        : change.kind === 'drop-view'
          ? [foldName(change.view.name)]
          : [],
    ),
  )
  for (const [name, table] of [...tables].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (vanishes.has(name) && !to.triggers.some((trigger) => sameName(trigger.table, name))) continue
    const order = orderTriggers(table, input.from, to, input.isExcluded, recreated(table))
    for (const trigger of order.drop) {
      const cause = triggerCause(changes, trigger.name) ?? causeOf(changes, table)
      const why =
        cause.kind === 'drop-trigger' ? `${trigger.name} is not declared` : `must not fire, and comes back in its place`
      drop.push({
        kind: 'drop-trigger',
        object: trigger.name,
        sql: `DROP TRIGGER ${quoteName(trigger.name)}`,
        why,
        cause,
      })
    }
    for (const trigger of order.create) {
      const cause = triggerCause(changes, trigger.name) ?? causeOf(changes, table)
      const why = isTriggerChange(cause) ? `${trigger.name} is declared` : `${trigger.name} comes back as it was`
      create.push({ kind: 'create-trigger', object: trigger.name, sql: trigger.sql, why, cause })
    }
  }
  return { drop, create }
}

function isTriggerChange(change: Change): boolean {
  return change.kind === 'create-trigger' || change.kind === 'change-trigger'
}

function triggerCause(changes: readonly Change[], name: string): Change | undefined {
  return changes.find(
    (change) =>
      ((change.kind === 'create-trigger' || change.kind === 'drop-trigger') && sameName(change.trigger.name, name)) ||
      (change.kind === 'change-trigger' && sameName(change.to.name, name)),
  )
}
