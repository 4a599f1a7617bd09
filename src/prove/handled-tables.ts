import { type AutomaticKey, automaticKeys, isSameKey } from '../diff/automatic-keys.ts'
import type { Operation } from '../engine/operation.ts'
import { type Sizes, sampleSizes } from '../introspect/sample-sizes.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import { formerName, laterColumn, type Renames } from '../model/renames.ts'
import type { Index, Schema, Table } from '../model/schema.ts'
import type { Draft } from '../plan/draft.ts'
import type { Handled } from '../plan/lock-estimate.ts'
import { rowidName } from '../plan/projection.ts'
import type { Step, StepKind } from '../plan/step.ts'
import { quoteName } from '../sql/quote.ts'
import type { CountedRebuild } from './plan.ts'

/** Whether a step takes longer, the more rows there are. */
export function goesThroughRows({ kind }: Step): boolean {
  return kind === 'copy-rows' || kind === 'drop-column' || buildsIndex(kind)
}

function buildsIndex(kind: StepKind): boolean {
  return kind === 'create-index' || kind === 'build-key' || kind === 'reindex'
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
    const own = steps.filter((step) => !buildsIndex(step.kind) && sameName(step.object, before.name))
    const builds = steps.some((step) => step.kind === 'build-key' && sameName(step.object, before.name))
    if (own.length === 0 && indexes.length === 0 && !builds) continue
    const former = findByName(live.tables, formerName(before.name, renames))!
    const sampled = yield* sampleSizes(former, rowidName(former))
    const columns = [...sampled.columns].map(([name, size]) => [laterColumn(before.name, name, renames), size] as const)
    const sizes = { ...sampled, columns: new Map(columns) }
    const rows = rebuilds.find((one) => sameName(one.table, before.name))?.rows ?? sizes.rows
    const after = findByName(target.tables, before.name) ?? before
    if (rows !== undefined) tables.push(handled(before, after, { rows, sizes, own, indexes, builds, start: renamed }))
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
    if (step.kind !== 'create-index' && step.kind !== 'reindex') return []
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
  /** Whether the indexes of new keys are built by themselves. */
  readonly builds: boolean
  /** The schema that the draft starts from. */
  readonly start: Schema
}

function handled(before: Table, after: Table, { rows, sizes, own, indexes, builds, start }: Found): Handled {
  const isCopied = own.some((step) => step.kind === 'copy-rows')
  const kept = before.columns.filter((column) => findByName(after.columns, column.name) !== undefined)
  const keys = automaticKeys(after).filter((key) => !key.isTable)
  const there = isCopied ? [] : automaticKeys(before)
  const built = builds ? keys.filter((key) => !there.some((one) => isSameKey(one, key))) : []
  const columns = (index: Index): readonly string[] => index.columns.map((part) => part.expression.normal)
  const quoted = new Map([...sizes.columns].map(([name, size]) => [quoteName(foldName(name)), size]))
  // An expression is as long as a number, an entry has the rowid beside its columns.
  const entry = (names: readonly string[]): number =>
    names.reduce((total, name) => total + (quoted.get(name) ?? 9), entryOverhead)
  const keyEntry = (key: AutomaticKey): number => entry(key.columns.map((part) => quoteName(foldName(part.name))))
  return {
    table: before.name,
    handling: isCopied ? 'copied' : own.length > 0 ? 'rewritten' : 'indexed',
    rows,
    rowBytes: kept.reduce((total, { name }) => total + (sizes.columns.get(name) ?? 0), rowOverhead),
    keys: isCopied && !builds ? keys.map(keyEntry) : [],
    dropped: isCopied
      ? start.indexes.filter((index) => sameName(index.table, before.name)).map((index) => entry(columns(index)))
      : [],
    indexes: [...indexes.map((index) => entry(columns(index))), ...built.map(keyEntry)],
    copies: own.length,
  }
}

/** Bytes beside the values: a cell's place, its length, its header and its rowid. */
const rowOverhead = 9
const entryOverhead = 10
