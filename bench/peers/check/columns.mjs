import { quoteName } from './quote-name.mjs'

/** Names, affinity, NOT NULL, PRIMARY KEY and DEFAULT. */
export function lostColumns(table, { db, expected }) {
  const found = new Map(db.pragma(`main.table_xinfo(${quoteName(table)})`).map((column) => [column.name, column]))
  const wanted = expected.pragma(`table_xinfo(${quoteName(table)})`)
  const aspects = {
    type: (column) => affinityOf(column.type),
    'NOT NULL': (column) => column.notnull === 1,
    'PRIMARY KEY': (column) => column.pk,
    DEFAULT: (column) => defaultOf(column.dflt_value, expected),
  }
  const lost = wanted.flatMap((column) => {
    const one = found.get(column.name)
    if (one === undefined) return [`${table}.${column.name} is missing`]
    return Object.entries(aspects)
      .filter(([, of]) => of(one) !== of(column))
      .map(([what, of]) => `${what} of ${table}.${column.name}: ${of(column)} became ${of(one)}`)
  })
  const more = [...found.keys()].filter((name) => !wanted.some((column) => column.name === name))
  return [...lost, ...more.map((name) => `${table}.${name} is there, and should not be`)]
}

/** https://www.sqlite.org/datatype3.html#determination_of_column_affinity: the name of a type means nothing more. */
function affinityOf(type) {
  const rules = { INT: 'INTEGER', 'CHAR|CLOB|TEXT': 'TEXT', 'BLOB|^$': 'BLOB', 'REAL|FLOA|DOUB': 'REAL' }
  const rule = Object.keys(rules).find((one) => new RegExp(one, 'i').test(type))
  return rules[rule] ?? 'NUMERIC'
}

/** What a DEFAULT stands for: the same however it is written. */
function defaultOf(text, db) {
  if (text === null) return null
  if (/^\(?current_timestamp\)?$/i.test(text)) return 'CURRENT_TIMESTAMP'
  return db.prepare(`SELECT quote(${text})`).pluck().get()
}
