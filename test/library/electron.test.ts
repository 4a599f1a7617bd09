import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'

const library = new URL('../../dist/src/index.js', import.meta.url).href

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-converge-electron-'))
  const db = new Database(join(folder, 'app.db'))
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x')")
  db.close()
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE);')
  // As Electron's executable: another window of the application, unless it is told to be Node.
  const electron = `#!/bin/sh\nif [ "$ELECTRON_RUN_AS_NODE" != 1 ]; then touch '${folder}/window'; exit 1; fi\nexec '${process.execPath}' "$@"\n`
  writeFileSync(join(folder, 'electron'), electron)
  chmodSync(join(folder, 'electron'), 0o755)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['a backup is made', `await converge('app.db', 'to.sql', { backup: 'copy.db' })`],
  ['a backup is made, at once', `convergeSync('app.db', 'to.sql', { backup: 'copy.db' })`],
  [
    'a process of its own holds the connection',
    `await converge('app.db', 'to.sql', { signal: new AbortController().signal })`,
  ],
  ['a -wal that was left is read', `if ((await status('left.db')).tables !== 1) process.exit(9)`],
])('inside Electron, Node is what runs where %s', (_, code) => {
  leaveWal(join(folder, 'left.db'))
  const script = `process.execPath = ${JSON.stringify(join(folder, 'electron'))}
    const { converge, convergeSync, status } = await import(${JSON.stringify(library)})
    ${code}`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(existsSync(join(folder, 'window'))).toBe(false)
})

/** A database whose -wal nobody has read back, as a killed process leaves it. */
function leaveWal(path: string): void {
  const db = new Database(`${path}-open`)
  db.pragma('journal_mode = WAL')
  db.exec('CREATE TABLE t (a)')
  copyFileSync(`${path}-open`, path)
  copyFileSync(`${path}-open-wal`, `${path}-wal`)
  db.close()
  expect(readFileSync(`${path}-wal`).length).toBeGreaterThan(0)
}
