import { quoteName } from './quote.ts'
import { readTable } from './read-table.ts'

/** A declared type as SQL: as it is where SQLite reads it back so, else quoted. */
export function writeType(type: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_ ]*(\([-+0-9., ]+\))?$/.test(type) && readsBack(type)) return type
  return quoteName(type)
}

/** `PRIMARY` would start a constraint; only the reader knows. */
function readsBack(type: string): boolean {
  try {
    return isTypeOnly(type)
  } catch {
    return false
  }
}

function isTypeOnly(type: string): boolean {
  const { columns, primaryKey, uniques, checks } = readTable(`CREATE TABLE t (c ${type} NOT NULL)`)
  const [column, ...more] = columns
  return (
    more.length === 0 &&
    column!.type === type &&
    !primaryKey &&
    uniques.length + checks.length === 0 &&
    !column!.default
  )
}
