import Database from 'better-sqlite3'
import { lostBehaviour } from './check/behaviour.mjs'
import { lostColumns } from './check/columns.mjs'
import { messageOf } from './check/compare.mjs'
import { lostKeys, uniqueRules } from './check/keys.mjs'
import { quoteName } from './check/quote-name.mjs'
import { lostRows } from './check/rows.mjs'
import { lostTexts } from './check/texts.mjs'
import { schemaOf, tables } from './database.mjs'

/**
 * What a database has lost that should have the schema of one side of the change, and the rows that the original has: a sentence each.
 * SQLite is asked throughout; what only behaviour can tell (CHECK, COLLATE) is tried on a copy of the schema in memory.
 */
export function whatWasLost({ file, original, shape, side }) {
  const expected = inMemory(schemaOf(shape, side))
  const db = new Database(file, { fileMustExist: true })
  try {
    db.prepare('ATTACH ? AS original').run(original)
    const present = tables.filter((table) => db.pragma(`main.table_info(${quoteName(table)})`).length > 0)
    const missing = tables.filter((table) => !present.includes(table)).map((table) => `the table ${table}`)
    const working = tryInMemory(db)
    return [
      ...missing,
      ...present.flatMap((table) => lostColumns(table, { db, expected })),
      ...present.flatMap((table) => lostRows(table, db, side)),
      ...present.flatMap((table) => lostKeys(table, { db, expected })),
      ...(working.db === undefined ? [working.problem] : lostBehaviour({ db: working.db, expected, present })),
      ...lostTexts(db, expected),
      ...brokenData(db),
    ]
  } finally {
    db.close()
    expected.close()
  }
}

/** What is there besides, or otherwise than was said, without anything being lost. */
export function whatIsOdd({ file, shape, side }) {
  const expected = inMemory(schemaOf(shape, side))
  const db = new Database(file, { readonly: true })
  try {
    const more = names(db, 'table', 'view').filter((name) => !names(expected, 'table', 'view').includes(name))
    const origin = (one) => uniqueRules(one, 'mapping_paths').map((rule) => `${rule.origin} ${rule.columns}`)
    const rules = origin(db).filter((one) => one.startsWith('c ') && !origin(expected).includes(one))
    return [
      ...more.map((name) => `leaves the table ${name}`),
      ...rules.map((one) => `UNIQUE (${one.slice(2)}) is an index, and no constraint`),
    ]
  } finally {
    db.close()
    expected.close()
  }
}

function brokenData(db) {
  const problems = db.pragma('main.integrity_check').filter((one) => one.integrity_check !== 'ok')
  const orphans = messageOf(() => db.pragma('main.foreign_key_check')) ?? db.pragma('main.foreign_key_check').length
  return [
    ...problems.map((one) => `integrity_check: ${one.integrity_check}`),
    ...(orphans === 0 ? [] : [`foreign_key_check: ${typeof orphans === 'number' ? `${orphans} orphans` : orphans}`]),
  ]
}

function tryInMemory(db) {
  const texts = db.prepare(
    `SELECT sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid`,
  )
  try {
    return { db: inMemory(texts.pluck().all()) }
  } catch (error) {
    return { problem: `the schema can't be created again: ${error.message}` }
  }
}

function inMemory(texts) {
  const db = new Database(':memory:')
  for (const sql of texts) db.exec(sql)
  return db
}

function names(db, ...types) {
  return db
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type IN (SELECT value FROM json_each(?)) AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`,
    )
    .pluck()
    .all(JSON.stringify(types))
}
