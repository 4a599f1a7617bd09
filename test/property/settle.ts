import Database from 'better-sqlite3'
import type { Ddl } from './write-model.ts'

/**
 * Leaves out the statements that SQLite refuses, and, unless they are wanted, the views and triggers that it accepts and
 * can't run. What remains is a script that any database takes.
 */
export function settle(ddl: Ddl, keepsBroken: boolean): Ddl {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = OFF')
  const accepted = (sql: string): boolean => {
    try {
      db.exec(sql)
      return true
    } catch {
      return false
    }
  }
  try {
    const tables = ddl.tables.filter(accepted)
    const indexes = ddl.indexes.filter(accepted)
    const views = ddl.views.filter(accepted)
    const runnable = keepsBroken
      ? views
      : settled(
          views,
          (sql) => viewRuns(db, nameIn(sql, 2)),
          (sql) => db.exec(`DROP VIEW ${nameIn(sql, 2)}`),
        )
    const triggers = ddl.triggers.filter((sql) => {
      if (!accepted(sql)) return false
      if (keepsBroken || everythingCompiles(db)) return true
      db.exec(`DROP TRIGGER ${nameIn(sql, 2)}`)
      return false
    })
    return { tables, indexes, views: runnable, triggers }
  } finally {
    db.close()
  }
}

/** Takes out what fails until the rest holds: a view over a broken view is broken too. */
function settled(
  list: readonly string[],
  holds: (sql: string) => boolean,
  drop: (sql: string) => void,
): readonly string[] {
  const kept = list.filter(holds)
  for (const sql of list) if (!kept.includes(sql)) drop(sql)
  return kept.length === list.length ? kept : settled(kept, holds, drop)
}

function nameIn(sql: string, position: number): string {
  return sql.split(' ')[position]!
}

export function viewRuns(db: Database.Database, name: string): boolean {
  try {
    db.prepare(`SELECT * FROM ${name} LIMIT 0`)
    return true
  } catch {
    return false
  }
}

/** Whether every statement that fires a trigger compiles. */
export function everythingCompiles(db: Database.Database): boolean {
  const triggers = db.prepare(`SELECT tbl_name AS target, sql FROM sqlite_schema WHERE type = 'trigger'`).all() as {
    target: string
    sql: string
  }[]
  return triggers.every(({ target, sql }) => {
    const event = /\b(INSERT|UPDATE|DELETE)\b/.exec(sql)![0]
    const columns = db
      .prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0')
      .pluck()
      .all(target) as string[]
    const names = columns.map((name) => `"${name}"`)
    const firing = {
      INSERT: `INSERT INTO ${target} (${names[0]}) VALUES (NULL)`,
      UPDATE: `UPDATE ${target} SET ${names.map((name) => `${name} = ${name}`).join(', ')}`,
      DELETE: `DELETE FROM ${target}`,
    }[event as 'INSERT' | 'UPDATE' | 'DELETE']
    try {
      db.prepare(`EXPLAIN ${firing}`)
      return true
    } catch {
      return false
    }
  })
}
