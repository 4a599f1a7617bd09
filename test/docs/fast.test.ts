import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { root, runCommands, withFolder } from './snippets.ts'

test('the commands of docs/fast.md run, and no row is copied by them', async () => {
  const page = readFileSync(join(root, 'docs/fast.md'), 'utf8')
  await withFolder(async (folder) => {
    const path = join(folder, 'library.db')
    const db = new Database(path)
    db.exec('CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, UNIQUE (title))')
    const rootPage = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'books'").pluck()
    const before = rootPage.get()
    const declared = `table({ id: integer(), title: text().notNull() }).primaryKey(['id']).unique('titles', ['title'])`
    writeFileSync(
      join(folder, 'schema.ts'),
      `import { defineSchema, integer, table, text } from 'sqlite-converge'\nexport default defineSchema({ books: ${declared} })\n`,
    )
    const said = runCommands(page, folder)
    expect(said).toEqual([
      expect.stringContaining('books is changed in place: its rows stay valid as they are stored'),
      expect.stringContaining('applied'),
      expect.stringContaining('reverted'),
    ])
    expect(rootPage.get()).toBe(before)
    db.close()
  })
})
