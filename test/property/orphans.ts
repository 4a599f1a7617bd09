import type Database from 'better-sqlite3'
import type { Names } from './names.ts'

/** The rows without a parent, by foreign key (in its new names); `broken` where SQLite can't check it. */
export type Orphans = ReadonlyMap<string, number | 'broken'>

export function countOrphans(db: Database.Database, names?: Names): Orphans {
  const later = (table: string): string => (names === undefined ? table : (names.laterTable(table) ?? `${table}, gone`))
  const counts = new Map<string, number | 'broken'>()
  const tables = db
    .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`)
    .pluck()
    .all() as string[]
  for (const table of tables) {
    const keys = readKeys(db, table)
    const label = (id: unknown): string => {
      const key = keys.find((one) => Number(one.id) === Number(id))!
      const [owner, parent] = [later(table.toLowerCase()), later(key.parent)]
      const inNew = (of: string, list: string): string =>
        list
          .split(',')
          .map((column) => (names === undefined ? column : (names.laterColumn(of, column) ?? `${column}, gone`)))
          .join()
      return `${owner} (${inNew(owner, key.columns)}) → ${parent} (${inNew(parent, key.referenced)})`
    }
    for (const { id } of keys) counts.set(label(id), 0)
    try {
      const rows = db.prepare('SELECT fkid FROM pragma_foreign_key_check(?)').pluck().all(table)
      // Two foreign keys that say the same have the same orphans, once.
      for (const { id } of keys) {
        const n = rows.filter((one) => Number(one) === Number(id)).length
        counts.set(label(id), Math.max(n, counts.get(label(id)) as number))
      }
    } catch {
      for (const { id } of keys) counts.set(label(id), 'broken')
    }
  }
  return counts
}

interface Key {
  readonly id: number | bigint
  readonly parent: string
  readonly columns: string
  readonly referenced: string
}

/** The foreign keys of a table. Without columns of the parent, its primary key is meant. */
function readKeys(db: Database.Database, table: string): readonly Key[] {
  const implied = `SELECT lower(name) FROM pragma_table_info("table") WHERE pk = seq + 1`
  const sql = `SELECT id, lower("table") AS parent, group_concat(lower("from")) AS columns,
      group_concat(coalesce(lower("to"), (${implied}), '')) AS referenced
    FROM (SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq) GROUP BY id`
  return db.prepare(sql).all(table) as Key[]
}

/** What is worse after than before. A foreign key that can't be checked after says nothing; before, it had no orphans. */
export function compareOrphans(before: Orphans, after: Orphans): readonly string[] {
  return [...after].flatMap(([key, n]) => {
    const found = before.get(key) ?? 0
    const was = found === 'broken' ? 0 : found
    return n === 'broken' || n <= was ? [] : [`${key}: ${was} became ${n}`]
  })
}
