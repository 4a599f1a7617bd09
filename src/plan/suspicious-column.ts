import { normalNotNull } from '../diff/normal.ts'
import { isRowidAlias } from '../diff/rowid-alias.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Column, Table } from '../model/schema.ts'
import { affinityOf } from './affinity.ts'
import type { Suspicion } from './suspicious.ts'

/** Defaults, types and keys of columns that are not what they look like. */
export function suspiciousColumns(table: Table): readonly Suspicion[] {
  return [
    ...table.columns.flatMap((column) => [
      ...textAsTruth(table, column),
      ...quotedExpression(table, column),
      ...numericString(table, column),
    ]),
    ...unnumberedKey(table),
  ]
}

/** `DEFAULT 'true'` on a BOOLEAN is a text that is neither true nor 1. */
function textAsTruth(table: Table, column: Column): readonly Suspicion[] {
  const value = column.default?.expression.normal ?? ''
  if (!foldName(column.type).includes('bool') || !/^'(true|false|t|f|yes|no)'$/i.test(value)) return []
  const message = `${value} is a text; SQLite's TRUE is 1`
  return [{ code: 'suspicious-default', object: table.name, columns: [column.name], message }]
}

/** What is quoted, or a bare word that is no literal, is a text: https://www.sqlite.org/quirks.html */
function quotedExpression(table: Table, column: Column): readonly Suspicion[] {
  const meant = meantBy(table, column)
  if (meant === undefined) return []
  const message = `${column.default!.expression.normal} is a text here, ${meant}`
  return [{ code: 'suspicious-quotes', object: table.name, columns: [column.name], message }]
}

const calls =
  /^(datetime|date|time|julianday|unixepoch|strftime|now|getdate|current_timestamp|random|randomblob|hex|uuid|newid|gen_random_uuid|uuid_generate_v4)\s*\(.*\)$/is

/** What someone will have meant by a text that looks like something else. */
function meantBy(table: Table, column: Column): string | undefined {
  const { text, normal } = column.default?.expression ?? { text: '', normal: '' }
  if (!column.default?.constant || !normal.startsWith("'")) return undefined
  const value = normal.slice(1, -1).replaceAll("''", "'").trim()
  if (/^current_(timestamp|date|time)$/i.test(value)) {
    const word = value.toUpperCase()
    return `and not the time; it is without the quotes (in a declaration: sql\`${word}\`)`
  }
  if (/^null$/i.test(value)) return 'and not NULL; it is without the quotes'
  if (calls.test(value)) return 'and nothing is called; a call is put into parentheses (in a declaration: sql`…`)'
  const isBare = /^[a-z_]/i.test(text)
  if (/^now$/i.test(value) && (isBare || /date|time/i.test(column.type)))
    return 'and not the time; CURRENT_TIMESTAMP is'
  const other = isBare ? findByName(table.columns, value) : undefined
  return other === undefined ? undefined : `and not the value of ${other.name}; a default can't read a column`
}

/** No rule of https://www.sqlite.org/datatype3.html#determination_of_column_affinity knows the word STRING. */
function numericString(table: Table, column: Column): readonly Suspicion[] {
  if (!foldName(column.type).includes('string') || affinityOf(column, table) !== 'NUMERIC') return []
  const message = `${column.type} has the affinity NUMERIC, and '007' is stored as 7; TEXT keeps it`
  return [{ code: 'suspicious-type', object: table.name, columns: [column.name], message }]
}

/** Only INTEGER PRIMARY KEY numbers rows; any other key is NULL unless it is given, and NULL any number of times. */
function unnumberedKey(table: Table): readonly Suspicion[] {
  const [part, ...more] = table.primaryKey?.columns ?? []
  if (part === undefined || more.length > 0 || isRowidAlias(table)) return []
  const column = findByName(table.columns, part.name)!
  const isNumber = affinityOf(column, table) === 'INTEGER' || foldName(column.type).includes('serial')
  if (!isNumber || column.default !== undefined || column.generated !== undefined) return []
  // Where it can't be NULL, what is missing is refused; where it refers to a parent, it is meant to be given.
  const isGiven = table.foreignKeys.some((key) => key.columns.some((name) => sameName(name, column.name)))
  if (isGiven || table.withoutRowid || normalNotNull(column, table) !== null) return []
  const key = `${column.type} PRIMARY KEY${part.order === 'DESC' ? ' DESC' : ''}`
  const message = `${key} does not number rows: a row without a value gets NULL; INTEGER PRIMARY KEY does`
  return [{ code: 'suspicious-key', object: table.name, columns: [column.name], message }]
}
