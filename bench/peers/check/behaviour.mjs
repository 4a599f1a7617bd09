import { compare, messageOf } from './compare.mjs'
import { quoteName } from './quote-name.mjs'

/** What a CHECK refuses, and how a column compares. */
export function lostBehaviour({ db, expected, present }) {
  const has = (one, table) => one.pragma(`table_info(${quoteName(table)})`).map((column) => column.name)
  const collations = (one) =>
    present.flatMap((table) =>
      has(one, table)
        .filter((column) => has(db, table).includes(column) && has(expected, table).includes(column))
        .map((column) => `COLLATE ${collationOf(one, table, column)} of ${table}.${column}`),
    )
  const checks = (one) => {
    const insert = `INSERT INTO mapping_paths (name, source_type, target_type, priority) VALUES ('a', 'b', 'c', -1)`
    return messageOf(() => one.exec(insert))?.startsWith('CHECK') ? ['CHECK (priority >= 0) of mapping_paths'] : []
  }
  for (const one of [db, expected]) one.pragma('foreign_keys = OFF')
  try {
    return [
      ...compare(collations(expected), collations(db), (one) => one),
      ...(present.includes('mapping_paths') ? compare(checks(expected), checks(db), (one) => one) : []),
    ]
  } finally {
    db.close()
  }
}

function collationOf(db, table, column) {
  db.exec(`CREATE INDEX probe ON ${quoteName(table)} (${quoteName(column)})`)
  const [{ coll }] = db.pragma('index_xinfo(probe)')
  db.exec('DROP INDEX probe')
  return coll
}
