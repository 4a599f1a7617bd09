import { findByName, foldName, sameName } from '../model/name.ts'
import type { KeyColumn, SortOrder, Table } from '../model/schema.ts'
import { isRowidAlias } from './rowid-alias.ts'

/** A key of a table, with the index that SQLite makes for it by itself. */
export interface AutomaticKey {
  /** `sqlite_autoindex_<table>_<n>` */
  readonly name: string
  readonly columns: readonly KeyPart[]
  /** The primary key of a WITHOUT ROWID table is the table: it has a number, and no index of its own. */
  readonly isTable: boolean
}

export interface KeyPart {
  /** As the table spells it. */
  readonly name: string
  /** Folded; the column's own where the key names none. */
  readonly collation: string
  readonly order: SortOrder
}

/**
 * The keys for which SQLite makes an index by itself, numbered as it numbers them: in the order of the text, each but those that
 * another one stands for already. A rowid has none. An INTEGER PRIMARY KEY of a WITHOUT ROWID table comes last.
 * https://www.sqlite.org/fileformat2.html#internal_schema_objects
 */
export function automaticKeys(table: Table): readonly AutomaticKey[] {
  const { primaryKey, uniques, withoutRowid } = table
  const all: { columns: readonly KeyColumn[]; isTable: boolean }[] = uniques.map(({ columns }) => ({
    columns,
    isTable: false,
  }))
  if (primaryKey !== undefined && !isRowidAlias(table)) {
    const place = isInteger(table) ? all.length : primaryKey.uniquesBefore
    all.splice(place, 0, { columns: primaryColumns(table), isTable: withoutRowid })
  }
  const keys: AutomaticKey[] = []
  for (const { columns, isTable } of all) {
    const parts = columns.map((part) => partOf(part, table))
    if (keys.some((key) => standsFor(key.columns, parts))) continue
    keys.push({ name: `sqlite_autoindex_${table.name}_${keys.length + 1}`, columns: parts, isTable })
  }
  return keys
}

/**
 * Whether an index that is built beside a table can become that of a constraint. Where the key of a WITHOUT ROWID table is a UNIQUE too,
 * which of the two has an index depends on which comes first; and an index over a rowid is none over a column.
 */
export function hasPlainKeys(table: Table): boolean {
  const { primaryKey, uniques, withoutRowid } = table
  if (primaryKey === undefined) return true
  // Behind a key in falling order, the index of a constraint and one that is created are not ordered alike: seen in SQLite 3.53.
  if (withoutRowid && primaryKey.columns.some(({ order }) => order === 'DESC')) return false
  const parts = primaryColumns(table).map((part) => partOf(part, table))
  if (withoutRowid)
    return !uniques.some(({ columns }) =>
      standsFor(
        columns.map((part) => partOf(part, table)),
        parts,
      ),
    )
  return (
    !isRowidAlias(table) || !uniques.some(({ columns }) => columns.some(({ name }) => sameName(name, parts[0]!.name)))
  )
}

/** Whether a primary key is an INTEGER, which is the rowid where there is one. */
function isInteger(table: Table): boolean {
  return isRowidAlias({ ...table, withoutRowid: false })
}

/**
 * The columns of the primary key as they count. An INTEGER PRIMARY KEY compares as its column does, whatever it says, WITHOUT ROWID too:
 * convertToWithoutRowidTable in SQLite's build.c.
 */
export function primaryColumns(table: Table): readonly KeyColumn[] {
  const { columns = [] } = table.primaryKey ?? {}
  return isInteger(table) ? columns.map(({ name, order }) => ({ name, order })) : columns
}

/** Whether two keys have the same index to the letter: the same columns, collations and directions. */
export function isSameKey(one: AutomaticKey, other: AutomaticKey): boolean {
  return (
    one.isTable === other.isTable &&
    standsFor(one.columns, other.columns) &&
    one.columns.every(({ order }, index) => order === other.columns[index]!.order)
  )
}

/**
 * Whether two WITHOUT ROWID tables sort their rows alike; others have no such key. The same words can mean another collation: that of an INT
 * is said by the key, that of an INTEGER is not.
 */
export function isSameTableKey(one: Table, other: Table): boolean {
  const [key, same] = [one, other].map((table) => automaticKeys(table).find(({ isTable }) => isTable))
  return key === undefined || same === undefined || isSameKey(key, same)
}

/**
 * The direction of each column of a key, as it counts: where an earlier key has the same index already, its own words say nothing. Of a key
 * without an index, as the rowid is, what it says.
 */
export function orderOf(columns: readonly KeyColumn[], table: Table): readonly SortOrder[] {
  const said = columns.map(({ order }) => order)
  if (table.uniques.length + (table.primaryKey === undefined ? 0 : 1) < 2) return said
  const parts = columns.map((part) => partOf(part, table))
  return (
    automaticKeys(table)
      .find((key) => standsFor(key.columns, parts))
      ?.columns.map(({ order }) => order) ?? said
  )
}

/** SQLite makes no second index for the same columns and collations, whatever their direction. */
function standsFor(one: readonly KeyPart[], other: readonly KeyPart[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ name, collation }, index) => {
      const part = other[index]!
      return sameName(name, part.name) && collation === part.collation
    })
  )
}

function partOf({ name, collation, order }: KeyColumn, table: Table): KeyPart {
  const column = findByName(table.columns, name)
  return { name: column?.name ?? name, collation: foldName(collation ?? column?.collation ?? 'binary'), order }
}
