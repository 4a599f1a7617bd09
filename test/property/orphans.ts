import type Database from 'better-sqlite3'
import type { Names } from './names.ts'

/** The rows without a parent, by foreign key (in its new names). */
export type Orphans = ReadonlyMap<string, Counted>

interface Counted {
  /** `broken` where SQLite can't check the foreign key. */
  readonly n: number | 'broken'
  /** What to call a foreign key that names no columns of its parent, whatever key the parent has. */
  readonly implied?: string
}

export function countOrphans(db: Database.Database, names?: Names): Orphans {
  const later = (table: string): string => (names === undefined ? table : (names.laterTable(table) ?? `${table}, gone`))
  const counts = new Map<string, Counted>()
  const tables = db
    .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`)
    .pluck()
    .all() as string[]
  for (const table of tables) {
    const keys = readKeys(db, table)
    const count = (key: Key, n: Counted['n']): void => {
      const [owner, parent] = [later(table.toLowerCase()), later(key.parent)]
      const inNew = (of: string, list: string): string =>
        list
          .split(',')
          .map((column) => (names === undefined ? column : (names.laterColumn(of, column) ?? `${column}, gone`)))
          .join()
      const from = `${owner} (${inNew(owner, key.columns)}) → ${parent}`
      const label = `${from} (${inNew(parent, key.referenced)})`
      // Two foreign keys that say the same have the same orphans, once; one that names the columns is another one with another key.
      const found = counts.get(label)
      const was = found?.n ?? 0
      const most = n === 'broken' || was === 'broken' ? 'broken' : Math.max(n, was)
      const isImplied = Number(key.isImplied) === 1 && (found === undefined || found.implied !== undefined)
      counts.set(label, { n: most, ...(isImplied && { implied: `${from}, its key` }) })
    }
    try {
      const rows = db.prepare('SELECT fkid FROM pragma_foreign_key_check(?)').pluck().all(table)
      for (const key of keys) count(key, rows.filter((one) => Number(one) === Number(key.id)).length)
    } catch {
      for (const key of keys) count(key, 'broken')
    }
  }
  return counts
}

interface Key {
  readonly id: number | bigint
  readonly parent: string
  readonly columns: string
  readonly referenced: string
  readonly isImplied: number | bigint
}

/** The foreign keys of a table. Without columns of the parent, its primary key is meant. */
function readKeys(db: Database.Database, table: string): readonly Key[] {
  const implied = `SELECT lower(name) FROM pragma_table_info("table") WHERE pk = seq + 1`
  const sql = `SELECT id, lower("table") AS parent, group_concat(lower("from")) AS columns,
      group_concat(coalesce(lower("to"), (${implied}), '')) AS referenced, max("to" IS NULL) AS isImplied
    FROM (SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq) GROUP BY id`
  return db.prepare(sql).all(table) as Key[]
}

/**
 * What is worse after than before. A foreign key that can't be checked after says nothing; before, it had no orphans. One that
 * names no columns is the same one where its parent has got another key.
 */
export function compareOrphans(before: Orphans, after: Orphans): readonly string[] {
  const impliedBefore = new Map<string | undefined, Counted>(
    [...before.values()].flatMap((one) => (one.implied ? [[one.implied, one]] : [])),
  )
  return [...after].flatMap(([key, { n, implied }]) => {
    const found = (before.get(key) ?? impliedBefore.get(implied))?.n ?? 0
    const was = found === 'broken' ? 0 : found
    return n === 'broken' || n <= was ? [] : [`${key}: ${was} became ${n}`]
  })
}
