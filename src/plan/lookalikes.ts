import type { Change } from '../diff/change.ts'
import { key, normalColumn, normalTable } from '../diff/normal.ts'
import { groupBy } from '../model/group.ts'
import { findByName } from '../model/name.ts'
import type { Schema, Table } from '../model/schema.ts'
import { writeName } from '../sql/quote.ts'
import type { PossibleHazard } from './step.ts'

/**
 * Points out a drop and an add that look like a rename: one column, or table, goes and exactly one that is declared alike comes.
 * It is never taken for one unasked.
 */
export function findLookalikes(from: Schema, to: Schema, changes: readonly Change[]): readonly PossibleHazard[] {
  return [...likeTables(from, to, changes), ...likeColumns(from, to, changes)]
}

function likeTables(from: Schema, to: Schema, changes: readonly Change[]): PossibleHazard[] {
  const gone = changes.flatMap((change) => (change.kind === 'drop-table' ? [change.table] : []))
  const come = changes.flatMap((change) => (change.kind === 'create-table' ? [change.table] : []))
  const shape =
    (schema: Schema) =>
    (table: Table): string =>
      key(normalTable(table, schema))
  return pairs(gone, come, shape(from), shape(to)).map(([one, other]) =>
    hazard(
      one.name,
      `table ${other.name} is declared alike: if it is the same, --rename ${writeName(one.name)}=${writeName(other.name)} keeps the rows`,
    ),
  )
}

function likeColumns(from: Schema, to: Schema, changes: readonly Change[]): PossibleHazard[] {
  const tables = new Set(changes.flatMap((change) => (change.kind === 'drop-column' ? [change.table] : [])))
  return [...tables].flatMap((table) => {
    const gone = changes.flatMap((change) =>
      change.kind === 'drop-column' && change.table === table ? [change.column] : [],
    )
    const come = changes.flatMap((change) =>
      change.kind === 'add-column' && change.table === table ? [change.column] : [],
    )
    const before = findByName(from.tables, table)!
    const after = findByName(to.tables, table)!
    return pairs(
      gone,
      come,
      (column) => key(normalColumn({ ...column, name: '' }, before)),
      (column) => key(normalColumn({ ...column, name: '' }, after)),
    ).map(([one, other]) => {
      const rename = `--rename ${writeName(table)}.${writeName(one.name)}=${writeName(other.name)}`
      return hazard(
        `${table}.${one.name}`,
        `column ${other.name} is declared alike: if it is the same, ${rename} keeps the values`,
      )
    })
  })
}

/** Those that are alike, each having no other that is. */
function pairs<T>(
  gone: readonly T[],
  come: readonly T[],
  shapeOfGone: (one: T) => string,
  shapeOfCome: (one: T) => string,
): readonly (readonly [T, T])[] {
  const coming = groupBy(come, shapeOfCome)
  return [...groupBy(gone, shapeOfGone)].flatMap(([shape, rivals]) => {
    const alike = coming.get(shape) ?? []
    return alike.length === 1 && rivals.length === 1 ? [[rivals[0]!, alike[0]!] as const] : []
  })
}

function hazard(object: string, message: string): PossibleHazard {
  return { code: 'looks-like-rename', object, message, otherwise: 'warn' }
}
