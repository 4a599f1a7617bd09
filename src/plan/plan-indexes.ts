import type { Change } from '../diff/change.ts'
import { key, normalIndex } from '../diff/normal.ts'
import { findByName, foldName } from '../model/name.ts'
import type { Index, Schema } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { causeOf } from './cause.ts'
import type { DraftInput } from './draft.ts'
import type { Step } from './step.ts'

export interface IndexPlan {
  readonly drop: readonly Step[]
  readonly create: readonly Index[]
  readonly steps: readonly Step[]
}

/** The indexes that go, and those that come; those of a rebuilt table do both. */
export function planIndexes(
  input: DraftInput,
  to: Schema,
  changes: readonly Change[],
  rebuilt: (table: string) => boolean,
): IndexPlan {
  const drop = new Map<string, Step>()
  const create: Index[] = []
  const steps: Step[] = []
  const dropIndex = (index: Index, why: string, cause: Change): void => {
    const sql = `DROP INDEX ${quoteName(index.name)}`
    drop.set(foldName(index.name), { kind: 'drop-index', object: index.name, sql, why, cause })
  }
  const createIndex = (index: Index, why: string, cause: Change): void => {
    create.push(index)
    steps.push({ kind: 'create-index', object: index.name, sql: index.sql, why, cause })
  }
  for (const cause of changes) {
    if (cause.kind === 'drop-index') dropIndex(cause.index, `${cause.index.name} is not declared`, cause)
    if (cause.kind === 'change-index') dropIndex(cause.from, `${cause.from.name} is declared otherwise`, cause)
  }
  for (const index of input.from.indexes) {
    if (!rebuilt(index.table)) continue
    if (!drop.has(foldName(index.name))) {
      dropIndex(index, `the name is needed while ${index.table} is rebuilt`, causeOf(changes, index.table))
    }
    const kept = input.isExcluded(index) || findByName(to.indexes, index.name)
    if (kept === undefined) continue
    const wanted = kept === true ? index : kept
    if (key(normalIndex(wanted)) === key(normalIndex(index))) {
      createIndex(index, `${index.table} has been rebuilt`, causeOf(changes, index.table))
    }
  }
  for (const cause of changes) {
    if (cause.kind === 'create-index') createIndex(cause.index, `${cause.index.name} is declared`, cause)
    if (cause.kind === 'change-index') createIndex(cause.to, `${cause.to.name} is declared otherwise`, cause)
  }
  return { drop: [...drop.values()], create, steps }
}
