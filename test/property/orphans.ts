import type Database from 'better-sqlite3'

/** The rows without a parent, by foreign key; `broken` where SQLite can't check it. */
export type Orphans = ReadonlyMap<string, number | 'broken'>

export function countOrphans(db: Database.Database): Orphans {
  const counts = new Map<string, number | 'broken'>()
  const tables = db
    .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`)
    .pluck()
    .all() as string[]
  for (const table of tables) {
    const keys = db
      .prepare(
        `SELECT id, lower("table") AS parent, group_concat(lower("from")) AS columns
         FROM (SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq) GROUP BY id`,
      )
      .all(table) as { id: number | bigint; parent: string; columns: string }[]
    const label = (id: unknown): string => {
      const key = keys.find((one) => Number(one.id) === Number(id))
      return `${table.toLowerCase()} (${key?.columns}) → ${key?.parent}`
    }
    for (const { id } of keys) counts.set(label(id), 0)
    try {
      const rows = db.prepare('SELECT fkid FROM pragma_foreign_key_check(?)').pluck().all(table)
      for (const id of rows) counts.set(label(id), ((counts.get(label(id)) as number) ?? 0) + 1)
    } catch {
      for (const { id } of keys) counts.set(label(id), 'broken')
    }
  }
  return counts
}

/** What is worse after than before. A foreign key that can't be checked after says nothing. */
export function compareOrphans(before: Orphans, after: Orphans): readonly string[] {
  return [...after].flatMap(([key, n]) => {
    const was = before.get(key) ?? 0
    return n === 'broken' || was === 'broken' || n <= was ? [] : [`${key}: ${was} became ${n}`]
  })
}
