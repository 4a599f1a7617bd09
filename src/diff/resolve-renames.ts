import { ConvergeError } from '../model/error.ts'
import { findByName, foldName, freeName, sameName } from '../model/name.ts'
import { formerName, noRenames, type Renamed, type RenameHint, type Renames } from '../model/renames.ts'
import type { Column, Schema, Table, VirtualTable } from '../model/schema.ts'
import { refuseContradictions, written } from './contradictions.ts'
import { diffSchemas } from './diff-schemas.ts'
import { diffTables } from './diff-tables.ts'
import { key, normalColumn } from './normal.ts'

/**
 * Decides which hints act. A hint is inert where the schemas are equal without it, and where its work is done: the old name is
 * not there, or the new one is and stays.
 *
 * @throws ConvergeError `usage` where hints contradict each other, or one that was given for this plan names nothing.
 */
export function resolveRenames(from: Schema, to: Schema, hints: readonly RenameHint[]): Renames {
  if (hints.length === 0) return noRenames
  refuseContradictions(hints)
  refuseUnknown(from, to, hints)
  if (diffSchemas(from, to).length === 0) return noRenames
  const before: readonly (Table | VirtualTable)[] = [...from.tables, ...from.virtualTables]
  const after: readonly (Table | VirtualTable)[] = [...to.tables, ...to.virtualTables]
  const tables = active(
    hints.flatMap((hint) => (hint.column === undefined ? [{ from: hint.table, to: hint.to, by: hint.by }] : [])),
    before,
    after,
    (one, other) => (one.kind === 'table' && other.kind === 'table' ? diffTables(one, other, to).length : 0),
  )
  const columns = to.tables.flatMap((table) => {
    const owner = findByName(from.tables, formerName(table.name, { tables, columns: [] }))
    if (owner === undefined) return []
    const own = hints.flatMap((hint) => {
      const isOwn = [table.name, owner.name].some((name) => sameName(name, hint.table))
      return hint.column === undefined || !isOwn ? [] : [{ from: hint.column, to: hint.to, by: hint.by }]
    })
    const distance = (one: Column, other: Column): number => differences(one, owner, other, table)
    return active(own, owner.columns, table.columns, distance).map((renamed) => ({ table: table.name, ...renamed }))
  })
  return { tables, columns }
}

interface Candidate extends Renamed {
  readonly by: RenameHint['by']
}

/**
 * The candidates whose old name is there and whose new name is wanted, and free: it is not there, or is given up by another.
 *
 * @param distance In how much two things of one name differ: of a swap that a declaration keeps, this tells whether it has
 * been done already.
 */
function active<T extends { readonly name: string }>(
  candidates: readonly Candidate[],
  before: readonly T[],
  after: readonly T[],
  distance: (one: T, other: T) => number,
): readonly Renamed[] {
  const distinct = candidates.filter(
    (one, index) =>
      candidates.findIndex((other) => sameName(other.from, one.from) && sameName(other.to, one.to)) === index,
  )
  let left = distinct.filter(
    (one) => !sameName(one.from, one.to) && findByName(before, one.from) && findByName(after, one.to),
  )
  // A declaration goes on saying what has been done; a command, or a way back, means that what is there makes room, if the old name goes or
  // is given to another.
  const makesRoom = (one: Candidate): boolean =>
    one.by !== 'declaration' &&
    (findByName(after, one.from) === undefined || left.some((other) => sameName(other.to, one.from)))
  for (;;) {
    const next = left.filter(
      (one) => !findByName(before, one.to) || left.some((other) => sameName(other.from, one.to)) || makesRoom(one),
    )
    if (next.length === left.length) break
    left = next
  }
  const isDone = ({ from, to, by }: Candidate): boolean => {
    const wanted = findByName(after, to)!
    return (
      by === 'declaration' && distance(findByName(before, to)!, wanted) <= distance(findByName(before, from)!, wanted)
    )
  }
  const acting = left.filter((one) => !circleOf(one, left).some(isDone))
  const taken = new Set([...before, ...after].map((one) => foldName(one.name)))
  const displaced = acting.flatMap((one): Renamed[] => {
    const there = findByName(before, one.to)
    if (there === undefined || acting.some((other) => sameName(other.from, one.to))) return []
    const working = freeName(`_schema_replaced_${there.name}`, taken)
    return [{ from: there.name, to: working, displaced: true }]
  })
  return [
    ...displaced,
    ...acting.map(({ from, to }) => ({ from: findByName(before, from)!.name, to: findByName(after, to)!.name })),
  ]
}

/** Those that lead from a name back to it (`a` to `b` and `b` to `a`); none where they do not. */
function circleOf(start: Candidate, all: readonly Candidate[]): readonly Candidate[] {
  const circle = [start]
  for (let name = start.to; !sameName(name, start.from); ) {
    const next = all.find((one) => sameName(one.from, name))
    if (next === undefined || circle.includes(next)) return []
    circle.push(next)
    name = next.to
  }
  return circle
}

function differences(one: Column, owner: Table, other: Column, table: Table): number {
  const left = normalColumn({ ...one, name: other.name }, owner)
  const right = normalColumn(other, table)
  const aspects = (normal: typeof left): readonly string[] => Object.values(normal as object).map((value) => key(value))
  const wanted = aspects(right)
  return aspects(left).filter((aspect, index) => aspect !== wanted[index]).length
}

function refuseUnknown(from: Schema, to: Schema, hints: readonly RenameHint[]): void {
  const tables = (schema: Schema): readonly (Table | VirtualTable)[] => [...schema.tables, ...schema.virtualTables]
  for (const hint of hints) {
    if (hint.by !== 'command') continue
    const names = [
      hint.table,
      ...hints.flatMap((one) => (sameName(one.table, hint.table) && !one.column ? [one.to] : [])),
    ]
    const known =
      hint.column === undefined
        ? findByName([...tables(from), ...tables(to)], hint.table) || findByName(tables(to), hint.to)
        : [...from.tables, ...to.tables]
            .filter((table) => names.some((name) => sameName(name, table.name)))
            .some((table) => findByName(table.columns, hint.column!) || findByName(table.columns, hint.to))
    if (known) continue
    throw new ConvergeError('usage', `nothing to rename: ${written(hint)}`, {
      objects: [hint.table],
      advice: ['the form is TABLE.COLUMN=NEW, or TABLE=NEW; neither the database nor the target has such a name'],
    })
  }
}
