import type { ValueOf } from './affinity.ts'
import { Column, type ColumnTrait, type StoredValue } from './column.ts'

/**
 * A column of any declared type, written as it shall stand in the schema; without one, a column with no type.
 * https://www.sqlite.org/datatype3.html
 *
 * @example
 * ```ts
 * import { column } from 'sqlite-converge'
 *
 * const price = column('DECIMAL(10, 2)').notNull()
 * ```
 */
export function column<const Type extends string = ''>(
  type: Type = '' as Type,
): Column<ValueOf<Type>, Uppercase<Type> extends 'INTEGER' ? 'integer' : never> {
  return declared(type)
}

function declared<Value, Traits extends ColumnTrait = never>(type: string): Column<Value, Traits> {
  let plain = made.get(type)
  if (plain === undefined) {
    plain = new Column({ type })
    if (made.size < most) made.set(type, plain)
  }
  return plain as Column<Value, Traits>
}

/** A column never changes, so one of each type is enough to begin with. */
const made = new Map<string, Column>()
const most = 100

/**
 * `INTEGER`: a whole number of up to 64 bits. As the only column of a primary key it is the rowid.
 *
 * @example
 * ```ts
 * import { integer } from 'sqlite-converge'
 *
 * const id = integer().notNull()
 * ```
 */
export function integer(): Column<number, 'integer'> {
  return declared('INTEGER')
}

/**
 * `REAL`: an 8-byte floating point number.
 *
 * @example
 * ```ts
 * import { real } from 'sqlite-converge'
 *
 * const weight = real().default(0.5)
 * ```
 */
export function real(): Column<number, never> {
  return declared('REAL')
}

/**
 * `FLOAT`: as SQLAlchemy and others write it; REAL affinity.
 *
 * @example
 * ```ts
 * import { float } from 'sqlite-converge'
 *
 * const successRate = float()
 * ```
 */
export function float(): Column<number, never> {
  return declared('FLOAT')
}

/**
 * `TEXT`: a string of any length.
 *
 * @example
 * ```ts
 * import { text } from 'sqlite-converge'
 *
 * const description = text().notNull().default('')
 * ```
 */
export function text(): Column<string, never> {
  return declared('TEXT')
}

/**
 * `VARCHAR` or `VARCHAR(n)`; SQLite stores text of any length in either.
 *
 * @example
 * ```ts
 * import { varchar } from 'sqlite-converge'
 *
 * const code = varchar(16).notNull()
 * ```
 */
export function varchar(length?: number): Column<string, never> {
  return declared(length === undefined ? 'VARCHAR' : `VARCHAR(${length})`)
}

/**
 * `BLOB`: bytes, stored exactly as they came.
 *
 * @example
 * ```ts
 * import { blob } from 'sqlite-converge'
 *
 * const thumbnail = blob()
 * ```
 */
export function blob(): Column<Uint8Array, never> {
  return declared('BLOB')
}

/**
 * `NUMERIC`: a text that looks like a number is stored as one.
 *
 * @example
 * ```ts
 * import { numeric } from 'sqlite-converge'
 *
 * const amount = numeric().notNull()
 * ```
 */
export function numeric(): Column<number | string, never> {
  return declared('NUMERIC')
}

/**
 * `ANY`: in a STRICT table, any value, kept as it came.
 *
 * @example
 * ```ts
 * import { any } from 'sqlite-converge'
 *
 * const value = any()
 * ```
 */
export function any(): Column<StoredValue, never> {
  return declared('ANY')
}

/**
 * `BOOLEAN`: SQLite has no such type; it stores 0 and 1, by NUMERIC affinity.
 *
 * @example
 * ```ts
 * import { boolean } from 'sqlite-converge'
 *
 * const active = boolean().notNull().default(true)
 * ```
 */
export function boolean(): Column<number, never> {
  return declared('BOOLEAN')
}

/**
 * `DATETIME`: SQLite has no such type; what your application writes is stored, by NUMERIC affinity.
 *
 * @example
 * ```ts
 * import { datetime, sql } from 'sqlite-converge'
 *
 * const createdAt = datetime().default(sql`CURRENT_TIMESTAMP`)
 * ```
 */
export function datetime(): Column<string, never> {
  return declared('DATETIME')
}

/**
 * `JSON`: SQLite has no such type; the text is stored, by NUMERIC affinity.
 *
 * @example
 * ```ts
 * import { json } from 'sqlite-converge'
 *
 * const settings = json().notNull().default('{}')
 * ```
 */
export function json(): Column<string, never> {
  return declared('JSON')
}
