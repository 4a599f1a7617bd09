import Database from 'better-sqlite3'
import type { Names } from './names.ts'
import { compareOrphans, countOrphans } from './orphans.ts'

/** An expression for the rows that have no value in a column that is, or becomes, NOT NULL. */
export interface Fill {
  readonly table: string
  readonly column: string
  readonly expression: string
}

/** The rows of one schema as they are in another that was made fresh. */
export interface PlainCopy {
  /** Tables and indexes of the second schema, with the rows that fit. */
  readonly db: Database.Database
  /** The rows that a table did not take, by its new name: under which rowid they were, and why. */
  readonly failed: ReadonlyMap<string, readonly FailedRow[]>
  /** The foreign keys under which rows have no parent that had one. */
  readonly orphaned: readonly string[]
  /** Tables that share no column and no rowid with what they were. */
  readonly unlike: ReadonlySet<string>
  /** Tables of which the rows had no rowid and have one, with the column that it is, if it is one. */
  readonly numbered: ReadonlyMap<string, string | undefined>
}

export interface FailedRow {
  /** Undefined in a table without rowids. */
  readonly rowid: bigint | undefined
  readonly reason: string
}

export function fits({ failed, orphaned }: PlainCopy): boolean {
  return failed.size === 0 && orphaned.length === 0
}

/**
 * The independent judge of what a plan has done or refused: makes the second schema fresh and inserts every row by the names of
 * its columns. It knows nothing of plans. https://www.sqlite.org/lang_insert.html
 *
 * @param live The first schema with its rows.
 * @param fresh The second schema, empty.
 */
export function copyPlainly(
  live: Database.Database,
  fresh: Database.Database,
  names: Names,
  fills: readonly Fill[],
): PlainCopy {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = OFF')
  for (const sql of readDdl(fresh)) db.exec(sql)
  const failed = new Map<string, readonly FailedRow[]>()
  const unlike = new Set<string>()
  const numbered = new Map<string, string | undefined>()
  // In one transaction, and with foreign keys checked at its end: rows of a circle have no order in which each has its parent.
  db.exec('BEGIN')
  for (const table of readTables(db)) {
    const former = names.formerTable(table.name)
    const source = readTables(live).find((one) => one.name === former && one.isVirtual === table.isVirtual)
    if (source === undefined) continue
    const refused = copyTable(live, source, db, table, names, fills)
    if (!source.hasRowid && table.hasRowid) numbered.set(table.name, table.alias)
    if (refused === undefined) unlike.add(table.name)
    else if (refused.length > 0) failed.set(table.name, refused)
  }
  db.exec('COMMIT')
  return { db, failed, unlike, numbered, orphaned: compareOrphans(countOrphans(live, names), countOrphans(db)) }
}

function readDdl(db: Database.Database): readonly string[] {
  const shadows = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'`
  const sql = `SELECT sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'sqlite%'
     AND tbl_name NOT IN (${shadows}) ORDER BY type = 'index', rowid`
  return db.prepare(sql).pluck().all() as string[]
}

interface TableFacts {
  readonly name: string
  readonly isVirtual: boolean
  readonly hasRowid: boolean
  readonly columns: readonly ColumnFacts[]
  /** The column that is the rowid. */
  readonly alias: string | undefined
}

interface ColumnFacts {
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  readonly key: number
  readonly isGenerated: boolean
}

export function readTables(db: Database.Database): readonly TableFacts[] {
  const tables = db
    .prepare(
      `SELECT lower(name) AS name, type, wr FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')
       AND name NOT LIKE 'sqlite%' AND name <> '_schema_journal'`,
    )
    .all() as { name: string; type: string; wr: unknown }[]
  return tables.map(({ name, type, wr }) => {
    const columns = readColumns(db, name)
    const hasRowid = Number(wr) === 0
    const keys = columns.filter((column) => column.key > 0)
    const indexed = db.prepare(`SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk'`).get(name) !== undefined
    const isAlias = hasRowid && keys.length === 1 && keys[0]!.type === 'INTEGER' && !indexed
    return { name, isVirtual: type === 'virtual', hasRowid, columns, alias: isAlias ? keys[0]!.name : undefined }
  })
}

function readColumns(db: Database.Database, table: string): readonly ColumnFacts[] {
  const sql = `SELECT lower(name) AS name, upper(type) AS type, "notnull" AS required, pk, hidden FROM pragma_table_xinfo(?)`
  const columns = db.prepare(sql).all(table) as Record<string, unknown>[]
  return columns
    .filter(({ hidden }) => Number(hidden) !== 1)
    .map(({ name, type, required, pk, hidden }) => ({
      name: String(name),
      type: String(type),
      notNull: Number(required) === 1,
      key: Number(pk),
      isGenerated: Number(hidden) > 1,
    }))
}

/** The rows that the table does not take; undefined where there is nothing by which to copy one. */
function copyTable(
  live: Database.Database,
  from: TableFacts,
  db: Database.Database,
  to: TableFacts,
  names: Names,
  fills: readonly Fill[],
): readonly FailedRow[] | undefined {
  const columns: { readonly name: string; readonly expression: string }[] = []
  for (const column of to.columns.filter((one) => !one.isGenerated)) {
    const source = from.columns.find((one) => one.name === names.formerColumn(to.name, column.name))
    const fill = fills.find((one) => one.table === to.name && one.column === column.name)
    const value = source && `"${source.name}"`
    if (value !== undefined) {
      const filled = column.notNull && !source?.notNull && fill !== undefined
      columns.push({ name: column.name, expression: filled ? `coalesce(${value}, ${fill.expression})` : value })
    } else if (fill !== undefined) columns.push({ name: column.name, expression: `(${fill.expression})` })
    else if (column.name === to.alias && from.hasRowid) columns.push({ name: column.name, expression: 'rowid' })
  }
  if (from.hasRowid && to.hasRowid && to.alias === undefined) columns.push({ name: 'rowid', expression: 'rowid' })
  const [first, ...more] = columns
  if (first === undefined) return undefined
  const rowid = from.hasRowid ? 'rowid' : 'NULL'
  const list = [...columns.map((one) => one.expression), rowid].join(', ')
  // Nothing is sorted: SQLite's sorter gives 1 for a VIRTUAL column of REAL that shows 1.0.
  const rows = live.prepare(`SELECT ${list} FROM "${from.name}"${from.hasRowid ? ' ORDER BY rowid' : ''}`)
  const marks = ['?', ...more.map(() => '?')].join(', ')
  const insert = db.prepare(
    `INSERT OR ABORT INTO "${to.name}" (${columns.map((one) => `"${one.name}"`).join(', ')}) SELECT ${marks}`,
  )
  const alias = columns.findIndex((one) => one.name === to.alias)
  const refused: FailedRow[] = []
  for (const row of rows.safeIntegers().raw().all() as unknown[][]) {
    const values = row.slice(0, -1)
    try {
      // SQLite invents an id for a NULL, which is not the value that the row had.
      if (alias >= 0 && values[alias] === null) throw new Error(`NULL in ${to.name}.${to.alias}`)
      insert.run(...values)
    } catch (error) {
      refused.push({ rowid: (row.at(-1) ?? undefined) as bigint | undefined, reason: (error as Error).message })
    }
  }
  return refused
}
