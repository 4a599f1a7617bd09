import { type Change, isTableChange, type TableChange } from '../diff/change.ts'
import { isRowidAlias, key } from '../diff/normal.ts'
import { groupBy } from '../model/group.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Column, ForeignKey, Schema, Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import type { Backfill } from './draft.ts'
import { defaulted, projectRows, rowidName } from './projection.ts'
import type { Probe } from './step.ts'

/** How many offending rows are shown. */
const shown = 5

/** The questions whose answers say whether every live row fits the target. */
export function findProbes(
  from: Schema,
  to: Schema,
  changes: readonly Change[],
  backfills: readonly Backfill[],
): readonly Probe[] {
  const probes: Probe[] = []
  const touched = groupBy(changes.filter(isTableChange), (change) => foldName(change.table))
  const withNewKeys = changes.flatMap((change) =>
    change.kind === 'create-index' ? [change.index] : change.kind === 'change-index' ? [change.to] : [],
  )
  const names = new Set([...touched.keys(), ...withNewKeys.map((index) => foldName(index.table))])
  for (const name of names) {
    const before = findByName(from.tables, name)
    const after = findByName(to.tables, name)
    if (before === undefined || after === undefined) continue
    const rows = projectedRows(before, after, backfills)
    probes.push(...unfilledColumns(rows), ...nullValues(rows), ...wrongTypes(rows), ...duplicateKeys(rows, from, to))
    for (const change of touched.get(name) ?? []) {
      if (change.kind === 'add-check') {
        const { text } = change.constraint.expression
        const what = change.constraint.name ?? text
        probes.push(
          badRows(rows, 'check-violation', `NOT (${text}\n)`, `rows that do not fit CHECK ${what} on ${after.name}`),
        )
      }
      if (change.kind === 'add-foreign-key' && !hadForeignKey(before, change.constraint)) {
        probes.push(...orphans(rows, change.constraint, from, to))
      }
    }
  }
  for (const name of touched.keys()) probes.push(...stranded(name, from, to, touched.get(name) ?? []))
  for (const change of changes) if (change.kind === 'drop-table') probes.push(...abandoned(from, to, change.table))
  return probes
}

/** A table's rows as they would be after the plan, as a subquery, each with what tells people which row it is. */
interface Rows {
  readonly from: Table
  readonly to: Table
  readonly backfills: readonly Backfill[]
  readonly sql: string
  /** The column that holds each row's id, and what to call it. */
  readonly id: string
  readonly idLabel: string
  /** How each column comes about; generated ones are missing. */
  readonly expressions: ReadonlyMap<string, string>
}

const idColumn = '_schema_id'

function projectedRows(from: Table, to: Table, backfills: readonly Backfill[]): Rows {
  const projection = projectRows(from, to, backfills)
  const projected = projection.columns.filter((column) => findByName(to.columns, column.name))
  const columns = [...projected, ...projection.defaulted.map(defaulted)]
  const key = from.primaryKey?.columns.map((part) => part.name) ?? []
  const rowid = rowidName(from)
  const id = key.length > 0 ? key.map(quoteName).join(` || '/' || `) : (rowid ?? 'NULL')
  const list = [...columns.map((column) => `${column.expression} AS ${quoteName(column.name)}`), `${id} AS ${idColumn}`]
  const inner = `SELECT ${list.join(', ')} FROM ${quoteName(from.name)}`
  const generated = to.columns.filter((column) => column.generated !== undefined)
  const outer = generated.map((column) => `(${column.generated!.expression.text}\n) AS ${quoteName(column.name)}`)
  const sql = generated.length === 0 ? inner : `SELECT *, ${outer.join(', ')} FROM (${inner}) AS ${quoteName(to.name)}`
  const expressions = new Map(columns.map((column) => [foldName(column.name), column.expression]))
  return { from, to, backfills, sql, id: idColumn, idLabel: key.length > 0 ? key.join('/') : 'rowid', expressions }
}

function badRows(rows: Rows, code: Probe['code'], where: string, message: string, until?: Probe['until']): Probe {
  const source = `FROM (${rows.sql}) AS ${quoteName(rows.to.name)} WHERE ${where}`
  return {
    code,
    object: rows.to.name,
    message,
    count: `SELECT count(*) AS n ${source}`,
    sample: `SELECT ${rows.id} AS ${quoteName(rows.idLabel)} ${source} LIMIT ${shown}`,
    ...(until && { until }),
  }
}

