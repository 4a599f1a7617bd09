import { primaryColumns } from '../diff/automatic-keys.ts'
import type { TableChange } from '../diff/change.ts'
import { key } from '../diff/normal.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { ForeignKey, Schema, Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { affinityOf, converted } from './affinity.ts'
import type { Backfill } from './draft.ts'
import { badRows, changedColumns, formerValue, projectedRows, type Rows, shown } from './projected-rows.ts'
import { rowidName } from './projection.ts'
import type { Probe } from './step.ts'

/** Whether the same columns were a foreign key, under whatever name, action or deferral: its orphans are old ones. */
export function hadForeignKey(table: Table, foreignKey: ForeignKey, from: Schema, to: Schema): boolean {
  return formerForeignKey(table, foreignKey, from, to) !== undefined
}

/** What a foreign key was: the one over the same columns to the same ones, said or meant. */
function formerForeignKey(table: Table, foreignKey: ForeignKey, from: Schema, to: Schema): ForeignKey | undefined {
  const what = (one: ForeignKey, referenced: readonly string[]): string =>
    key([one.table, ...one.columns, '', ...referenced].map(foldName))
  const meant = (one: ForeignKey, schema: Schema): string => {
    const parent = findByName(schema.tables, one.table)
    return what(one, parent === undefined ? one.referencedColumns : referencedBy(one, parent))
  }
  const said = (one: ForeignKey): string => what(one, one.referencedColumns)
  return (
    table.foreignKeys.find((one) => said(one) === said(foreignKey)) ??
    table.foreignKeys.find((one) => meant(one, from) === meant(foreignKey, to)) ??
    // Where its parent gets the key that was meant: nothing differs then, if that is said from now on.
    table.foreignKeys.find((one) => meant(one, to) === meant(foreignKey, to))
  )
}

/** What is looked at for rows that lose their parent. */
export interface Parents {
  /** The live schema and the one that it will be, excluded tables included: a parent may be one of them. */
  readonly from: Schema
  readonly to: Schema
  /** The tables whose rows are asked. */
  readonly children: readonly Table[]
  readonly backfills: readonly Backfill[]
  /** A table's rows as they will be, as a subquery; undefined for one that will hold none. */
  rowsOf(table: string): string | undefined
}

/** Rows that would lose their parent, since its key is another one or compares otherwise, or since they are converted themselves. */
export function stranded(name: string, changes: readonly TableChange[], parents: Parents): Probe[] {
  const { from, to, children, backfills } = parents
  const [before, after] = [findByName(from.tables, name), findByName(to.tables, name)]
  // A key that is computed can become another one by what it reads.
  const compared = [
    ...changes.flatMap((change) =>
      change.kind === 'change-collation' || change.kind === 'change-type' ? [change.to.name] : [],
    ),
    ...(before && after ? changedColumns(projectedRows(before, after, backfills)) : []),
  ].map(foldName)
  return children.flatMap((child) => {
    const live = findByName(from.tables, child.name)
    return child.foreignKeys.flatMap((foreignKey): Probe[] => {
      if (live === undefined || !sameName(foreignKey.table, name)) return []
      const former = formerForeignKey(live, foreignKey, from, to)
      if (former === undefined) return []
      const reference = { live, child, foreignKey, was: referredIn(from, former), is: referredIn(to, foreignKey) }
      // What is no key of the parent has no orphans; where it was one, the proof refuses the mismatch.
      if (reference.is?.isChecked === false) return []
      return computesOtherwise(foreignKey, live, child, backfills)
        ? recomputed(reference, parents)
        : unmatched(reference, compared, parents)
    })
  })
}

/** A foreign key that stays, before and after. */
interface Reference {
  readonly live: Table
  readonly child: Table
  readonly foreignKey: ForeignKey
  /** Undefined where there is no such table. */
  readonly was: Referred | undefined
  readonly is: Referred | undefined
}

/** What a foreign key refers to. */
interface Referred {
  readonly parent: Table
  readonly columns: readonly string[]
  /** Whether SQLite can check it, so that there may be orphans that somebody has seen. */
  readonly isChecked: boolean
}

function referredIn(schema: Schema, foreignKey: ForeignKey): Referred | undefined {
  const parent = findByName(schema.tables, foreignKey.table)
  if (parent === undefined) return undefined
  const columns = referencedBy(foreignKey, parent).map(foldName)
  return { parent, columns, isChecked: isChecked(foreignKey, parent, schema) }
}

