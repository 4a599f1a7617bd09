import { findByName, foldName } from '../model/name.ts'
import type {
  Check,
  Column,
  ConflictAction,
  ForeignKey,
  Index,
  KeyColumn,
  Named,
  PrimaryKey,
  Schema,
  SortOrder,
  Table,
  Unique,
} from '../model/schema.ts'
import { normalExpression } from '../sql/normal.ts'
import { orderOf } from './automatic-keys.ts'
import { isRowidAlias } from './rowid-alias.ts'

/**
 * The normal form of each part of a schema, as plain data: two parts are the same to SQLite exactly when their
 * normal forms are. Diffs and fingerprints both compare these, so they can't disagree.
 */
export type Normal = null | string | boolean | readonly Normal[] | { readonly [key: string]: Normal }

export function key(normal: Normal): string {
  return JSON.stringify(normal)
}

export function normalType(column: Column): Normal {
  return normalExpression(column.type)
}

export function normalNotNull(column: Column, table: Table): Normal {
  if (column.notNull !== undefined) return { ...normalName(column.notNull), ...normalConflict(column.notNull) }
  // The primary key of a STRICT or WITHOUT ROWID table can't be NULL, said or not.
  const inKey = table.primaryKey?.columns.some((part) => foldName(part.name) === foldName(column.name)) ?? false
  return inKey && (table.withoutRowid || (table.strict && !isRowidAlias(table))) ? {} : null
}

export function normalDefault(column: Column): Normal {
  // No default and DEFAULT NULL give the same rows.
  if (column.default === undefined) return null
  const { normal } = column.default.expression
  return normal.toLowerCase() === 'null' && column.default.name === undefined
    ? null
    : { ...normalName(column.default), normal }
}

export function normalCollation(column: Column): Normal {
  return foldName(column.collation ?? 'binary')
}

export function normalGenerated(column: Column): Normal {
  if (column.generated === undefined) return null
  return { ...normalName(column.generated), as: column.generated.expression.normal, stored: column.generated.stored }
}

export function normalPrimaryKey(primaryKey: PrimaryKey | undefined, table: Table): Normal {
  if (primaryKey === undefined) return null
  const rowid = isRowidAlias(table)
  const orders = orderOf(primaryKey.columns, table)
  const columns = primaryKey.columns.map((part, at) => normalKeyColumn(part, rowid ? 'ASC' : orders[at]!, table))
  const { autoincrement } = primaryKey
  return { ...normalName(primaryKey), ...normalConflict(primaryKey), columns, rowid, autoincrement }
}

export function normalUnique(unique: Unique, table: Table): Normal {
  const orders = orderOf(unique.columns, table)
  const columns = unique.columns.map((part, at) => normalKeyColumn(part, orders[at]!, table))
  return { ...normalName(unique), ...normalConflict(unique), columns }
}

export function normalCheck(check: Check): Normal {
  return { ...normalName(check), check: check.expression.normal }
}

export function normalForeignKey(foreignKey: ForeignKey, schema: Schema): Normal {
  // Without columns the parent's primary key is meant.
  const parent = findByName(schema.tables, foreignKey.table)
  const implied = parent?.primaryKey?.columns.map((part) => part.name) ?? []
  const referenced = foreignKey.referencedColumns.length > 0 ? foreignKey.referencedColumns : implied
  return {
    ...normalName(foreignKey),
    columns: foreignKey.columns.map(foldName),
    table: foldName(foreignKey.table),
    referenced: referenced.map(foldName),
    onDelete: foreignKey.onDelete,
    onUpdate: foreignKey.onUpdate,
    match: foldName(foreignKey.match ?? ''),
    // Only this combination defers; every other spelling is immediate.
    deferred: foreignKey.deferrable === 'DEFERRABLE' && foreignKey.initially === 'DEFERRED',
  }
}

export function normalIndex(index: Index): Normal {
  return {
    table: foldName(index.table),
    unique: index.unique,
    columns: index.columns.map(({ expression, collation, order }) => ({
      expression: expression.normal,
      collation: collation === undefined ? null : foldName(collation),
      order,
    })),
    where: index.where?.normal ?? null,
  }
}

export function normalColumn(column: Column, table: Table): Normal {
  return {
    name: foldName(column.name),
    type: normalType(column),
    notNull: normalNotNull(column, table),
    default: normalDefault(column),
    collation: normalCollation(column),
    generated: normalGenerated(column),
  }
}

/** A table with its columns in order and its constraints in no order. */
export function normalTable(table: Table, schema: Schema): Normal {
  const sorted = (list: readonly Normal[]): Normal => [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  return {
    columns: table.columns.map((column) => normalColumn(column, table)),
    primaryKey: normalPrimaryKey(table.primaryKey, table),
    uniques: sorted(table.uniques.map((unique) => normalUnique(unique, table))),
    checks: sorted(table.checks.map(normalCheck)),
    foreignKeys: sorted(table.foreignKeys.map((foreignKey) => normalForeignKey(foreignKey, schema))),
    strict: table.strict,
    withoutRowid: table.withoutRowid,
  }
}

function normalKeyColumn(part: KeyColumn, order: SortOrder, table: Table): Normal {
  const own = findByName(table.columns, part.name)?.collation ?? 'binary'
  return { name: foldName(part.name), collation: foldName(part.collation ?? own), order }
}

function normalName(named: Named): { name?: Normal } {
  return named.name === undefined ? {} : { name: foldName(named.name) }
}

/** ABORT is what happens without a clause. */
function normalConflict(clause: { readonly onConflict?: ConflictAction }): { onConflict?: Normal } {
  return clause.onConflict === undefined || clause.onConflict === 'ABORT' ? {} : { onConflict: clause.onConflict }
}
