import type { Change } from '../diff/change.ts'
import { foldName, sameName } from '../model/name.ts'
import type { Index, Schema } from '../model/schema.ts'
import { mentions } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import { type DraftInput, refusable } from './draft.ts'
import { editCatalog } from './edit-catalog.ts'
import { changeInPlace, type InPlaceInput } from './in-place.ts'
import { describe } from './rebuild.ts'
import type { Step } from './step.ts'

export interface FastInput extends Omit<InPlaceInput, 'live' | 'keepOrder' | 'capabilities'> {
  readonly input: DraftInput
  /** The schema as it will be, excluded objects included. */
  readonly remaining: Schema
  readonly taken: Set<string>
  /** All changes of the plan. */
  readonly all: readonly Change[]
}

/** The steps that change a table without touching its rows, or why there are none. */
export type FastWay =
  | { readonly steps: readonly Step[]; readonly columns: readonly Step[] }
  | { readonly reason: string }

/** Changes a table by its entry in the catalog: the columns that come or go by ALTER TABLE, then the text, then the indexes. */
export function fastTable({ input, taken, all, ...given }: FastInput): FastWay {
  const { table, changes } = given
  const name = foldName(table.name)
  const { from: live, capabilities, statistics, refused } = input
  if (refused?.has(refusable('edit', name))) return { reason: 'SQLite refuses that in this schema' }
  const way = changeInPlace({ ...given, live, capabilities, keepOrder: input.keepOrder ?? false })
  if ('reason' in way) return way
  if (way.columns.length > 0 && refused?.has(refusable('alter', name)))
    return { reason: 'SQLite refuses ALTER TABLE in this schema' }
  const cause = changes[0]!
  const edited = editCatalog({
    from: table,
    to: way.made,
    cause,
    why: `${table.name}: ${describe(changes)}; its rows stay as they are`,
    statistics: [...statistics].flatMap(([of, tables]) => (tables.some((one) => sameName(one, name)) ? [of] : [])),
    taken,
  })
  const rebuilt = live.indexes.filter(
    (index) =>
      sameName(index.table, name) &&
      !isDropped(index, all) &&
      way.recollated.some((column) => reads(index, column.name)),
  )
  return {
    columns: way.columns,
    steps: [...way.columns, ...edited, ...rebuilt.map(reindex)],
  }

  function reindex(index: Index): Step {
    return {
      kind: 'reindex',
      object: index.name,
      sql: `REINDEX main.${quoteName(index.name)}`,
      why: 'sorts it in the new collation',
      cause: changes.find((change) => change.kind === 'change-collation')!,
    }
  }
}

function reads({ columns, where }: Index, column: string): boolean {
  return [...columns.map(({ expression }) => expression.text), where?.text ?? ''].some((text) => mentions(text, column))
}

/** Whether the plan drops an index anyway, if only to create it otherwise. */
function isDropped({ name }: Index, changes: readonly Change[]): boolean {
  return changes.some(
    (change) =>
      (change.kind === 'drop-index' && sameName(change.index.name, name)) ||
      (change.kind === 'change-index' && sameName(change.from.name, name)),
  )
}