/** A new NOT NULL column with neither a default nor a backfill: rows that exist would have no value. */
function unfilledColumns(rows: Rows): Probe[] {
  const { unfilled } = projectRows(rows.from, rows.to, rows.backfills)
  return unfilled.map((column) => ({
    code: 'fill-needed',
    object: `${rows.to.name}.${column.name}`,
    message: `${column.name} is NOT NULL and new, with neither a default nor a backfill for the rows of ${rows.to.name}`,
    count: `SELECT count(*) AS n FROM ${quoteName(rows.from.name)}`,
  }))
}

/** A column that may not be NULL any more. NULLs in a key that becomes the rowid would be given invented ids. */
function nullValues(rows: Rows): Probe[] {
  const { from, to } = rows
  const inKey = (table: Table, column: Column): boolean =>
    table.primaryKey?.columns.some((part) => sameName(part.name, column.name)) ?? false
  const neverNull = (table: Table, column: Column): boolean =>
    column.notNull !== undefined ||
    (inKey(table, column) && (table.withoutRowid || table.strict || isRowidAlias(table)))
  return to.columns.flatMap((column) => {
    const before = findByName(from.columns, column.name)
    const filled = rows.backfills.some((fill) => sameName(fill.table, to.name) && sameName(fill.column, column.name))
    if (
      !neverNull(to, column) ||
      (before === undefined && !filled) ||
      (before !== undefined && neverNull(from, before))
    ) {
      return []
    }
    const message = `rows with NULL in ${to.name}.${column.name}, which is to be NOT NULL`
    return [
      badRows(rows, 'null-value', `${quoteName(column.name)} IS NULL`, message, {
        subject: column.name,
        when: 'is NULL',
      }),
    ]
  })
}

/** Values that a column of a STRICT table, or one that becomes the rowid, does not take even converted. */
function wrongTypes({ from, to, ...rows }: Rows): Probe[] {
  return to.columns.flatMap((column) => {
    const before = findByName(from.columns, column.name)
    const isRowid = isRowidAlias(to) && sameName(to.primaryKey!.columns[0]!.name, column.name)
    const type = isRowid ? 'INTEGER' : column.type.toUpperCase()
    const same = from.strict && before?.type.toUpperCase() === column.type.toUpperCase()
    const refused = refusedValues(quoteName(column.name), type)
    if (!(to.strict || isRowid) || column.generated !== undefined || same || refused === undefined) return []
    if (isRowid && isRowidAlias(from) && sameName(from.primaryKey!.columns[0]!.name, column.name)) return []
    const message = `rows whose ${to.name}.${column.name} is not ${isRowid ? 'an INTEGER' : `of type ${type}`}`
    return [badRows({ from, to, ...rows }, 'wrong-type', refused, message)]
  })
}

/** https://www.sqlite.org/stricttables.html */
function refusedValues(column: string, type: string): string | undefined {
  const is = (kind: string): string => `typeof(${column}) = '${kind}'`
  // A text that looks like a number is one to a comparison with a number, and then not greater than all of them.
  const numeric = `+${column} <= CAST(9e999 AS NUMERIC)`
  const whole = `CAST(${column} AS NUMERIC) = CAST(${column} AS INTEGER)`
  switch (type) {
    case 'INT':
    case 'INTEGER':
      return `${is('blob')} OR (${is('real')} AND NOT ${whole}) OR (${is('text')} AND NOT (${numeric} AND ${whole}))`
    case 'REAL':
      return `${is('blob')} OR (${is('text')} AND NOT ${numeric})`
    case 'TEXT':
      return is('blob')
    case 'BLOB':
      return `${column} IS NOT NULL AND NOT ${is('blob')}`
    default:
      return undefined
  }
}

interface UniqueKey {
  readonly label: string
  readonly parts: readonly { readonly expression: string; readonly collation: string }[]
  readonly where?: string
  /** A rowid table's PRIMARY KEY lets NULLs repeat, as UNIQUE does. */
  readonly identity: string
}

