import { Column } from './column.ts'

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
export function column(type = ''): Column {
  let plain = made.get(type)
  if (plain === undefined) {
    plain = new Column({ type })
    if (made.size < most) made.set(type, plain)
  }
  return plain
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
export function integer(): Column {
  return column('INTEGER')
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
export function real(): Column {
  return column('REAL')
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
export function float(): Column {
  return column('FLOAT')
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
export function text(): Column {
  return column('TEXT')
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
export function varchar(length?: number): Column {
  return column(length === undefined ? 'VARCHAR' : `VARCHAR(${length})`)
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
export function blob(): Column {
  return column('BLOB')
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
export function numeric(): Column {
  return column('NUMERIC')
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
export function any(): Column {
  return column('ANY')
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
export function boolean(): Column {
  return column('BOOLEAN')
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
export function datetime(): Column {
  return column('DATETIME')
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
export function json(): Column {
  return column('JSON')
}
