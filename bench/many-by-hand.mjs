import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** Runs the statements of its version on each file of a folder, each in a transaction, and looks at nothing: `node many-by-hand.mjs FOLDER SCRIPTS`. */
const [folder, file] = process.argv.slice(2)
const scripts = new Map(JSON.parse(readFileSync(file, 'utf8')).map(({ from, steps }) => [from, steps]))
for (const name of readdirSync(folder)) {
  const db = new Database(join(folder, name))
  const texts = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').pluck().all()
  db.pragma('foreign_keys = OFF')
  db.pragma('legacy_alter_table = ON')
  db.exec('BEGIN IMMEDIATE')
  for (const sql of scripts.get(texts.join(';\n'))) db.exec(sql)
  db.exec('COMMIT')
  db.close()
}
