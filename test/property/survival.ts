import { isDeepStrictEqual } from 'node:util'
import { type Dump, type DumpedTable, rowText } from './dump.ts'
import type { Names } from './names.ts'
import type { Fill, PlainCopy } from './plain-copy.ts'

/**
 * Holds the rows of every table that is there before and after against each other: as many, under the same rowids, with
 * the same values in the columns that both have with the same type, unless NULLs are filled there. Returns what is not so.
 */
export function compareRows(before: Dump, after: Dump, fills: readonly Fill[]): string | undefined {
  for (const [name, table] of before.tables) {
    const now = after.tables.get(name)
    // What a virtual table keeps for itself is compared through it.
    if (now === undefined || now.type !== table.type || table.type === 'shadow') continue
    const filled = fills.filter((fill) => fill.table === name).map((fill) => fill.column)
    const was = comparable(table, now, table, filled)
    const is = comparable(now, now, table, filled)
    if (JSON.stringify(was) !== JSON.stringify(is)) return `${name}: ${was.join(' ')} became ${is.join(' ')}`
  }
  return undefined
}

/** The same dump in the names that come after, without what makes room for something else. */
export function inLaterNames(before: Dump, names: Names): Dump {
  return {
    ...before,
    tables: new Map([...before.tables].flatMap(([name, table]) => renamedEntry(name, inLaterColumns(name, table)))),
    marks: new Map([...before.marks].flatMap(([name, mark]) => renamedEntry(name, mark))),
    catalog: before.catalog.flatMap((entry) => {
      const name = names.laterTable(entry.name.toLowerCase())
      return name === undefined ? [] : [{ ...entry, name }]
    }),
  }

  function renamedEntry<T>(name: string, value: T): [string, T][] {
    const later = names.laterTable(name)
    return later === undefined ? [] : [[later, value]]
  }

  function inLaterColumns(name: string, table: DumpedTable): DumpedTable {
    const later = names.laterTable(name) ?? name
    const column = (one: string): string | undefined => names.laterColumn(later, one)
    return {
      ...table,
      columns: table.columns.flatMap((one) => {
        const called = column(one.name)
        return called === undefined ? [] : [{ ...one, name: called }]
      }),
      alias: table.alias && column(table.alias),
      rows: table.rows.map((row) => ({
        ...row,
        values: Object.fromEntries(
          Object.entries(row.values).flatMap(([one, value]) => {
            const called = column(one)
            return called === undefined ? [] : [[called, value]]
          }),
        ),
      })),
    }
  }
}

/**
 * Holds what a plan led to against what inserting the rows plainly gives: the same values under the same rowids, to the
 * storage class. Returns what is not so.
 */
export function compareWithCopy(
  after: Dump,
  copy: Dump,
  { unlike, numbered }: Pick<PlainCopy, 'unlike' | 'numbered'>,
): string | undefined {
  for (const [name, table] of copy.tables) {
    const now = after.tables.get(name)
    if (now === undefined || unlike.has(name) || table.type === 'shadow') continue
    // Which row is given which number is nobody's word, nor then what SQLite computes from it.
    const isNumbered = numbered.has(name)
    const number = numbered.get(name)
    const columns = table.columns
      .filter((one) => number === undefined || (one.name !== number && !one.generated))
      .map((column) => column.name)
    const texts = (from: DumpedTable): readonly string[] =>
      from.rows.map((row) => withoutClock(rowText(isNumbered ? { ...row, rowid: undefined } : row, columns))).sort()
    if (!isDeepStrictEqual(texts(table), texts(now))) {
      return `${name}: ${texts(now).join(' ')} instead of ${texts(table).join(' ')}`
    }
  }
  return undefined
}

/** Two rows that were given CURRENT_TIMESTAMP one after the other. */
function withoutClock(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'now')
}

function comparable(
  table: DumpedTable,
  after: DumpedTable,
  before: DumpedTable,
  filled: readonly string[],
): readonly string[] {
  const shared = after.columns.filter((column) =>
    before.columns.some(
      (one) => one.name === column.name && one.type.toUpperCase() === column.type.toUpperCase() && !column.generated,
    ),
  )
  const names = shared
    .map((column) => column.name)
    .filter((one) => !filled.includes(one))
    .sort()
  const rowids = keepsRowids(before, after)
  return table.rows.map((row) => rowText(rowids ? row : { ...row, rowid: undefined }, names)).sort()
}

/** A rowid is another one only where a column that was there becomes it, or where there is none. */
function keepsRowids(before: DumpedTable, after: DumpedTable): boolean {
  if (!before.hasRowid || !after.hasRowid) return false
  const { alias } = after
  return alias === undefined || alias === before.alias || !before.columns.some((column) => column.name === alias)
}
