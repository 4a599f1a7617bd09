import { existsSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'

/**
 * Makes a database of many tables, unless the file is there already: 20 columns each, 3 indexes, a UNIQUE constraint and a
 * foreign key. SQLite's time for it grows with the square of the number of tables.
 */
export function makeSchema(file, tables) {
  if (existsSync(file)) return
  const db = new Database(file)
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  db.exec('BEGIN')
  for (let table = 0; table < tables; table++) {
    for (const sql of statements(table)) db.exec(sql)
  }
  db.exec('COMMIT')
  db.close()
}

/** Makes the same, and beside it a script that says what the database says, to the letter. */
export function makeScript(file, tables) {
  makeSchema(file, tables)
  const db = new Database(file, { readonly: true })
  const texts = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').pluck().all()
  db.close()
  writeFileSync(`${file}.sql`, texts.map((sql) => `${sql};\n`).join(''))
}

const kinds = [
  'TEXT NOT NULL',
  'INTEGER DEFAULT 0',
  'VARCHAR(40) COLLATE NOCASE',
  'REAL',
  'DATETIME DEFAULT CURRENT_TIMESTAMP',
]

/** Laid out as a declaration is written, so that one in TypeScript can say the same to the letter. */
function statements(table) {
  const columns = Array.from({ length: 19 }, (_, column) => `column_${column} ${kinds[column % kinds.length]}`)
  const checks = [3, 8, 13, 18].map((column) => `CHECK (column_${column} > 0)`)
  const parent = table === 0 ? [] : [`FOREIGN KEY (column_1) REFERENCES table_${table - 1} (id) ON DELETE CASCADE`]
  const lines = ['id INTEGER', ...columns, 'PRIMARY KEY (id)', 'UNIQUE (column_0, column_1)', ...checks, ...parent]
  const indexes = [0, 1, 2].map((index) => {
    const where = index === 2 ? ' WHERE column_4 IS NOT NULL' : ''
    return `CREATE INDEX index_${table}_${index} ON table_${table} (column_${index + 2}, column_${index + 5} DESC)${where}`
  })
  return [`CREATE TABLE table_${table} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)`, ...indexes]
}
