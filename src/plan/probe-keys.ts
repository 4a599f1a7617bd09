import { primaryColumns } from '../diff/automatic-keys.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Schema, Table } from '../model/schema.ts'
import { mentions } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import { changedColumns, type Rows, shown } from './projected-rows.ts'
import type { Probe } from './step.ts'

interface UniqueKey {
  readonly label: string
  readonly parts: readonly { readonly expression: string; readonly collation: string }[]
  readonly where?: string
}

/** Keys that become unique, or compare otherwise, and that some rows have in common. */
export function duplicateKeys(rows: Rows, fromSchema: Schema, toSchema: Schema): Probe[] {
  const { from, to } = rows
  const changed = changedColumns(rows)
  const already = uniqueKeys(from, fromSchema).filter((unique) => !changed.some((name) => reads(unique, name)))
  return uniqueKeys(to, toSchema)
    .filter((unique) => !already.some((one) => impliesUnique(one, unique)))
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

function reads({ parts, where = '' }: Pick<UniqueKey, 'parts' | 'where'>, column: string): boolean {
  return mentions(where, column) || parts.some((part) => mentions(part.expression, column))
}

function uniqueKeys(table: Table, schema: Schema): readonly UniqueKey[] {
  const collationOf = (name: string): string => findByName(table.columns, name)?.collation ?? 'binary'
  const constraints = [
    ...(table.primaryKey === undefined ? [] : [{ word: 'PRIMARY KEY', columns: primaryColumns(table) }]),
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
  return [...constraints, ...indexes]
}

/**
 * Whether what one key keeps apart, another one does too: it has all of its columns, and may have more. A NULL in a column of
 * either lets rows repeat, and what the first one lets repeat by a NULL the second one does too.
 */
function impliesUnique(one: UniqueKey, other: UniqueKey): boolean {
  if (one.where !== undefined && one.where !== other.where) return false
  const parts = partsOf(other)
  return partsOf(one).every((part) => parts.includes(part))
}

function partsOf({ parts }: UniqueKey): readonly string[] {
  return parts.map((part) => `${foldName(part.expression)} ${part.collation}`)
}

function unquoted(expression: string): string | undefined {
  if (/^"([^"]|"")*"$/.test(expression)) return expression.slice(1, -1).replaceAll('""', '"')
  return /^[a-z_][a-z0-9_$]*$/i.test(expression) ? expression : undefined
}
