import { quoteText } from '../sql/quote.ts'

/** A piece of SQL that is taken as it is written. */
export interface Sql {
  readonly kind: 'sql'
  readonly text: string
}

/** What can stand in `${…}`: a string becomes a quoted SQL text, the rest is put in as it is. */
export type SqlValue = Sql | number | bigint | string

/**
 * Any SQL expression, query or trigger body, taken as it is written: a backslash is a backslash, as in SQL, and only
 * `` \` `` and `\${` stand for a backtick and a dollar. Interpolated numbers and other `sql` pieces are put in as they
 * are; an interpolated string becomes a quoted SQL text.
 *
 * @example
 * ```ts
 * import { sql, text } from 'sqlite-converge'
 *
 * const slug = text().generatedAs(sql`lower(replace(name, ' ', '-'))`)
 * const quoted = sql`title LIKE ${"it's%"} ESCAPE '\'`
 * console.log(quoted.text) // title LIKE 'it''s%' ESCAPE '\'
 * ```
 */
export function sql(parts: TemplateStringsArray, ...values: readonly SqlValue[]): Sql {
  const [only = ''] = parts.raw
  // Most of the thousands in a large schema are as plain as that.
  if (values.length === 0 && !only.includes('\\')) return rawSql(only.trim())
  const texts = parts.raw.map((part) => part.replace(/\\([`$])/g, '$1'))
  return rawSql(texts.reduce((done, text, index) => done + write(values[index - 1]!) + text).trim())
}

/**
 * SQL from a string, taken as it is: for texts that a template makes hard to read.
 *
 * @example
 * ```ts
 * import { rawSql } from 'sqlite-converge'
 *
 * const tick = rawSql("replace(name, '`', '')")
 * ```
 */
export function rawSql(text: string): Sql {
  return { kind: 'sql', text }
}

export function isSql(value: unknown): value is Sql {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'sql'
}

function write(value: SqlValue): string {
  if (typeof value === 'string') return quoteText(value)
  return typeof value === 'object' ? value.text : String(value)
}
