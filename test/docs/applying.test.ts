import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { root, snippetsOf, withFolder } from './snippets.ts'

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
    const commands = snippetsOf(page)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code }) => code.split('\n'))
      .map((line) => line.replace(/\s+#.*$/, ''))
      .filter((line) => line !== '')
    expect(commands.length).toBeGreaterThanOrEqual(3)
    for (const command of commands) {
      const args = command.split(/\s+/).slice(1)
      const { status, stdout } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect({ command, status }).toEqual({ command, status: 0 })
      expect(stdout).toMatch(/applied|reverted/)
    }
    const backups = readdirSync(folder).filter((name) => /backup-|before-revert/.test(name))
    expect(backups).toHaveLength(2)
  })
})
