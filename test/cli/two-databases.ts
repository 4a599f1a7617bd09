import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'

/** Writes files into a folder, and makes the folders in between. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** Makes a database of a script. */
export function make(folder: string, path: string, sql: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  const db = new Database(join(folder, path))
  db.exec(sql)
  db.close()
}

/** One value of a database. */
export function ask(folder: string, path: string, sql: string): unknown {
  const db = new Database(join(folder, path), { readonly: true })
  try {
    return db.prepare(sql).pluck().get()
  } finally {
    db.close()
  }
}

export const books = 'CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT);'
export const notes = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);'
export const legacy = 'CREATE TABLE legacy_log (line TEXT); INSERT INTO legacy_log VALUES (1);'

/** A project of two databases, neither of which is as its target says. */
export function makeProject(folder: string): void {
  make(folder, 'data/library.db', `${books} ${legacy}`)
  make(folder, 'data/notes.db', notes)
  write(folder, {
    'schema/library.sql': books.replace('title TEXT', 'title TEXT, year INTEGER'),
    'schema/notes.sql': notes.replace('body TEXT', 'body TEXT, tag TEXT'),
    'schema.config.ts': `import { defineConfig } from 'sqlite-converge'

export default defineConfig({
  databases: {
    library: { path: 'data/library.db', to: 'schema/library.sql', exclude: ['legacy_*'] },
    notes: { path: 'data/notes.db', to: 'schema/notes.sql' },
  },
})
`,
  })
}
