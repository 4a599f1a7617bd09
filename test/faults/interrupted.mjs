/**
 * Writes into a database, and is gone in the middle of it.
 *
 * node interrupted.mjs DATABASE SQL…
 */
import Database from 'better-sqlite3'

const [, , path, ...statements] = process.argv
const db = new Database(path)
for (const sql of statements) db.exec(sql)
process.kill(process.pid, 'SIGKILL')
