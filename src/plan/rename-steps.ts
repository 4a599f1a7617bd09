import type { Change } from '../diff/change.ts'
import { findByName, foldName, freeName, sameName } from '../model/name.ts'
import { hasRenames, type Renamed, type RenamedColumn, type Renames } from '../model/renames.ts'
import { objectsOf, type Schema } from '../model/schema.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import type { Step } from './step.ts'

/** What renames change, in words. */
export function renameChanges({ tables, columns }: Renames): readonly Change[] {
  return [
    ...tables.filter((one) => !one.displaced).map(tableChange),
    ...columns.filter((one) => !one.displaced).map(columnChange),
  ]
}

function tableChange({ from, to }: Renamed): Change {
  return { kind: 'rename-table', from, to }
}

function columnChange({ table, from, to }: RenamedColumn): Change {
  return { kind: 'rename-column', table, from, to }
}

/**
 * The statements that rename, before anything else is done: SQLite itself rewrites what refers to the tables and columns, in
 * foreign keys, indexes, views and triggers. https://www.sqlite.org/lang_altertable.html#altertabrename
 *
 * @param statistics The tables that have rows in sqlite_stat1 or sqlite_stat4, which SQLite does not rename.
 */
export function renameSteps(
  renames: Renames,
  from: Schema,
  statistics: ReadonlyMap<string, readonly string[]>,
): readonly Step[] {
  if (!hasRenames(renames)) return []
  const names = new Set([...objectsOf(from)].map((object) => foldName(object.name)))
  const tables = inOrder(renames.tables, names, '_schema_renamed').map(({ from, to, cause }): Step => {
    const sql = `ALTER TABLE ${quoteName(from)} RENAME TO ${quoteName(to)}`
    return { kind: 'rename-table', object: from, sql, why: why(cause), cause: tableChange(cause) }
  })
  const columns = renames.columns
    .map((one) => one.table)
    .filter((table, index, all) => all.findIndex((other) => sameName(other, table)) === index)
    .flatMap((table) => {
      const former = renames.tables.find((one) => sameName(one.to, table))?.from ?? table
      const taken = new Set(findByName(from.tables, former)!.columns.map((column) => foldName(column.name)))
      const own = renames.columns.filter((one) => sameName(one.table, table))
      return inOrder(own, taken, '_schema_renamed').map(({ from, to, cause }): Step => {
        const sql = `ALTER TABLE ${quoteName(table)} RENAME COLUMN ${quoteName(from)} TO ${quoteName(to)}`
        return { kind: 'rename-column', object: table, sql, why: why(cause), cause: columnChange(cause) }
      })
    })
  return [...tables, ...columns, ...renameStatistics(renames, statistics)]
}

function why({ from, to, displaced }: Renamed): string {
  return displaced ? `the name ${from} is wanted for another` : `${from} is called ${to} now; what refers to it follows`
}

interface Move<T> {
  readonly from: string
  readonly to: string
  readonly cause: T
}

/** In an order in which each new name is free; in a circle, one waits under a working name. */
function inOrder<T extends { readonly from: string; readonly to: string }>(
  renames: readonly T[],
  taken: ReadonlySet<string>,
  base: string,
): readonly Move<T>[] {
  const names = new Set(taken)
  const moves: Move<T>[] = []
  let left: readonly Move<T>[] = renames.map((cause) => ({ from: cause.from, to: cause.to, cause }))
  const move = (one: Move<T>): void => {
    moves.push(one)
    names.delete(foldName(one.from))
    names.add(foldName(one.to))
  }
  while (left.length > 0) {
    const next = left.find((one) => !left.some((other) => sameName(other.from, one.to)))
    if (next !== undefined) {
      move(next)
      left = left.filter((one) => one !== next)
      continue
    }
    const [first, ...others] = left as [Move<T>, ...Move<T>[]]
    const working = freeName(base, names)
    move({ ...first, to: working })
    left = [...others, { ...first, from: working }]
  }
  return moves
}

/** ANALYZE's rows say the name of their table, and an automatic index has it in its own. */
function renameStatistics({ tables }: Renames, statistics: ReadonlyMap<string, readonly string[]>): readonly Step[] {
  return [...statistics].flatMap(([holder, held]) => {
    const moved = tables.filter(({ from }) => held.some((table) => sameName(table, from)))
    if (moved.length === 0) return []
    const cases = moved.map(({ from, to }) => `WHEN ${quoteText(foldName(from))} THEN ${quoteText(to)}`).join(' ')
    const renamed = `CASE lower(tbl) ${cases} ELSE tbl END`
    const automatic = `'sqlite_autoindex_' || tbl || '_'`
    const index = `CASE WHEN idx LIKE 'sqlite\\_autoindex\\_%' ESCAPE '\\' THEN 'sqlite_autoindex_' || ${renamed} || substr(idx, length(${automatic})) ELSE CASE WHEN idx = tbl THEN ${renamed} ELSE idx END END`
    const sql = `UPDATE ${holder} SET idx = ${index}, tbl = ${renamed}`
    const cause = tableChange(moved[0]!)
    return [
      {
        kind: 'keep-statistics',
        object: holder,
        sql,
        why: "ANALYZE's statistics follow their table",
        cause,
      } satisfies Step,
    ]
  })
}
