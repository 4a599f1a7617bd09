import { compare, ofMain, plain } from './compare.mjs'
import { quoteName } from './quote-name.mjs'

/** Foreign keys, unique rules, indexes and AUTOINCREMENT. */
export function lostKeys(table, { db, expected }) {
  return [
    ...compare(foreignKeys(expected, table), foreignKeys(db, table), (key) => `${table}: FOREIGN KEY ${key}`),
    ...compare(
      uniqueRules(expected, table).map((rule) => rule.columns),
      uniqueRules(db, table).map((rule) => rule.columns),
      (columns) => `${table}: UNIQUE (${columns})`,
    ),
    ...compare(plainIndexes(expected, table), plainIndexes(db, table), (index) => `${table}: index ${index}`),
    ...compare(marks(expected, table), marks(db, table), () => `${table}: AUTOINCREMENT`),
    ...lostMark(db, table),
  ]
}

function foreignKeys(db, table) {
  return db
    .pragma(`${ofMain(db)}foreign_key_list(${quoteName(table)})`)
    .map(
      (key) =>
        `(${key.from}) REFERENCES ${key.table} (${key.to}) ON DELETE ${key.on_delete} ON UPDATE ${key.on_update}`,
    )
}

/** UNIQUE by constraint or by index: what they refuse is the same, and an index has a name of its own. */
export function uniqueRules(db, table) {
  return db
    .pragma(`${ofMain(db)}index_list(${quoteName(table)})`)
    .filter((index) => index.unique === 1 && index.origin !== 'pk')
    .map((index) => ({
      origin: index.origin,
      columns: keyOf(db, index.name) + (index.partial === 1 ? ' WHERE …' : ''),
    }))
}

function plainIndexes(db, table) {
  return db
    .pragma(`${ofMain(db)}index_list(${quoteName(table)})`)
    .filter((index) => index.unique === 0)
    .map((index) => {
      const sql = db
        .prepare(`SELECT sql FROM ${ofMain(db)}sqlite_schema WHERE name = ?`)
        .pluck()
        .get(index.name)
      const where = index.partial === 1 ? ` WHERE ${plain(sql.split(/\bwhere\b/i)[1])}` : ''
      return `${index.name} (${keyOf(db, index.name)})${where}`
    })
}

function keyOf(db, index) {
  return db
    .pragma(`${ofMain(db)}index_xinfo(${quoteName(index)})`)
    .filter((column) => column.key === 1)
    .map(
      (column) =>
        `${column.name}${column.coll === 'BINARY' ? '' : ` COLLATE ${column.coll}`}${column.desc ? ' DESC' : ''}`,
    )
    .join(', ')
}

/** Whether a table is an AUTOINCREMENT one, which its text alone can tell while it has no row. */
function marks(db, table) {
  const sql = db
    .prepare(`SELECT sql FROM ${ofMain(db)}sqlite_schema WHERE name = ?`)
    .pluck()
    .get(table)
  return /\bautoincrement\b/i.test(sql) ? ['yes'] : []
}

function lostMark(db, table) {
  const seq = (schemaName) =>
    db.prepare(`SELECT seq FROM ${schemaName}.sqlite_sequence WHERE name = ?`).pluck().get(table)
  const marked = db.prepare(`SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'`).get() !== undefined
  const [was, is] = [seq('original'), marked ? seq('main') : undefined]
  return was === is ? [] : [`${table}: the AUTOINCREMENT mark ${was} became ${is ?? 'none'}`]
}
