import type { Column, Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { unquotedType } from '../sql/quoted-type.ts'

export type Affinity = 'INTEGER' | 'TEXT' | 'BLOB' | 'REAL' | 'NUMERIC'

/** https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
export function affinityOf(column: Column, table: Pick<Table, 'strict'>): Affinity {
  const type = unquotedType(column.type).toUpperCase()
  // Only in a STRICT table does ANY keep every value as it came.
  if (table.strict && type === 'ANY') return 'BLOB'
  if (type.includes('INT')) return 'INTEGER'
  if (type.includes('CHAR') || type.includes('CLOB') || type.includes('TEXT')) return 'TEXT'
  if (column.type === '' || type.includes('BLOB')) return 'BLOB'
  if (type.includes('REAL') || type.includes('FLOA') || type.includes('DOUB')) return 'REAL'
  return 'NUMERIC'
}

/**
 * The condition for values that another affinity would store otherwise, and that converting back would not return:
 * `'2'` comes back from an INTEGER column, `'0012'` does not. Undefined where there can be none.
 */
export function alteredValues(name: string, from: Affinity, to: Affinity): string | undefined {
  const column = quoteName(name)
  const is = (kind: string): string => `typeof(${column}) = '${kind}'`
  const differs = (type: string, back: string): string =>
    `CAST(CAST(${column} AS ${type}) AS ${back}) COLLATE BINARY IS NOT ${column}`
  // A text that looks like a number is one to a comparison with a number, and then not greater than all of them.
  const numeric = `${is('text')} AND +${column} <= CAST(9e999 AS NUMERIC)`
  const isExact = from === 'INTEGER' || from === 'NUMERIC'
  const conditions: Readonly<Record<Affinity, readonly string[]>> = {
    BLOB: [],
    TEXT: [
      isExact ? `${is('integer')} AND ${differs('TEXT', 'INTEGER')}` : is('integer'),
      isExact || from === 'REAL' ? `${is('real')} AND ${differs('TEXT', 'REAL')}` : is('real'),
    ],
    INTEGER: exact(),
    NUMERIC: exact(),
    REAL: [
      from === 'TEXT' ? `${numeric} AND ${differs('REAL', 'TEXT')}` : numeric,
      isExact ? `${is('integer')} AND ${differs('REAL', 'INTEGER')}` : is('integer'),
    ],
  }
  if (from === to || (isExact && (to === 'INTEGER' || to === 'NUMERIC')) || conditions[to].length === 0)
    return undefined
  return conditions[to].map((condition) => `(${condition})`).join(' OR ')

  function exact(): readonly string[] {
    const whole = `${is('real')} AND ${column} = CAST(${column} AS INTEGER)`
    return [
      from === 'TEXT' ? `${numeric} AND ${differs('NUMERIC', 'TEXT')}` : numeric,
      ...(from === 'REAL' ? [] : [whole]),
    ]
  }
}

/**
 * The condition for values that an expression turns into others, and that converting back would not return.
 *
 * @param column The column, quoted, with its table.
 */
export function convertedValues(expression: string, column: string, from: Affinity, to: Affinity): string {
  // Each conversion says its value several times: one subquery for each keeps it from growing.
  return `EXISTS (SELECT 1 FROM (SELECT ${converted('"b"', from)} AS "c" FROM (
  SELECT ${converted('"a"', to)} AS "b" FROM (SELECT (${expression}\n) AS "a"))) WHERE "c" COLLATE BINARY IS NOT ${column} OR typeof("c") IS NOT typeof(${column}))`
}

/** A value as a column of some affinity would store it. https://www.sqlite.org/datatype3.html#type_affinity */
export function converted(value: string, affinity: Affinity): string {
  const is = (...kinds: readonly string[]): string =>
    `typeof(${value}) IN (${kinds.map((kind) => `'${kind}'`).join(', ')})`
  const numeric = `${is('text')} AND +${value} <= CAST(9e999 AS NUMERIC)`
  switch (affinity) {
    case 'BLOB':
      return value
    case 'TEXT':
      return `CASE WHEN ${is('integer', 'real')} THEN CAST(${value} AS TEXT) ELSE ${value} END`
    case 'REAL':
      return `CASE WHEN ${is('integer')} OR (${numeric}) THEN CAST(${value} AS REAL) ELSE ${value} END`
    case 'INTEGER':
    case 'NUMERIC':
      return `CASE WHEN ${numeric} THEN CAST(${value} AS NUMERIC) WHEN ${is('real')} AND ${value} = CAST(${value} AS INTEGER) THEN CAST(${value} AS INTEGER) ELSE ${value} END`
  }
}
