import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { converge } from 'sqlite-converge'
import { expect, test } from 'vitest'
import { root, snippetsOf, withFolder } from './snippets.ts'

const commands = snippetsOf(readFileSync(join(root, 'docs/reverting.md'), 'utf8'))
  .flatMap(({ code }) => code.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, ''))
  .filter((line) => line.startsWith('schema '))

test('the commands of docs/reverting.md run, one after the other, and lead back to the first plan', async () => {
  expect(commands).toHaveLength(4)
  await withFolder(async (folder) => {
    const [path, to] = [join(folder, 'library.db'), join(folder, 'to.sql')]
    const ids: string[] = []
    for (let n = 1; n <= 6; n++) {
      writeFileSync(to, `CREATE TABLE books (id INTEGER PRIMARY KEY${columns(n)});`)
      ids.push((await converge(path, to, { create: true })).id!)
    }
    for (const command of commands) {
      const args = command.replace('7f3a', ids[0]!.slice(0, 11)).split(' ').slice(1).filter(Boolean)
      const options = { cwd: folder, encoding: 'utf8' } as const
      const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], options)
      expect({ command, status, stderr: status === 0 ? '' : stderr }).toEqual({ command, status: 0, stderr: '' })
    }
    const db = new Database(path)
    expect(db.pragma('table_info(books)')).toHaveLength(2)
    expect(db.prepare("SELECT count(*) FROM _schema_journal WHERE kind = 'revert'").pluck().get()).toBe(5)
    db.close()
  })
})

function columns(count: number): string {
  return Array.from({ length: count }, (_, n) => `, c${n}`).join('')
}
