import { type Change, isTableChange, type TableChange } from '../diff/change.ts'
import { groupBy } from '../model/group.ts'
import type { Kept, KeptTable } from '../model/kept.ts'
import { findByName, foldName, foreignKeyName, sameName } from '../model/name.ts'
import type { Check, ForeignKey, Schema, Table } from '../model/schema.ts'
import { mentions } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import type { DraftInput } from './draft.ts'
import { conversionOf } from './fills.ts'
import { duplicateKeys } from './probe-keys.ts'
import { abandoned, hadForeignKey, orphans, stranded } from './probe-parents.ts'
import { nullValues, unfilledColumns, wrongTypes } from './probe-values.ts'
import { badRows, changedColumns, projectedRows, type Rows } from './projected-rows.ts'
import type { Probe } from './step.ts'

/**
 * The questions whose answers say whether every live row fits the target.
 *
 * @param from What is managed of the live schema.
 * @param to What is managed of the target.
 * @param remaining The schema as it will be, excluded objects included.
 * @param returned What was kept and comes back.
 */
export function findProbes(
  input: DraftInput,
  from: Schema,
  to: Schema,
  remaining: Schema,
  changes: readonly Change[],
  returned: readonly Kept[] = [],
): readonly Probe[] {
  const probes: Probe[] = []
  const touched = groupBy(changes.filter(isTableChange), (change) => foldName(change.table))
  const withNewKeys = changes.flatMap((change) =>
    change.kind === 'create-index' ? [change.index] : change.kind === 'change-index' ? [change.to] : [],
  )
  const names = new Set([...touched.keys(), ...withNewKeys.map((index) => foldName(index.table))])
  for (const name of names) {
    const before = findByName(from.tables, name)
    const after = findByName(to.tables, name)
    if (before === undefined || after === undefined) continue
    const rows = projectedRows(before, after, input.backfills)
    probes.push(...unfilledColumns(rows), ...nullValues(rows), ...wrongTypes(rows), ...duplicateKeys(rows, from, to))
    for (const check of newChecks(rows, touched.get(name) ?? [])) {
      const { text } = check.expression
      const message = `rows that do not fit CHECK ${check.name ?? text} on ${after.name}`
      probes.push(badRows(rows, 'check-violation', `NOT (${text}\n)`, message))
    }
    for (const foreignKey of newForeignKeys(rows, touched.get(name) ?? [], from, to)) {
      probes.push(...orphans(rows, foreignKey, remaining, parentRows))
    }
  }
  for (const one of returned) if (one.kind === 'table') probes.push(...returning(one))
  const { backfills } = input
  const asked = { from: input.from, to: remaining, children: to.tables, backfills, rowsOf: parentRows }
  const parents = [...touched.keys()].flatMap((name) =>
    (findByName(to.tables, name)?.foreignKeys ?? []).map((foreignKey) => foldName(foreignKey.table)),
  )
  for (const name of new Set([...touched.keys(), ...parents])) {
    probes.push(...stranded(name, touched.get(name) ?? [], asked))
  }
  for (const change of changes) if (change.kind === 'drop-table') probes.push(...abandoned(from, to, change.table))
  return probes

  /** The rows of a dropped table come back only as far as their parents are there, or were not there before. */
  function returning({ name, table, orphans: had = {} }: KeptTable): readonly Probe[] {
    const made = findByName(to.tables, table)!
    const rows = keptRows(name, made)
    return made.foreignKeys.flatMap((key) =>
      orphans(rows, key, remaining, parentRows).map((probe) => {
        const old = had[foreignKeyName(table, key.columns, key.table)] ?? 0
        return { ...probe, count: `SELECT max(0, n - ${old}) AS n FROM (${probe.count})` }
      }),
    )
  }

  /** A parent's rows: projected where its table changes too, and none where it is new. */
  function parentRows(table: string): string | undefined {
    const live = findByName(input.from.tables, table)
    const after = findByName(to.tables, table)
    const kept = returned.find((one) => one.kind === 'table' && sameName(one.table, table))
    if (kept !== undefined) return `(${keptRows(kept.name, after!).sql})`
    if (live === undefined) return undefined
    const changes = after !== undefined && touched.has(foldName(table))
    return changes ? `(${projectedRows(live, after, input.backfills).sql})` : quoteName(live.name)
  }
}

/** The CHECKs that no row has been held against: new ones, and old ones over values that become others. */
function newChecks(rows: Rows, changes: readonly TableChange[]): readonly Check[] {
  const added = changes.flatMap((change) => (change.kind === 'add-check' ? [change.constraint] : []))
  const changed = changedColumns(rows)
  return rows.to.checks.filter(
    (check) => added.includes(check) || changed.some((column) => mentions(check.expression.text, column)),
  )
}

/** The foreign keys that look for other parents: new ones, and old ones over values that are converted. */
function newForeignKeys(
  { from, to, backfills }: Rows,
  changes: readonly TableChange[],
  fromSchema: Schema,
  toSchema: Schema,
): readonly ForeignKey[] {
  const added = changes.flatMap((change) =>
    change.kind === 'add-foreign-key' && !hadForeignKey(from, change.constraint, fromSchema, toSchema)
      ? [change.constraint]
      : [],
  )
  return to.foreignKeys.filter(
    (foreignKey) =>
      added.includes(foreignKey) ||
      foreignKey.columns.some((column) => conversionOf(backfills, from, to, column) !== undefined),
  )
}

/** The rows that a kept table holds as they will be again, generated columns too. */
function keptRows(name: string, table: Table): Rows {
  return projectedRows({ ...table, name }, table, [])
}
