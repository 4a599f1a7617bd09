import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** Three versions of one schema, as tenants have it that were made at different times. */
const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)'
const posts = 'CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), title TEXT)'
export const versions: readonly string[] = [
  `${users}; ${posts};`,
  `${users}; ${posts}; CREATE INDEX posts_user ON posts (user_id);`,
  `${users}; ${posts}; CREATE INDEX posts_user ON posts (user_id); ALTER TABLE users ADD COLUMN born TEXT;`,
]

/** What they are to become: rows without a name, and with an email that another has, do not fit. */
export const target = `
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, born TEXT);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), title TEXT);
CREATE INDEX posts_user ON posts (user_id);
`

const rows = `
  INSERT INTO users (id, name, email) VALUES (1, 'Ada', 'ada@example.org'), (2, 'Bob', NULL);
  INSERT INTO posts VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 1, 'three');`

/** Runs some statements on a database, which is made where there is none, and leaves nothing open. */
export function executeOn(path: string, sql: string): void {
  const db = new Database(path)
  db.exec(sql)
  db.close()
}

/** Makes `to.sql`, and so many databases `tenants/0000.db` of the three versions in turns. */
export function makeTenants(folder: string, count: number): readonly string[] {
  writeFileSync(join(folder, 'to.sql'), target)
  mkdirSync(join(folder, 'tenants'))
  const templates = versions.map((sql, version) => {
    const path = join(folder, `version-${version}`)
    executeOn(path, sql + rows)
    return path
  })
  return Array.from({ length: count }, (_, n) => {
    const name = `tenants/${String(n).padStart(4, '0')}.db`
    copyFileSync(templates[n % templates.length]!, join(folder, name))
    return name
  })
}

/** Two users with one email. */
export const twoAlike = "UPDATE users SET email = 'same@example.org' WHERE id < 3"

/** What the sqlite_schema of a database says, and the rows of a table. */
export function read(path: string, sql: string): readonly unknown[] {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare(sql).raw().all()
  } finally {
    db.close()
  }
}