/** The rows that refer to another parent than before, since what refers is computed otherwise, to one that is not there. */
function recomputed({ live, child, foreignKey, was, is }: Reference, { backfills, rowsOf }: Parents): Probe[] {
  const read = foreignKey.columns.map((column) => findByName(live.columns, column)!)
  const values = read.map((_, index) => formerValue(index))
  const hadNone = values.map((value) => `${value} IS NULL`).join(' OR ')
  const hadOne = was === undefined ? '0' : isIn(values, was, quoteName(was.parent.name))
  // What could not be checked before had no orphans.
  const had = was?.isChecked === false ? '1' : `(${hadNone} OR ${hadOne})`
  const columns = foreignKey.columns.map(quoteName)
  const made = is && rowsOf(is.parent.name)
  const hasOne = made === undefined ? '0' : isIn(columns, is!, made)
  const message = `rows of ${child.name} would have no parent in ${foreignKey.table}, since what refers to it is computed otherwise`
  const rows = projectedRows(live, child, backfills, read)
  return [badRows(rows, 'orphan-row', `${had} AND ${notNullOf(columns)} AND NOT ${hasOne}`, message)]
}

/** The rows whose parent is no longer found, since the key of either is another one, or compares otherwise. */
function unmatched(
  { live, child, foreignKey, was, is }: Reference,
  compared: readonly string[],
  { rowsOf }: Parents,
): Probe[] {
  if (was === undefined || is === undefined) return []
  const converts = foreignKey.columns.some((column) => conversion(column, live, child) !== undefined)
  const isAnother = was.columns.join() !== is.columns.join() || is.columns.some((column) => compared.includes(column))
  if (was.isChecked && !converts && !isAnother) return []
  const asThey = (as: Table): readonly string[] =>
    foreignKey.columns.map((column) => conversion(column, live, as) ?? quoteName(column))
  const notNull = notNullOf(foreignKey.columns.map(quoteName))
  const parent = quoteName(was.parent.name)
  // What could not be checked before had no parents; nobody has seen its orphans.
  const had = was.isChecked ? isIn(asThey(live), was, parent) : notNull
  const has = isIn(asThey(child), is, rowsOf(is.parent.name) ?? parent)
  const id = rowidName(live) ?? quoteName(live.columns[0]!.name)
  const source = `FROM ${quoteName(child.name)} WHERE ${had} AND ${notNull} AND NOT ${has}`
  return [
    {
      code: 'orphan-row',
      object: child.name,
      message: `rows of ${child.name} would lose their parent in ${was.parent.name}, ${converts ? 'since their values are converted' : 'whose key changes'}`,
      count: `SELECT count(*) AS n ${source}`,
      sample: `SELECT ${foreignKey.columns.map(quoteName).join(', ')}, ${id} AS "row" ${source} LIMIT ${shown}`,
    },
  ]
}

/**
 * Whether a parent's rows have the values of a foreign key, as SQLite looks for them: by the collations of the parent's columns, and by their
 * affinities, not by those of its own. https://www.sqlite.org/foreignkeys.html#fk_basics
 */
function isIn(values: readonly string[], { parent, columns }: Referred, rows: string): string {
  const parts = values.map((value, index) => {
    const collation = findByName(parent.columns, columns[index]!)?.collation ?? 'binary'
    return `${lookedFor(value, parent, columns[index]!)} COLLATE ${quoteName(collation)}`
  })
  const names = columns.map(quoteName)
  return `(${parts.join(', ')}) IN (SELECT ${names.join(', ')} FROM ${rows} WHERE ${notNullOf(names)})`
}

/** A value of a foreign key as the parent's column would hold it; without the affinity of its own column. */
function lookedFor(value: string, parent: Table, referenced: string): string {
  const column = findByName(parent.columns, referenced)
  return `(${converted(`(+${value})`, column === undefined ? 'BLOB' : affinityOf(column, parent))})`
}

function notNullOf(columns: readonly string[]): string {
  return columns.map((column) => `${column} IS NOT NULL`).join(' AND ')
}

/** Whether a column of a foreign key is computed, from now on or from something else. */
function computesOtherwise(foreignKey: ForeignKey, from: Table, to: Table, backfills: readonly Backfill[]): boolean {
  const changed = changedColumns(projectedRows(from, to, backfills))
  return foreignKey.columns.some(
    (name) => findByName(to.columns, name)?.generated !== undefined && changed.some((one) => sameName(one, name)),
  )
}

/** A value as another affinity stores it; undefined where it stays as it is, or is computed. */
function conversion(column: string, from: Table, to: Table): string | undefined {
  const [before, after] = [findByName(from.columns, column), findByName(to.columns, column)]
  if (before === undefined || after === undefined || after.generated !== undefined) return undefined
  const affinity = affinityOf(after, to)
  return affinityOf(before, from) === affinity ? undefined : converted(quoteName(before.name), affinity)
}

