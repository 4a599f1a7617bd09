import { byName, foldName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import type { Change } from './change.ts'
import { diffTables } from './diff-tables.ts'
import { key, normalIndex } from './normal.ts'

/**
 * The changes that turn one schema into another, tables first, sorted by name within a kind of object. Pure: what the
 * two schemas do not hold (excluded objects, the journal) has been filtered out by the caller.
 */
export function diffSchemas(from: Schema, to: Schema): readonly Change[] {
  const droppedWith = new Set<string>()
  const changes: Change[] = []

  for (const [before, after] of pairs(from.tables, to.tables)) {
    if (before === undefined) changes.push({ kind: 'create-table', table: after! })
    else if (after !== undefined) changes.push(...diffTables(before, after, to))
    else {
      changes.push({ kind: 'drop-table', table: before })
      droppedWith.add(foldName(before.name))
    }
  }
  for (const [before, after] of pairs(from.virtualTables, to.virtualTables)) {
    if (before === undefined) changes.push({ kind: 'create-virtual-table', table: after! })
    else if (after === undefined) changes.push({ kind: 'drop-virtual-table', table: before })
    else if (before.normal !== after.normal) changes.push({ kind: 'change-virtual-table', from: before, to: after })
  }
  for (const [before, after] of pairs(from.indexes, to.indexes)) {
    if (before === undefined) changes.push({ kind: 'create-index', index: after! })
    else if (after !== undefined) {
      if (key(normalIndex(before)) !== key(normalIndex(after))) {
        changes.push({ kind: 'change-index', from: before, to: after })
      }
    } else if (!droppedWith.has(foldName(before.table))) changes.push({ kind: 'drop-index', index: before })
  }
  for (const [before, after] of pairs(from.views, to.views)) {
    if (before === undefined) changes.push({ kind: 'create-view', view: after! })
    else if (after === undefined) {
      changes.push({ kind: 'drop-view', view: before })
      droppedWith.add(foldName(before.name))
    } else if (before.normal !== after.normal) changes.push({ kind: 'change-view', from: before, to: after })
  }
  for (const [before, after] of pairs(from.triggers, to.triggers)) {
    if (before === undefined) changes.push({ kind: 'create-trigger', trigger: after! })
    else if (after !== undefined) {
      if (before.normal !== after.normal) changes.push({ kind: 'change-trigger', from: before, to: after })
    } else if (!droppedWith.has(foldName(before.table))) changes.push({ kind: 'drop-trigger', trigger: before })
  }
  return changes
}

/** The objects of both sides by name, sorted. */
function pairs<T extends { readonly name: string }>(
  from: readonly T[],
  to: readonly T[],
): readonly (readonly [T | undefined, T | undefined])[] {
  const before = byName(from)
  const after = byName(to)
  return [...new Set([...before.keys(), ...after.keys()])].sort().map((name) => [before.get(name), after.get(name)])
}
