import Database from 'better-sqlite3'
import type { Pair } from './arbitrary-pair.ts'
import { mendRows } from './mend-rows.ts'

/**
 * A database in memory that holds the first schema of a pair and its rows.
 *
 * @param fresh The second schema, empty.
 */
export function openFirst(pair: Pair, fresh: Database.Database): Database.Database {
  const { from, rows, shortened, analyzed, settings } = pair
  const db = new Database(':memory:')
  db.pragma(`foreign_keys = ${settings.foreignKeys ? 'ON' : 'OFF'}`)
  for (const sql of [...from.tables, ...from.indexes]) db.exec(sql)
  insertRows(db, rows)
  for (const table of shortened) attempt(db, `DELETE FROM ${table} WHERE rowid = (SELECT max(rowid) FROM ${table})`)
  if (pair.mended) mendRows(db, fresh, pair)
  for (const sql of [...from.views, ...from.triggers]) db.exec(sql)
  if (analyzed) db.exec('ANALYZE')
  db.pragma(`legacy_alter_table = ${settings.legacyAlterTable ? 'ON' : 'OFF'}`)
  db.pragma(`recursive_triggers = ${settings.recursiveTriggers ? 'ON' : 'OFF'}`)
  if (settings.safeIntegers) db.defaultSafeIntegers(true)
  if (settings.inTransaction) db.exec('BEGIN')
  return db
}

/** The pragmas of a handle that converging has to give back as they were. */
export function readPragmas(db: Database.Database): unknown {
  const names = [
    'foreign_keys',
    'legacy_alter_table',
    'recursive_triggers',
    'ignore_check_constraints',
    'defer_foreign_keys',
    'writable_schema',
    'query_only',
  ]
  return Object.fromEntries(names.map((name) => [name, Number(db.pragma(name, { simple: true }))]))
}

function insertRows(db: Database.Database, rows: Pair['rows']): void {
  const refused: string[] = []
  for (const [table, list] of Object.entries(rows)) {
    const columns = readColumns(db, table)
    const hasRowid = db.prepare('SELECT 1 FROM pragma_table_list WHERE name = ? AND wr = 0').get(table) !== undefined
    const alias = columns.some((column) => column.rowid)
    let id = 0n
    for (const { step, odd } of list) {
      id += step
      const values = columns.map(
        ({ name, type }) => odd.find((one) => one.column === name.toLowerCase())?.value ?? usualValue(type, id),
      )
      const withRowid = hasRowid && !alias
      const names = [...(withRowid ? ['rowid'] : []), ...columns.map((column) => column.name)]
      const sql = `INSERT OR ABORT INTO ${table} (${names.join(', ')}) VALUES (${[...(withRowid ? [id] : []), ...values].join(', ')})`
      if (!attempt(db, sql)) refused.push(sql)
    }
  }
  // A row may have come before its parent. What is refused twice does not fit the schema.
  for (const sql of refused) attempt(db, sql)
}

interface ColumnFacts {
  readonly name: string
  readonly type: string
  readonly rowid: boolean
}

function readColumns(db: Database.Database, table: string): readonly ColumnFacts[] {
  const columns = db.prepare('SELECT name, type, pk FROM pragma_table_xinfo(?) WHERE hidden = 0').all(table) as {
    name: string
    type: string
    pk: number
  }[]
  const keys = columns.filter((column) => column.pk > 0)
  const indexed = db.prepare(`SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk'`).get(table) !== undefined
  return columns.map(({ name, type, pk }) => ({
    name,
    type,
    rowid: pk === 1 && keys.length === 1 && type.toUpperCase() === 'INTEGER' && !indexed,
  }))
}

/** Rows of one number are alike in every column of a type, so that children find their parents. */
function usualValue(type: string, id: bigint): string {
  switch (type.toUpperCase().replace(/\(.*/, '')) {
    case 'INT':
    case 'INTEGER':
      return String(id)
    case 'TEXT':
    case 'VARCHAR':
      return `'x${id}'`
    case 'REAL':
      return `${id}.5`
    case 'NUMERIC':
      return `${id}0`
    case 'BOOLEAN':
      return id % 2n === 0n ? '0' : '1'
    case 'BLOB':
      return `x'0${id < 0n ? 9n : id % 10n}'`
    default:
      return id % 2n === 0n ? `'n${id}'` : String(id)
  }
}

function attempt(db: Database.Database, sql: string): boolean {
  try {
    db.exec(sql)
    return true
  } catch {
    return false
  }
}