/**
 * Whether a foreign key refers to a key of its parent: a unique one over the same columns, each compared as the column itself
 * is; SQLite can check no other. Without columns it is the primary key, however that compares.
 * https://www.sqlite.org/foreignkeys.html#fk_indexes
 */
function isChecked(foreignKey: ForeignKey, parent: Table, schema: Schema): boolean {
  const referenced = referencedBy(foreignKey, parent)
  if (referenced.length === 0 || referenced.length !== foreignKey.columns.length) return false
  if (foreignKey.referencedColumns.length === 0) return true
  const wanted = referenced.map(foldName).sort().join()
  const comparesAlike = ({ name, collation }: Part): boolean => {
    const own = findByName(parent.columns, name)?.collation ?? 'binary'
    return sameName(collation ?? own, own)
  }
  const keys: readonly (readonly Part[])[] = [
    primaryColumns(parent),
    ...parent.uniques.map((unique) => unique.columns),
    ...schema.indexes
      .filter((index) => index.unique && index.where === undefined && sameName(index.table, parent.name))
      .map((index) =>
        index.columns.map((part) => ({
          name: parent.columns.find((one) => part.expression.normal === quoteName(foldName(one.name)))?.name ?? '',
          ...(part.collation !== undefined && { collation: part.collation }),
        })),
      ),
  ]
  return keys.some(
    (parts) =>
      parts
        .map((part) => foldName(part.name))
        .sort()
        .join() === wanted && parts.every(comparesAlike),
  )
}

interface Part {
  readonly name: string
  readonly collation?: string
}

function referencedBy(foreignKey: ForeignKey, parent: Table): readonly string[] {
  if (foreignKey.referencedColumns.length > 0) return foreignKey.referencedColumns
  return parent.primaryKey?.columns.map((part) => part.name) ?? []
}

/** Rows whose parent table is dropped. */
export function abandoned(from: Schema, to: Schema, dropped: Table): Probe[] {
  return to.tables.flatMap((table) => {
    const live = findByName(from.tables, table.name)
    return table.foreignKeys.flatMap((foreignKey): Probe[] => {
      if (live === undefined || !sameName(foreignKey.table, dropped.name)) return []
      const former = formerForeignKey(live, foreignKey, from, to)
      if (former === undefined) return []
      const columns = foreignKey.columns.map(quoteName)
      const was = referredIn(from, former)
      // Where SQLite could check it, an old orphan loses nothing.
      const had = was?.isChecked ? isIn(columns, was, quoteName(dropped.name)) : notNullOf(columns)
      return [
        {
          code: 'orphan-row',
          object: table.name,
          message: `rows of ${table.name} refer to ${dropped.name}, which would be dropped`,
          count: `SELECT count(*) AS n FROM ${quoteName(table.name)} WHERE ${had}`,
        },
      ]
    })
  })
}

/**
 * Rows without a parent under a new foreign key. Old orphans of a foreign key that was there are not our concern.
 *
 * @param all The schema as it will be, excluded tables included: a parent may be one of them.
 * @param parentRows A table's rows as they will be, as a subquery; undefined for one that will hold none.
 */
export function orphans(
  rows: Rows,
  foreignKey: ForeignKey,
  all: Schema,
  parentRows: (table: string) => string | undefined,
): Probe[] {
  const parent = findByName(all.tables, foreignKey.table)
  const referenced = parent === undefined ? [] : referencedBy(foreignKey, parent)
  // What SQLite can't check has no orphans; where it could before, the proof refuses the mismatch.
  if (parent && !isChecked(foreignKey, parent, all)) return []
  const source = parent && parentRows(parent.name)
  const child = quoteName(rows.to.name)
  const columns = foreignKey.columns.map((name) => `${child}.${quoteName(name)}`)
  const conditions = columns.map((column) => `${column} IS NOT NULL`)
  if (source !== undefined) {
    const match = referenced.map((name, index) => {
      const collation = findByName(parent!.columns, name)?.collation ?? 'binary'
      return `parent.${quoteName(name)} COLLATE ${quoteName(collation)} = ${lookedFor(columns[index]!, parent!, name)}`
    })
    conditions.push(`NOT EXISTS (SELECT 1 FROM ${source} AS parent WHERE ${match.join(' AND ') || '0'})`)
  }
  const what = `FOREIGN KEY (${foreignKey.columns.join(', ')}) REFERENCES ${foreignKey.table}`
  const until = { subject: foreignKey.columns.join(', '), when: 'names a row that is not there' }
  const message = `rows of ${rows.to.name} without a parent for ${what}`
  return [badRows(rows, 'orphan-row', conditions.join(' AND '), message, until)]
}