function duplicateKeys(rows: Rows, fromSchema: Schema, toSchema: Schema): Probe[] {
  const { from, to } = rows
  const already = new Set(uniqueKeys(from, fromSchema).map((unique) => unique.identity))
  return uniqueKeys(to, toSchema)
    .filter((unique) => !already.has(unique.identity))
    .map((unique) => {
      const names = unique.parts.map((part) => part.expression)
      const grouping = unique.parts.map((part) => `${part.expression} COLLATE ${quoteName(part.collation)}`)
      const conditions = [
        ...names.map((name) => `${name} IS NOT NULL`),
        ...(unique.where ? [`(${unique.where}\n)`] : []),
      ]
      const source = `FROM (${rows.sql}) AS ${quoteName(to.name)} WHERE ${conditions.join(' AND ')}`
      const groups = `${source} GROUP BY ${grouping.join(', ')} HAVING count(*) > 1`
      const columns = names.map((name, index) => `${name} AS ${quoteName(unquoted(name) ?? `key ${index + 1}`)}`)
      return {
        code: 'duplicate-key',
        object: to.name,
        message: `rows that do not fit ${unique.label} on ${to.name}`,
        count: `SELECT coalesce(sum(n), 0) AS n FROM (SELECT count(*) AS n ${groups})`,
        sample:
          `SELECT ${columns.join(', ')}, count(*) AS "rows", group_concat(${rows.id}, ', ') AS ${quoteName(rows.idLabel)} ` +
          `${groups} ORDER BY 1 LIMIT ${shown}`,
        until: { subject: `a ${names.map((name) => unquoted(name) ?? name).join(', ')}`, when: 'is used twice' },
      } satisfies Probe
    })
}

function uniqueKeys(table: Table, schema: Schema): readonly UniqueKey[] {
  const collationOf = (name: string): string => findByName(table.columns, name)?.collation ?? 'binary'
  const constraints = [
    ...(table.primaryKey === undefined ? [] : [{ word: 'PRIMARY KEY', columns: table.primaryKey.columns }]),
    ...table.uniques.map((unique) => ({ word: 'UNIQUE', columns: unique.columns })),
  ].map(({ word, columns }) => ({
    label: `${word} (${columns.map((part) => part.name).join(', ')})`,
    parts: columns.map((part) => ({
      expression: quoteName(findByName(table.columns, part.name)?.name ?? part.name),
      collation: foldName(part.collation ?? collationOf(part.name)),
    })),
  }))
  const indexes = schema.indexes
    .filter((index) => index.unique && sameName(index.table, table.name))
    .map((index) => ({
      label: `unique index ${index.name}`,
      parts: index.columns.map(({ expression, collation }) => {
        const column = table.columns.find((one) => foldName(one.name) === unquoted(expression.normal))
        const name = column === undefined ? `(${expression.text})` : quoteName(column.name)
        return { expression: name, collation: foldName(collation ?? column?.collation ?? 'binary') }
      }),
      ...(index.where === undefined ? {} : { where: index.where.text }),
    }))
  return [...constraints, ...indexes].map((unique) => ({ ...unique, identity: identityOf(unique) }))
}

/** Two keys of the same columns and collations, in any order, keep the same rows apart. */
function identityOf(unique: Omit<UniqueKey, 'identity'>): string {
  const parts = unique.parts.map((part) => `${foldName(part.expression)} ${part.collation}`).sort()
  return key([...parts, unique.where ?? null])
}

function unquoted(expression: string): string | undefined {
  if (/^"([^"]|"")*"$/.test(expression)) return expression.slice(1, -1).replaceAll('""', '"')
  return /^[a-z_][a-z0-9_$]*$/i.test(expression) ? expression : undefined
}

/** The same columns under another name, action or deferral: its orphans are old ones. */
function hadForeignKey(table: Table, foreignKey: ForeignKey): boolean {
  const what = (one: ForeignKey): string => key([one.table, ...one.columns, '', ...one.referencedColumns].map(foldName))
  return table.foreignKeys.some((one) => what(one) === what(foreignKey))
}

