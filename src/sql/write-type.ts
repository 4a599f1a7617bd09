import { normalExpression } from './normal.ts'
import { quoteName } from './quote.ts'
import { readTable } from './read-table.ts'
import { tokenize } from './token.ts'

/** A declared type as SQL: as it is where SQLite reads it back so, without its comments if it has any, else quoted. */
export function writeType(type: string, generated: boolean): string {
  const plain = tokenize(type)
    .map((token) => token.text)
    .join(' ')
  return [type, plain].find((text) => readsBack(text, type, generated)) ?? quoteName(type)
}

/**
 * `PRIMARY` would start a constraint, a comment swallow one, and `a, b` be another column; only the reader knows. What stands
 * behind a generated column's type keeps an ALWAYS at its end from being cut off.
 */
function readsBack(text: string, type: string, generated: boolean): boolean {
  try {
    const rest = generated ? 'GENERATED ALWAYS AS (1)' : 'NOT NULL'
    const { columns, primaryKey, uniques, checks, foreignKeys } = readTable(`CREATE TABLE t (c ${text} ${rest})`)
    const [column, ...more] = columns
    const others = [...more, ...uniques, ...checks, ...foreignKeys]
    const { notNull, default: value, collation } = column!
    const isPlain = (generated ? column!.generated : notNull) !== undefined && !value && collation === undefined
    return isPlain && !primaryKey && others.length === 0 && normalExpression(column!.type) === normalExpression(type)
  } catch {
    return false
  }
}
