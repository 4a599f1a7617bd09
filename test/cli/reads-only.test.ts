import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { bytesOf, contentsOf } from './contents.ts'
import { type Finished, projectFolder, test } from './run-cli.ts'

const declared = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);'
const wider = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'

/** Every command that has to leave the files of a folder as they are, on a database that is in sync with declared.sql. */
const commands = [
  ['plan', 'app.db', '--to', 'wider.sql'],
  ['status', 'app.db', '--to', 'declared.sql'],
  ['apply', 'app.db', '--to', 'declared.sql', '--yes'],
] as const

const makers: readonly (readonly [state: string, make: (path: string) => void | Promise<void>])[] = [
  ['in rollback mode', (path) => makeDatabase(path, 'delete')],
  ['in WAL mode, closed', (path) => makeDatabase(path, 'wal')],
  ['in WAL mode, with a -wal but no -shm', copyWithoutShm],
  ['in WAL mode, of an application that was killed', killApplication],
]

describe.for(makers)('of a database %s', ([, make]) => {
  test.for(commands)('%s %s %s %s changes no byte, and leaves no file', async (args, { folder, schema }) => {
    await make(join(folder, 'app.db'))
    writeTargets(folder)
    const before = filesOf(folder)

    expect(await schema(...args)).toMatchObject({ code: 0 })

    expect(filesOf(folder)).toEqual(before)
  })
})

test('what is only in the -wal of another connection is seen', async ({ folder, schema }) => {
  copyWithoutShm(join(folder, 'app.db'))
  writeTargets(folder)
  expect(await schema('plan', 'app.db', '--to', 'declared.sql')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('in sync'),
  })
})

test('a database that the application has open is planned, with its files as they are', async ({ folder, schema }) => {
  const db = makeDatabase(join(folder, 'app.db'), 'wal', false)
  writeTargets(folder)
  const before = filesOf(folder)
  for (const args of commands) expect(await schema(...args)).toMatchObject({ code: 0 })
  expect(filesOf(folder)).toEqual(before)
  db!.close()
})

describe('a read-only file', () => {
  test.for(makers)('%s can be planned, and an apply is refused', async ([, make], { folder, schema }) => {
    const path = join(folder, 'app.db')
    await make(path)
    writeTargets(folder)
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444)
    const before = filesOf(folder)

    expect(await schema('plan', 'app.db', '--to', 'wider.sql')).toMatchObject({ code: 0, stderr: '' })
    const refused = await schema('apply', 'app.db', '--to', 'wider.sql', '--yes')
    expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('app.db is read-only') })

    expect(filesOf(folder)).toEqual(before)
  })
})

test('a dry run changes nothing, and leaves no file', async ({ folder, schema }) => {
  makeDatabase(join(folder, 'app.db'), 'wal')
  writeTargets(folder)
  const before = bytesOf(folder)
  const done = await schema('apply', 'app.db', '--to', 'wider.sql', '--dry-run')
  expect(done).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('nothing was changed') })
  expect(bytesOf(folder)).toEqual(before)
})

test('a read-only folder is left as it is', async ({ folder, schema }) => {
  mkdirSync(join(folder, 'shelf'))
  makeDatabase(join(folder, 'shelf', 'app.db'), 'wal')
  writeTargets(folder)
  chmodSync(join(folder, 'shelf', 'app.db'), 0o444)
  chmodSync(join(folder, 'shelf'), 0o555)
  const before = bytesOf(join(folder, 'shelf'))
  const plan: Finished = await schema('plan', 'shelf/app.db', '--to', 'wider.sql')
  chmodSync(join(folder, 'shelf'), 0o755)
  expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining('b TEXT') })
  expect(bytesOf(join(folder, 'shelf'))).toEqual(before)
})

/**
 * Every byte of every file, but those of a -shm that is there already: it holds no content, only the marks of who reads
 * where, and every reader writes them. https://www.sqlite.org/walformat.html#the_wal_index_file_format
 */
function filesOf(folder: string): Readonly<Record<string, string>> {
  const files = bytesOf(folder)
  return 'app.db-shm' in files ? { ...files, 'app.db-shm': 'there' } : files
}

function writeTargets(folder: string): void {
  writeFileSync(join(folder, 'declared.sql'), declared)
  writeFileSync(join(folder, 'wider.sql'), wider)
}

function makeDatabase(path: string, mode: 'wal' | 'delete', close = true): Database.Database | undefined {
  const db = new Database(path)
  db.pragma(`journal_mode = ${mode}`)
  db.exec(`${declared} INSERT INTO t (a) VALUES ('x'), ('y')`)
  if (!close) return db
  db.close()
  return undefined
}

/** What a copy of a database in use looks like: the -wal holds everything, and nobody has made a -shm of it. */
function copyWithoutShm(path: string): void {
  const db = makeDatabase(`${path}.live`, 'wal', false)!
  for (const suffix of ['', '-wal']) copyFileSync(`${path}.live${suffix}`, path + suffix)
  db.close()
  rmSync(`${path}.live`)
}

/** An application that was killed leaves both files, and nobody to tidy up. */
async function killApplication(path: string): Promise<void> {
  const script = `
    import Database from ${JSON.stringify(pathToFileURL(join(projectFolder, 'node_modules/better-sqlite3/lib/index.js')).href)}
    const db = new Database(${JSON.stringify(path)})
    db.pragma('journal_mode = WAL')
    db.exec(${JSON.stringify(`${declared} INSERT INTO t (a) VALUES ('x'), ('y')`)})
    process.kill(process.pid, 'SIGKILL')
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' })
  await once(child, 'exit')
  expect([existsSync(`${path}-wal`), existsSync(`${path}-shm`)]).toEqual([true, true])
}

test('the databases of these tests hold what they should', async ({ folder }) => {
  copyWithoutShm(join(folder, 'a.db'))
  await killApplication(join(folder, 'b.db'))
  for (const name of ['a.db', 'b.db']) {
    expect(contentsOf(join(folder, name)).rows).toEqual({
      t: [
        [1n, 1n, 'x'],
        [2n, 2n, 'y'],
      ],
    })
  }
})
