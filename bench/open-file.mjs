import Database from 'better-sqlite3'

/** What every program that uses better-sqlite3 does before it does anything: `node open-file.mjs FILE`. */
new Database(process.argv[2])
