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

/** The same dump in the names that come after. A table whose name another one takes is not there any more. */
export function inLaterNames(before: Dump, names: Names): Dump {
  const tables = [...before.tables].map(([name, table]): [string, DumpedTable] => {
    const later = names.laterTable(name)
    const column = (one: string): string => names.laterColumn(later, one)
    // A column whose name is taken by another goes; its values are nobody's.
    const taken = (one: string): boolean => names.formerColumn(later, one) !== one && column(one) === one
    const gone = new Set(table.columns.map((one) => one.name).filter(taken))
    return [
      later,
      {
        ...table,
        columns: table.columns.filter((one) => !gone.has(one.name)).map((one) => ({ ...one, name: column(one.name) })),
        alias: table.alias && (gone.has(table.alias) ? undefined : column(table.alias)),
        rows: table.rows.map((row) => ({
          ...row,
          values: Object.fromEntries(
            Object.entries(row.values).flatMap(([one, value]) => (gone.has(one) ? [] : [[column(one), value]])),
          ),
        })),
      },
    ]
  })
  const replaced = (name: string): boolean => names.formerTable(name) !== name && names.laterTable(name) === name
  return {
    ...before,
    tables: new Map(tables.filter((_, index) => !replaced([...before.tables.keys()][index]!))),
    marks: new Map(
      [...before.marks].filter(([name]) => !replaced(name)).map(([name, mark]) => [names.laterTable(name), mark]),
    ),
    catalog: before.catalog
      .filter((entry) => !replaced(entry.name.toLowerCase()))
      .map((entry) => ({ ...entry, name: names.laterTable(entry.name.toLowerCase()) })),
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
    // Which row is given which number is nobody's word.
    const isNumbered = numbered.has(name)
    const columns = table.columns
      .map((column) => column.name)
      .filter((one) => !isNumbered || one !== numbered.get(name))
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
  return text.replace(/'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d'/g, "'now'")
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
