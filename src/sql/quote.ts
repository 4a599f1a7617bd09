import { keywords } from './keywords.ts'

/** An identifier as SQL, always quoted: the one way a name from a schema gets into a statement. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** An identifier as SQL for people to read: bare where that means the same, else quoted. */
export function writeName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name.toUpperCase()) ? name : quoteName(name)
}

/** A text as an SQL string literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
