import { normalExpression } from './normal.ts'
import { quoteName } from './quote.ts'
import { readTable } from './read-table.ts'

/** A declared type as SQL: as it is where SQLite reads it back so, else quoted. */
export function writeType(type: string): string {
  return readsBack(type) ? type : quoteName(type)
}

/** `PRIMARY` would start a constraint, and `a, b` another column; only the reader knows. */
function readsBack(type: string): boolean {
  try {
    const { columns, primaryKey, uniques, checks, foreignKeys } = readTable(`CREATE TABLE t (c ${type} NOT NULL)`)
    const [column, ...more] = columns
    const others = [...more, ...uniques, ...checks, ...foreignKeys]
    const { notNull, default: value, generated, collation } = column!
    const isPlain = notNull !== undefined && !value && !generated && collation === undefined
    return isPlain && !primaryKey && others.length === 0 && normalExpression(column!.type) === normalExpression(type)
  } catch {
    return false
  }
}
