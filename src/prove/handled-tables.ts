import { isRowidAlias } from '../diff/normal.ts'
import type { Operation } from '../engine/operation.ts'
import { type Sizes, sampleSizes } from '../introspect/sample-sizes.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import { formerName, laterColumn, type Renames } from '../model/renames.ts'
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
  { live, renamed, renames }: Start,
  target: Schema,
  rebuilds: readonly CountedRebuild[],
): Operation<readonly Handled[]> {
  const steps = draft.steps.filter(goesThroughRows)
  const tables: Handled[] = []
  for (const before of renamed.tables) {
    const indexes = createdIndexes(steps, before, renamed, target)
    const own = steps.filter((step) => step.kind !== 'create-index' && sameName(step.object, before.name))
    if (own.length === 0 && indexes.length === 0) continue
    const former = findByName(live.tables, formerName(before.name, renames))!
    const sampled = yield* sampleSizes(former, rowidName(former))
    const columns = [...sampled.columns].map(([name, size]) => [laterColumn(before.name, name, renames), size] as const)
    const sizes = { ...sampled, columns: new Map(columns) }
    const rows = rebuilds.find((one) => sameName(one.table, before.name))?.rows ?? sizes.rows
    const after = findByName(target.tables, before.name) ?? before
    if (rows !== undefined) tables.push(handled(before, after, { rows, sizes, own, indexes, start: renamed }))
  }
  return tables
}

/** The live schema, and as it is called when the renames are done: rows are read by the old names, steps say the new ones. */
export interface Start {
  readonly live: Schema
  readonly renamed: Schema
  readonly renames: Renames
}

function createdIndexes(steps: readonly Step[], table: Table, start: Schema, target: Schema): readonly Index[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'create-index') return []
    const index = findByName(target.indexes, step.object) ?? findByName(start.indexes, step.object)
    return index !== undefined && sameName(index.table, table.name) ? [index] : []
  })
}

interface Found {
  readonly rows: number
  readonly sizes: Sizes
  /** The steps that go through the table itself. */
  readonly own: readonly Step[]
  readonly indexes: readonly Index[]
  /** The schema that the draft starts from. */
  readonly start: Schema
}

function handled(before: Table, after: Table, { rows, sizes, own, indexes, start }: Found): Handled {
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
      ? start.indexes.filter((index) => sameName(index.table, before.name)).map((index) => entry(columns(index)))
      : [],
    indexes: indexes.map((index) => entry(columns(index))),
    copies: own.length,
  }
}

/** Bytes beside the values: a cell's place, its length, its header and its rowid. */
const rowOverhead = 9
const entryOverhead = 10
