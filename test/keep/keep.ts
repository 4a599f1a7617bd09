import Database from 'better-sqlite3'
import { type Converged, convergeSync, type Plan, type Reverted, revert, type WriteOptions } from 'sqlite-converge'
import { withScript } from './script-file.ts'

/** A database in memory with some content. */
export function open(sql: string): Database.Database {
  const db = new Database(':memory:')
  db.exec(sql)
  return db
}

/** Converges to the statements of a script, and keeps what goes. */
export function keep(db: Database.Database, to: string, options: WriteOptions = {}): Converged {
  return withScript(to, (path) => convergeSync(db, path, { keep: true, ...options }))
}

/** The rows of a query, as arrays. */
export function rows(db: Database.Database, sql: string): unknown {
  return db.prepare(sql).raw().all()
}

/** The names of what is kept, tables and triggers. */
export function keptNames(db: Database.Database): readonly string[] {
  const sql = `SELECT name FROM sqlite_schema WHERE name LIKE '\\_schema\\_kept%' ESCAPE '\\' ORDER BY name`
  return db.prepare<[], string>(sql).pluck().all()
}

/** Reverts, and says what does not come back. */
export async function back(db: Database.Database, allow: readonly string[] = []): Promise<readonly string[]> {
  const done: Reverted = await revert(db, { allow })
  return notReturned(done.plan)
}

export function notReturned(plan: Plan): readonly string[] {
  return plan.hazards.flatMap(({ code, message }) => (code === 'kept-not-returned' ? [message] : []))
}