/** Rows that would lose their parent, since its key is another one, or compares otherwise. */
function stranded(name: string, from: Schema, to: Schema, changes: readonly TableChange[]): Probe[] {
  const before = findByName(from.tables, name)!
  const after = findByName(to.tables, name)!
  const compared = changes.flatMap((change) =>
    change.kind === 'change-collation' || change.kind === 'change-type' ? [foldName(change.to.name)] : [],
  )
  return to.tables.flatMap((child) => {
    const live = findByName(from.tables, child.name)
    return child.foreignKeys.flatMap((foreignKey): Probe[] => {
      if (live === undefined || !sameName(foreignKey.table, name) || !hadForeignKey(live, foreignKey)) return []
      const was = referencedBy(foreignKey, before).map(foldName)
      const is = referencedBy(foreignKey, after).map(foldName)
      const changed = was.join() !== is.join() || is.some((column) => compared.includes(column))
      // A column that is new is judged after the copy, under the same transaction.
      if (
        !changed ||
        is.length !== foreignKey.columns.length ||
        is.some((column) => !findByName(before.columns, column))
      ) {
        return []
      }
      const parents = (columns: readonly string[]): string =>
        `(SELECT ${columns.map(quoteName).join(', ')} FROM ${quoteName(before.name)})`
      const key = (table: Table, columns: readonly string[]): string =>
        `(${foreignKey.columns
          .map((column, index) => {
            const collation = findByName(table.columns, columns[index]!)?.collation ?? 'binary'
            return `${quoteName(column)} COLLATE ${quoteName(collation)}`
          })
          .join(', ')})`
      const where = `${key(before, was)} IN ${parents(was)} AND ${key(after, is)} NOT IN ${parents(is)}`
      const id = rowidName(live) ?? quoteName(live.columns[0]!.name)
      const source = `FROM ${quoteName(child.name)} WHERE ${where}`
      return [
        {
          code: 'orphan-row',
          object: child.name,
          message: `rows of ${child.name} would lose their parent in ${before.name}, whose key changes`,
          count: `SELECT count(*) AS n ${source}`,
          sample: `SELECT ${foreignKey.columns.map(quoteName).join(', ')}, ${id} AS "row" ${source} LIMIT ${shown}`,
        },
      ]
    })
  })
}

function referencedBy(foreignKey: ForeignKey, parent: Table): readonly string[] {
  if (foreignKey.referencedColumns.length > 0) return foreignKey.referencedColumns
  return parent.primaryKey?.columns.map((part) => part.name) ?? []
}

/** Rows whose parent table is dropped. */
function abandoned(from: Schema, to: Schema, dropped: Table): Probe[] {
  return to.tables.flatMap((table) => {
    const live = findByName(from.tables, table.name)
    return table.foreignKeys.flatMap((foreignKey): Probe[] => {
      if (live === undefined || !sameName(foreignKey.table, dropped.name) || !hadForeignKey(live, foreignKey)) return []
      const conditions = foreignKey.columns.map((name) => `${quoteName(name)} IS NOT NULL`)
      return [
        {
          code: 'orphan-row',
          object: table.name,
          message: `rows of ${table.name} refer to ${dropped.name}, which would be dropped`,
          count: `SELECT count(*) AS n FROM ${quoteName(table.name)} WHERE ${conditions.join(' AND ')}`,
        },
      ]
    })
  })
}

/** Rows without a parent under a new foreign key. Old orphans of a foreign key that was there are not our concern. */
function orphans(rows: Rows, foreignKey: ForeignKey, from: Schema, to: Schema): Probe[] {
  const parent = findByName(to.tables, foreignKey.table)
  const live = findByName(from.tables, foreignKey.table)
  const referenced =
    foreignKey.referencedColumns.length > 0
      ? foreignKey.referencedColumns
      : (parent?.primaryKey?.columns.map((part) => part.name) ?? [])
  // A parent that the plan changes in these columns is judged after the copy, under the same transaction.
  if (live !== undefined && referenced.some((name) => findByName(live.columns, name) === undefined)) return []
  const columns = foreignKey.columns.map(quoteName)
  const child = quoteName(rows.to.name)
  const conditions = columns.map((name) => `${child}.${name} IS NOT NULL`)
  if (live !== undefined) {
    const match = referenced.map((name, index) => `parent.${quoteName(name)} = ${child}.${columns[index]}`)
    const source = `${quoteName(live.name)} AS parent`
    conditions.push(`NOT EXISTS (SELECT 1 FROM ${source} WHERE ${match.join(' AND ') || '0'})`)
  }
  const what = `FOREIGN KEY (${foreignKey.columns.join(', ')}) REFERENCES ${foreignKey.table}`
  return [
    badRows(rows, 'orphan-row', conditions.join(' AND '), `rows of ${rows.to.name} without a parent for ${what}`, {
      subject: foreignKey.columns.join(', '),
      when: 'names a row that is not there',
    }),
  ]
}
