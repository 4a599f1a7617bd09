import { normalExpression } from './normal.ts'
import { quoteName } from './quote.ts'
import { readTable } from './read-table.ts'
import { tokenize } from './token.ts'

/** What has been written already: a schema has few types, and many columns of each. */
const written = [new Map<string, string>(), new Map<string, string>()] as const
const mostWritten = 1_000

/** A declared type as SQL: as it is where SQLite reads it back so, without its comments if it has any, else quoted. */
export function writeType(type: string, generated: boolean): string {
  const known = written[generated ? 1 : 0]
  let sql = known.get(type)
  if (sql === undefined) {
    sql = writeAnew(type, generated)
    if (known.size < mostWritten) known.set(type, sql)
  }
  return sql
}

function writeAnew(type: string, generated: boolean): string {
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
