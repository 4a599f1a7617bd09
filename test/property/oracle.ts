import Database from 'better-sqlite3'
import type { ConvergeError, Finding } from 'sqlite-converge'
import { everythingCompiles, viewRuns } from './settle.ts'

/**
 * An independent judge of `rows-do-not-fit`: where it was refused, copying the rows plainly into the second schema, made
 * fresh, has to go wrong too.
 *
 * @param live The database as it stands, with the rows.
 * @param fresh The second schema, empty.
 */
export function judgeRefusal(refusal: ConvergeError, live: Database.Database, fresh: Database.Database): void {
  if (refusal.code === 'breaks-dependent' && everythingRuns(fresh)) {
    throw new Error(`refused without need: everything in the target runs, but ${refusal.message}`)
  }
  if (refusal.code !== 'rows-do-not-fit') return
  const { preflight } = refusal.data as { readonly preflight: readonly Finding[] }
  const attempts = attemptCopies(live, fresh)
  try {
    // What only the copy with sample rows has found names no finding, but its table.
    const found = preflight.length > 0 ? preflight : refusal.objects.map((object) => bare(tableOf(fresh, object)))
    for (const finding of found) {
      if (isJustified(finding, attempts)) continue
      throw new Error(`refused without need: ${finding.code} ${finding.object}: ${finding.message}`)
    }
  } finally {
    attempts.copy.close()
  }
}

type Claim = Pick<Finding, 'object' | 'message'> & { readonly code: string }

/** The table of an index; a table is its own. */
function tableOf(db: Database.Database, object: string): string {
  const table = db.prepare('SELECT tbl_name FROM sqlite_schema WHERE lower(name) = lower(?)').pluck().get(object)
  return (table as string | undefined) ?? object
}

function bare(object: string): Claim {
  return { code: 'rows-do-not-fit', object, message: 'found on the copy' }
}

function isJustified({ code, object }: Claim, { copy, failed, skipped, invents }: Attempts): boolean {
  const table = object.split('.')[0]!.toLowerCase()
  // Without a value for a new NOT NULL column there is nothing to copy plainly.
  if (code === 'fill-needed' || skipped.has(table) || failed.has(table)) return true
  // Where a parent could not be copied, or was given ids by chance, its children say nothing.
  return code === 'orphan-row' && (failed.size > 0 || invents || hasOrphans(copy, table))
}

function everythingRuns(db: Database.Database): boolean {
  const views = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'view'`).pluck().all() as string[]
  return views.every((view) => viewRuns(db, view)) && everythingCompiles(db) && foreignKeysMatch(db)
}

function foreignKeysMatch(db: Database.Database): boolean {
  const tables = db.prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`).pluck().all()
  try {
    for (const table of tables) db.prepare('SELECT 1 FROM pragma_foreign_key_check(?)').all(table)
    return true
  } catch {
    return false
  }
}

interface Attempts {
  readonly copy: Database.Database
  readonly failed: ReadonlySet<string>
  /** Tables whose copy is not plain. */
  readonly skipped: ReadonlySet<string>
  /** Whether a table without rowids was given ids that no row had. */
  readonly invents: boolean
}

function attemptCopies(live: Database.Database, fresh: Database.Database): Attempts {
  const copy = new Database(':memory:')
  copy.pragma('foreign_keys = OFF')
  const ddl = fresh
    .prepare(
      `SELECT sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY type = 'index', rowid`,
    )
    .pluck()
    .all() as string[]
  for (const sql of ddl) copy.exec(sql)
  const failed = new Set<string>()
  const skipped = new Set<string>()
  let invents = false
  const tables = live
    .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'`)
    .pluck()
    .all() as string[]
  for (const table of tables) {
    const from = columnsOf(live, table)
    const to = columnsOf(copy, table).filter((column) => column.hidden === 0)
    const shared = to.filter((column) => from.some((one) => one.name === column.name))
    const alias = to.some((column) => column.pk === 1 && column.type.toUpperCase() === 'INTEGER')
    if (alias && !hasRowid(live, table) && to.some((column) => column.pk === 1 && !shared.includes(column)))
      invents = true
    if (to.length === 0) continue
    if (shared.length === 0 || alias || to.some((column) => !shared.includes(column) && column.required)) {
      skipped.add(table.toLowerCase())
      if (shared.length === 0) continue
    }
    const names = shared.map((column) => `"${column.name}"`)
    const rows = live
      .prepare(`SELECT ${names.map((name, index) => `quote(${name}) AS "${index}"`).join(', ')} FROM "${table}"`)
      .all() as Record<string, string>[]
    const values = rows.map((row) => `(${names.map((_, index) => row[index]).join(', ')})`)
    try {
      if (values.length > 0)
        copy.exec(`INSERT OR ABORT INTO "${table}" (${names.join(', ')}) VALUES ${values.join(', ')}`)
    } catch {
      failed.add(table.toLowerCase())
    }
  }
  return { copy, failed, skipped, invents }
}

interface ColumnFacts {
  readonly name: string
  readonly type: string
  readonly pk: number
  readonly required: boolean
  readonly hidden: number
}

function columnsOf(db: Database.Database, table: string): readonly ColumnFacts[] {
  const columns = db
    .prepare('SELECT lower(name) AS name, type, pk, "notnull" AS required, hidden FROM pragma_table_xinfo(?)')
    .all(table) as Record<keyof ColumnFacts, unknown>[]
  return columns.map(({ name, type, pk, required, hidden }) => ({
    name: String(name),
    type: String(type),
    pk: Number(pk),
    required: Number(required) === 1,
    hidden: Number(hidden),
  }))
}

function hasRowid(db: Database.Database, table: string): boolean {
  return db.prepare('SELECT 1 FROM pragma_table_list WHERE name = ? AND wr = 0').get(table) !== undefined
}

function hasOrphans(db: Database.Database, table: string): boolean {
  try {
    return db.prepare('SELECT 1 FROM pragma_foreign_key_check(?)').all(table).length > 0
  } catch {
    return true
  }
}
