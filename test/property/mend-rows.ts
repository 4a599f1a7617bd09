import type Database from 'better-sqlite3'
import type { Pair } from './arbitrary-pair.ts'
import { fillsFor } from './fills.ts'
import { actingNames } from './names.ts'
import { copyPlainly } from './plain-copy.ts'

/** Takes away the rows that do not fit the second schema, so that a plan has no reason to be refused. */
export function mendRows(db: Database.Database, fresh: Database.Database, { hints, fills }: Pair): void {
  const enforced = db.pragma('foreign_keys', { simple: true })
  db.pragma('foreign_keys = OFF')
  const names = actingNames(hints, db, fresh)
  const given = fills ? fillsFor(db, fresh, names) : []
  const { db: copy, failed, orphaned } = copyPlainly(db, fresh, names, given)
  copy.close()
  for (const [table, rows] of failed) {
    const former = names.formerTable(table)!
    for (const { rowid } of rows) {
      if (rowid === undefined) db.exec(`DELETE FROM "${former}"`)
      else db.prepare(`DELETE FROM "${former}" WHERE rowid = ?`).run(rowid)
    }
  }
  // Without children there are no orphans.
  for (const key of orphaned) {
    const former = names.formerTable(key.split(' ')[0]!)
    db.exec(`DELETE FROM "${former}"`)
  }
  db.pragma(`foreign_keys = ${enforced}`)
}
