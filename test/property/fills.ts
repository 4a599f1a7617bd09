import type Database from 'better-sqlite3'
import type { Names } from './names.ts'
import { type Fill, readTables } from './plain-copy.ts'

/** What somebody would give who makes columns NOT NULL: a value for each row that has none, where it can differ of its own. */
export function fillsFor(live: Database.Database, fresh: Database.Database, names: Names): readonly Fill[] {
  const before = readTables(live)
  return readTables(fresh).flatMap((table) => {
    const former = before.find((one) => one.name === names.formerTable(table.name))
    if (former === undefined) return []
    const required = table.columns.filter(
      (column) =>
        !column.isGenerated &&
        (column.notNull || (column.key > 0 && !table.hasRowid)) &&
        !former.columns.some((one) => one.name === names.formerColumn(table.name, column.name) && one.notNull) &&
        !hasDefault(fresh, table.name, column.name),
    )
    return required.map((column) => ({
      table: table.name,
      column: column.name,
      expression: expressionOf(column.type, former.hasRowid),
    }))
  })
}

function hasDefault(db: Database.Database, table: string, column: string): boolean {
  const sql = `SELECT 1 FROM pragma_table_xinfo(?) WHERE lower(name) = ? AND dflt_value IS NOT NULL AND upper(dflt_value) <> 'NULL'`
  return db.prepare(sql).get(table, column) !== undefined
}

/** Of the column's own type, which a STRICT table insists on. */
function expressionOf(type: string, hasRowid: boolean): string {
  const id = hasRowid ? 'rowid' : '7'
  if (type.includes('INT') || type === 'NUMERIC' || type === 'BOOLEAN') return id
  if (type === 'REAL') return `${id} + 0.5`
  return type === 'BLOB' ? `CAST('y' || ${id} AS BLOB)` : `'y' || ${id}`
}
