import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { root, runCommands, withFolder } from './snippets.ts'

const page = readFileSync(join(root, 'docs/applying.md'), 'utf8')

test('the commands of the page run, one after the other, on a database that is not in sync', async () => {
  await withFolder(async (folder) => {
    const db = new Database(join(folder, 'library.db'))
    db.exec('CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT)')
    db.close()
    const declared = `table({ id: integer(), title: text().notNull() }).primaryKey(['id'])`
    writeFileSync(
      join(folder, 'schema.ts'),
      `import { defineSchema, integer, table, text } from 'sqlite-converge'\nexport default defineSchema({ books: ${declared} })\n`,
    )
    const said = runCommands(page, folder)
    expect(said.length).toBeGreaterThanOrEqual(3)
    for (const stdout of said) expect(stdout).toMatch(/applied|reverted/)
    const backups = readdirSync(folder).filter((name) => /backup-|before-revert/.test(name))
    expect(backups).toHaveLength(2)
  })
})
