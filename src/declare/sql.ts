/** A piece of SQL that is taken as it is written. */
export interface Sql {
  readonly kind: 'sql'
  readonly text: string
}

/**
 * Any SQL expression, query or trigger body, taken as it is written. Interpolated numbers and other `sql` pieces are
 * put in as they are; an interpolated string becomes a quoted SQL text.
 *
 * @example
 * ```ts
 * import { sql, text } from 'sqlite-converge'
 *
 * const slug = text().generatedAs(sql`lower(replace(name, ' ', '-'))`)
 * const year = sql`strftime('%Y', created_at) >= ${'1990'}`
 * ```
 */
export function sql(parts: TemplateStringsArray, ...values: readonly (Sql | number | bigint | string)[]): Sql {
  const text = parts.reduce((done, part, index) => done + write(values[index - 1]!) + part)
  return { kind: 'sql', text: text.trim() }
}

function write(value: Sql | number | bigint | string): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  return typeof value === 'object' ? value.text : String(value)
}
