import Database from 'better-sqlite3'
import type { ConvergeError, Finding } from 'sqlite-converge'
import type { Names } from './names.ts'
import { fits, type PlainCopy } from './plain-copy.ts'
import { everythingCompiles, viewRuns } from './settle.ts'

/**
 * An independent judge of refusals: what can be copied plainly into the second schema, made fresh, and runs there, must not
 * be refused.
 *
 * @param live The database as it stands.
 * @param fresh The second schema, empty.
 * @param copy The second schema with the rows, as far as they fit.
 * @param names What has another name in it.
 * @returns Why the refusal is right, in few words.
 */
export function judgeRefusal(
  refusal: ConvergeError,
  live: Database.Database,
  fresh: Database.Database,
  copy: PlainCopy,
  names: Names,
): string {
  switch (refusal.code) {
    case 'rows-do-not-fit':
      return judgeRows(refusal, fresh, copy)
    case 'breaks-dependent':
      return needs(!everythingRuns(fresh), refusal, 'something in the target does not run')
    case 'rename-blocked':
      return judgeRename(refusal, live, names)
    case 'unsupported-object':
      return needs(changesVirtualTable(refusal, live, fresh), refusal, 'a virtual table would be another')
    default:
      throw new Error(`refused for no reason that a pair can give: ${refusal.code} ${refusal.message}`)
  }
}

function needs(isSo: boolean, refusal: ConvergeError, reason: string): string {
  if (isSo) return reason
  throw new Error(`refused without need: ${refusal.code} ${refusal.message}`)
}

/** SQLite renames nothing while something does not run, and not everything else either. */
function judgeRename(refusal: ConvergeError, live: Database.Database, names: Names): string {
  if (!everythingRuns(live)) return 'something does not run before'
  const [object] = refusal.objects
  // A table has its new name by the time that its columns are renamed.
  const table = names.formerTable(object!.toLowerCase()) ?? object!
  const sql = 'SELECT sql FROM sqlite_schema WHERE lower(name) = lower(?)'
  const text = live.prepare(sql).pluck().get(table) as string
  const columns = live.prepare('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table) as string[]
  const alone = (column: string): boolean => {
    const db = new Database(':memory:')
    try {
      db.exec(text)
      db.exec(`ALTER TABLE "${table}" RENAME COLUMN "${column}" TO "other"`)
      return true
    } catch {
      return false
    } finally {
      db.close()
    }
  }
  return needs(!columns.every(alone), refusal, 'SQLite does not rename a column even of the table alone')
}

function judgeRows(refusal: ConvergeError, fresh: Database.Database, copy: PlainCopy): string {
  const { preflight } = refusal.data as { readonly preflight: readonly Finding[] }
  // Beside a foreign key that SQLite can't check it checks none of the table, and the orphans of another one are not seen in the copy.
  const isUnseen = ({ code, object }: Finding): boolean => code === 'orphan-row' && !isChecked(copy.db, object)
  if (fits(copy) && copy.unlike.size === 0 && !(preflight.length > 0 && preflight.every(isUnseen))) {
    throw new Error(`refused without need: every row fits, but ${refusal.message} ${JSON.stringify(preflight)}`)
  }
  // A table that is large would have shown it only when it was too late.
  if (refusal.advice.some((line) => line.startsWith('found on a copy'))) {
    throw new Error(`the questions to the rows missed what the copy shows: ${refusal.message}`)
  }
  const found: readonly Claim[] =
    preflight.length > 0 ? preflight : refusal.objects.map((object) => bare(fresh, object))
  for (const finding of found) {
    if (isJustified(finding, copy)) continue
    throw new Error(`refused without need: ${finding.code} ${finding.object}: ${finding.message}`)
  }
  return 'the rows do not fit'
}

type Claim = Pick<Finding, 'object' | 'message'> & { readonly code: string }

/** The table of an index; a table is its own. */
function bare(db: Database.Database, object: string): Claim {
  const table = db.prepare('SELECT tbl_name FROM sqlite_schema WHERE lower(name) = lower(?)').pluck().get(object)
  return { code: 'rows-do-not-fit', object: (table as string | undefined) ?? object, message: 'found on the copy' }
}

function isJustified({ code, object }: Claim, { db, failed, unlike }: PlainCopy): boolean {
  const table = object.split('.')[0]!.toLowerCase()
  if (failed.has(table) || unlike.has(table)) return true
  // Where a parent could not be copied, its children say nothing.
  return code === 'orphan-row' && (failed.size > 0 || hasOrphans(db, table))
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

/** The one thing that is refused by design: only its module knows what a virtual table holds. */
function changesVirtualTable(refusal: ConvergeError, live: Database.Database, fresh: Database.Database): boolean {
  const sql = `SELECT sql FROM sqlite_schema WHERE lower(name) = lower(?) AND sql LIKE 'CREATE VIRTUAL%'`
  const texts = (db: Database.Database): readonly unknown[] =>
    refusal.objects.map((object) => db.prepare(sql).pluck().get(object))
  return texts(fresh).every((text) => text !== undefined) && texts(live).join() !== texts(fresh).join()
}

function isChecked(db: Database.Database, table: string): boolean {
  try {
    db.prepare('SELECT 1 FROM pragma_foreign_key_check(?)').all(table)
    return true
  } catch {
    return false
  }
}

function hasOrphans(db: Database.Database, table: string): boolean {
  try {
    return db.prepare('SELECT 1 FROM pragma_foreign_key_check(?)').all(table).length > 0
  } catch {
    return true
  }
}
