import { isRowidAlias } from '../diff/normal.ts'
import type { Operation } from '../engine/operation.ts'
import { type Sizes, sampleSizes } from '../introspect/sample-sizes.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Index, Schema, Table } from '../model/schema.ts'
import type { Draft } from '../plan/draft.ts'
import type { Handled } from '../plan/lock-estimate.ts'
import { rowidName } from '../plan/projection.ts'
import type { Step } from '../plan/step.ts'
import { quoteName } from '../sql/quote.ts'
import type { CountedRebuild } from './plan.ts'

/** Whether a step takes longer, the more rows there are. */
export function goesThroughRows({ kind }: Step): boolean {
  return kind === 'copy-rows' || kind === 'drop-column' || kind === 'create-index'
}

/**
 * The tables whose rows a draft goes through, with how many there are and how long they are. Rebuilt tables have been
 * counted; the others are estimated, or left out where their rowids don't tell.
 */
export function* handledTables(
  draft: Draft,
  live: Schema,
  target: Schema,
  rebuilds: readonly CountedRebuild[],
): Operation<readonly Handled[]> {
  const steps = draft.steps.filter(goesThroughRows)
  const tables: Handled[] = []
  for (const before of live.tables) {
    const indexes = createdIndexes(steps, before, live, target)
    const own = steps.filter((step) => step.kind !== 'create-index' && sameName(step.object, before.name))
    if (own.length === 0 && indexes.length === 0) continue
    const sizes = yield* sampleSizes(before, rowidName(before))
    const rows = rebuilds.find((one) => sameName(one.table, before.name))?.rows ?? sizes.rows
    const after = findByName(target.tables, before.name) ?? before
    if (rows !== undefined) tables.push(handled(before, after, { rows, sizes, own, indexes, live }))
  }
  return tables
}

function createdIndexes(steps: readonly Step[], table: Table, live: Schema, target: Schema): readonly Index[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'create-index') return []
    const index = findByName(target.indexes, step.object) ?? findByName(live.indexes, step.object)
    return index !== undefined && sameName(index.table, table.name) ? [index] : []
  })
}

interface Found {
  readonly rows: number
  readonly sizes: Sizes
  /** The steps that go through the table itself. */
  readonly own: readonly Step[]
  readonly indexes: readonly Index[]
  readonly live: Schema
}

function handled(before: Table, after: Table, { rows, sizes, own, indexes, live }: Found): Handled {
  const isCopied = own.some((step) => step.kind === 'copy-rows')
  const kept = before.columns.filter((column) => findByName(after.columns, column.name) !== undefined)
  const keys = [
    ...after.uniques,
    ...(after.primaryKey === undefined || after.withoutRowid || isRowidAlias(after) ? [] : [after.primaryKey]),
  ]
  const columns = (index: Index): readonly string[] => index.columns.map((part) => part.expression.normal)
  const quoted = new Map([...sizes.columns].map(([name, size]) => [quoteName(foldName(name)), size]))
  // An expression is as long as a number, an entry has the rowid beside its columns.
  const entry = (names: readonly string[]): number =>
    names.reduce((total, name) => total + (quoted.get(name) ?? 9), entryOverhead)
  return {
    table: before.name,
    handling: isCopied ? 'copied' : own.length > 0 ? 'rewritten' : 'indexed',
    rows,
    rowBytes: kept.reduce((total, { name }) => total + (sizes.columns.get(name) ?? 0), rowOverhead),
    keys: isCopied ? keys.map((key) => entry(key.columns.map((part) => quoteName(foldName(part.name))))) : [],
    dropped: isCopied
      ? live.indexes.filter((index) => sameName(index.table, before.name)).map((index) => entry(columns(index)))
      : [],
    indexes: indexes.map((index) => entry(columns(index))),
    copies: own.length,
  }
}

/** Bytes beside the values: a cell's place, its length, its header and its rowid. */
const rowOverhead = 9
const entryOverhead = 10
