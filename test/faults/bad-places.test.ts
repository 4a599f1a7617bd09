import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { apply, convergeSync, type Progress, plan, type SetupHandle } from 'sqlite-converge'
import { describe, expect, vi } from 'vitest'
import { bytesOf } from '../cli/contents.ts'
import { cliCommand, type Finished, isInstalled, projectFolder, run, runCli, test } from '../cli/run-cli.ts'
import { chanceOf, isLong, patience, Tally } from './extent.ts'
import { former, type JournalMode, makeShop } from './shop.ts'
import { type State, stateOf } from './state.ts'
import { adopted, rebuilt, type Way, ways } from './ways.ts'

vi.setConfig({ testTimeout: patience })

const items = 4_000
const modes = ['delete', 'wal'] as const
const interrupted = fileURLToPath(new URL('interrupted.mjs', import.meta.url))

interface Place {
  readonly way: Way
  readonly path: string
  readonly target: string
  readonly former: State
  readonly reached: State
}

/** A database with its target, and what has to come of it. */
function placeIn(folder: string, mode: JournalMode = 'delete', way: Way = rebuilt): Place {
  const [path, other, target] = [join(folder, 'app.db'), join(folder, 'other.db'), join(folder, 'target.sql')]
  writeFileSync(target, way.sql)
  makeShop(path, items, mode)
  copyFileSync(path, other)
  convergeSync(other, target, way.options)
  const reached = stateOf(other)
  renameSync(other, join(folder, 'reached.db'))
  return { way, path, target, former: stateOf(path), reached }
}

/** Another database of the same schema, with a row more, and what it becomes. */
function otherOf({ path, target, way }: Place, change: string): Pick<Place, 'path' | 'former' | 'reached'> {
  const [other, whole] = [`${path}.other`, `${path}.whole`]
  copyFileSync(path, other)
  const db = new Database(other)
  db.exec(change)
  db.close()
  copyFileSync(other, whole)
  convergeSync(whole, target, way.options)
  return { path: other, former: stateOf(other), reached: stateOf(whole) }
}

const newRow = "INSERT INTO items (code, amount) VALUES ('other', 1)"
const newIndex = 'CREATE INDEX tags_by_name ON tags (name)'

const scenes = ways
  .flatMap((way) => modes.map((mode) => ({ mode, way, name: way.name })))
  .filter(({ mode, way }) => isLong || mode === 'delete' || way !== adopted)

describe.each(scenes)('in journal mode $mode, $name,', ({ mode, way }) => {
  test('a folder that may not be written to', async ({ folder }) => {
    const place = placeIn(folder, mode, way)
    const { path, target } = place
    const bytes = bytesOf(folder)
    const asNobody = whoMayNotWrite(folder)
    if (asNobody === undefined) return
    try {
      const done = asNobody(['apply', path, '--to', target, '--yes', ...way.arguments])
      expect(done).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('[database-read-only]') })
      expect(done.stderr).toContain('in a directory that may not be written to')
    } finally {
      chmodSync(folder, 0o755)
    }
    expect(bytesOf(folder)).toEqual(bytes)
    expect(await runCli(folder, ['apply', path, '--to', target, '--yes', ...way.arguments])).toMatchObject({ code: 0 })
    expect(stateOf(path)).toEqual(place.reached)
  })

  test('no place for its journal', async ({ folder, schema }) => {
    const place = placeIn(folder, mode, way)
    const { path, target } = place
    const journal = path + (mode === 'wal' ? '-wal' : '-journal')
    mkdirSync(journal)
    const bytes = bytesOf(folder)
    const done = await schema('apply', path, '--to', target, '--yes', ...way.arguments)
    expect(done).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('[database-unreadable]') })
    expect(bytesOf(folder)).toEqual(bytes)
    rmdirSync(journal)
    expect(await schema('apply', path, '--to', target, '--yes', ...way.arguments)).toMatchObject({ code: 0 })
    expect(stateOf(path)).toEqual(place.reached)
  })

  test('a file that another one has replaced since the plan was made', async ({ folder }) => {
    const place = placeIn(folder, mode, way)
    const { path, target } = place
    const same = otherOf(place, newRow)
    const made = await plan(path, target, way.options)
    renameSync(path, `${path}.former`)
    renameSync(same.path, path)
    await apply(path, made)
    expect(stateOf(path)).toEqual(same.reached)
    expect(stateOf(`${path}.former`)).toEqual(place.former)
  })

  test('a file that one with another schema has replaced since the plan was made', async ({ folder }) => {
    const place = placeIn(folder, mode, way)
    const { path, target } = place
    const different = otherOf(place, newIndex)
    const made = await plan(path, target, way.options)
    renameSync(path, `${path}.former`)
    renameSync(different.path, path)
    await expect(apply(path, made)).rejects.toMatchObject({ code: 'schema-drifted' })
    expect(stateOf(path)).toEqual(different.former)
    expect(stateOf(`${path}.former`)).toEqual(place.former)
  })

  test('a file that another one replaces while the plan is made', ({ folder }) => {
    const place = placeIn(folder, mode, way)
    const { path, target } = place
    const same = otherOf(place, newRow)
    let isReplaced = false
    const replace = (): void => {
      if (isReplaced) return
      isReplaced = true
      renameSync(path, `${path}.former`)
      renameSync(same.path, path)
    }
    // Setup is called when the file has been opened, before anything is read.
    expect(() => convergeSync(path, target, { ...way.options, setup: replace })).toThrow(movedAway)
    expect(stateOf(path)).toEqual(same.former)
    expect(stateOf(`${path}.former`)).toEqual(place.former)
  })

  test('a file that another one replaces before the plan is committed', ({ folder }) => {
    const place = placeIn(folder, mode, way)
    const { path, target } = place
    const same = otherOf(place, newRow)
    let isReplaced = false
    const onProgress = ({ phase }: Progress): void => {
      if (phase !== 'verifying' || isReplaced) return
      isReplaced = true
      renameSync(path, `${path}.former`)
      renameSync(same.path, path)
    }
    expect(() => convergeSync(path, target, { ...way.options, onProgress })).toThrow(movedAway)
    expect(isReplaced).toBe(true)
    expect(stateOf(path)).toEqual(same.former)
    expect(stateOf(`${path}.former`)).toEqual(place.former)
  })

  if (way !== rebuilt) return
  test('a file that another one replaces while rows are copied', ({ folder }) => {
    const place = placeIn(folder, mode, way)
    const { path } = place
    const checking = join(folder, 'checking.sql')
    writeFileSync(checking, former.replace('amount NUMERIC', 'amount NUMERIC CHECK (seen(amount))'))
    let calls = 0
    let last = Number.POSITIVE_INFINITY
    const setup = (db: SetupHandle): void => {
      db.function('seen', { deterministic: true }, (_value: unknown) => {
        calls += 1
        if (calls === last) {
          renameSync(path, `${path}.former`)
          renameSync(`${path}.other`, path)
        }
        return 1
      })
    }
    // The rows are asked when the plan is made, under the lock, and when they are copied: the last call is well inside.
    copyFileSync(path, `${path}.try`)
    convergeSync(`${path}.try`, checking, { setup })
    expect(calls).toBeGreaterThan(2 * items)
    last = calls - 10
    calls = 0
    copyFileSync(path, `${path}.other`)
    expect(() => convergeSync(path, checking, { setup })).toThrow(movedAway)
    expect(calls).toBeGreaterThan(last)
    expect(stateOf(path)).toEqual(place.former)
    expect(stateOf(`${path}.former`)).toEqual(place.former)
  })
})

// In WAL mode SQLite does not look: what a handle writes then is where the application's own statements write.
test.for(ways)('a handle whose file another one has replaced, $name', (way, { folder }) => {
  const place = placeIn(folder, 'delete', way)
  const { path, target } = place
  const same = otherOf(place, newRow)
  const db = new Database(path)
  expect(db.prepare('SELECT count(*) FROM items').pluck().get()).toBe(items)
  renameSync(path, `${path}.former`)
  renameSync(same.path, path)
  expect(() => convergeSync(db, target, way.options)).toThrow(movedAway)
  expect(db.inTransaction).toBe(false)
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
  db.close()
  expect(stateOf(path)).toEqual(same.former)
  expect(stateOf(`${path}.former`)).toEqual(place.former)
})

const movedAway = expect.objectContaining({
  code: 'database-read-only',
  message: expect.stringContaining('replaced by another file'),
})

describe.each(ways)('a file that is replaced under the command line, $name,', (way) => {
  const times = isLong ? 60 : way === rebuilt ? 4 : 2

  test(
    `at any time, ${times} times, is the old or the new one, as is what replaces it`,
    async ({ folder }) => {
      const chance = chanceOf(`replaced, ${way.name}`)
      const place = placeIn(folder, 'delete', way)
      const { path, target } = place
      const seed = join(folder, 'seed.db')
      copyFileSync(path, seed)
      const same = otherOf(place, newRow)
      const arguments_ = ['apply', path, '--to', target, '--yes', ...way.arguments]
      const started = performance.now()
      expect(await runCli(folder, arguments_)).toMatchObject({ code: 0 })
      const lasts = performance.now() - started
      const found = new Tally()
      for (let n = 0; n < times; n++) {
        copyFileSync(seed, path)
        const next = join(folder, 'next.db')
        copyFileSync(same.path, next)
        const running = runCli(folder, arguments_)
        const delay = chance.next() * lasts
        await new Promise((resolve) => setTimeout(resolve, delay))
        renameSync(path, `${path}.former`)
        renameSync(next, path)
        const { code, stderr } = await running
        const [moved, here] = [stateOf(`${path}.former`), stateOf(path)]
        expect([place.former, place.reached], `after ${delay} ms`).toContainEqual(moved)
        expect([same.former, same.reached], `after ${delay} ms`).toContainEqual(here)
        const isApplied = moved.digest === place.reached.digest || here.digest === same.reached.digest
        expect(isApplied, `after ${delay} ms: ${stderr}`).toBe(code === 0)
        const which = here.digest === same.reached.digest ? 'what came' : isApplied ? 'what went' : 'neither'
        found.add(`exit ${code}: applied to ${which}`)
      }
      console.info(`replaced under the command line, ${way.name}, ${times} times:\n${found}`)
    },
    60_000 + times * 30_000,
  )
})

describe.skipIf(!isInstalled('script', '--version'))(
  'a file that is replaced while the command line waits for an answer',
  () => {
    test('gets the plan, where it fits', async ({ folder }) => {
      const place = placeIn(folder)
      const same = otherOf(place, newRow)
      const done = await answerAfter(folder, place.target, `mv app.db app.db.former; mv app.db.other app.db`)
      expect(done, done.stdout).toMatchObject({ code: 0 })
      expect(stateOf(place.path)).toEqual(same.reached)
      expect(stateOf(`${place.path}.former`)).toEqual(place.former)
    })

    test('is refused, where the plan does not fit', async ({ folder }) => {
      const place = placeIn(folder)
      const different = otherOf(place, newIndex)
      const done = await answerAfter(folder, place.target, `mv app.db app.db.former; mv app.db.other app.db`)
      expect(done, done.stdout).toMatchObject({ code: 3, stdout: expect.stringContaining('schema-drifted') })
      expect(stateOf(place.path)).toEqual(different.former)
      expect(stateOf(`${place.path}.former`)).toEqual(place.former)
    })
  },
)

describe.each(ways)('what an interrupted write has left, $name:', (way) => {
  test('a hot journal is rolled back by apply, and left alone by what reads', async ({ folder, schema }) => {
    const { path, target, reached } = placeIn(folder, 'delete', way)
    const size = statSync(path).size
    leave(path, ['PRAGMA cache_size = 5', 'BEGIN', "UPDATE items SET note = 'half', amount = amount + 1"])
    expect(statSync(`${path}-journal`).size).toBeGreaterThan(size / 2)
    const bytes = bytesOf(folder)
    for (const args of [
      ['plan', path, '--to', target, ...way.arguments],
      ['status', path],
    ]) {
      const done = await schema(...args)
      expect(done).toMatchObject({ code: 2, stderr: expect.stringContaining('rolled back first') })
    }
    expect(bytesOf(folder)).toEqual(bytes)
    expect(await schema('apply', path, '--to', target, '--yes', ...way.arguments)).toMatchObject({ code: 0 })
    expect(existsSync(`${path}-journal`)).toBe(false)
    expect(stateOf(path)).toEqual(reached)
  })

  test('a hot journal is rolled back by the library too', ({ folder }) => {
    const { path, target, reached } = placeIn(folder, 'delete', way)
    leave(path, ['PRAGMA cache_size = 5', 'BEGIN', "UPDATE items SET note = 'half'"])
    convergeSync(path, target, way.options)
    expect(stateOf(path)).toEqual(reached)
  })

  test('the rows of a leftover -wal are there after apply, and left alone by what reads', async ({
    folder,
    schema,
  }) => {
    const place = placeIn(folder, 'wal', way)
    const { path, target } = place
    const other = otherOf(place, newRow)
    // One transaction that was acknowledged, and one that was not.
    leave(path, [newRow, 'PRAGMA cache_size = 5', 'BEGIN', "UPDATE items SET note = 'half'"])
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(100_000)
    const bytes = bytesOf(folder)
    expect(await schema('plan', path, '--to', target, ...way.arguments)).toMatchObject({ code: 0 })
    const { 'app.db-shm': _, ...after } = bytesOf(folder)
    const { 'app.db-shm': __, ...before } = bytes
    expect(after).toEqual(before)
    expect(await schema('apply', path, '--to', target, '--yes', ...way.arguments)).toMatchObject({ code: 0 })
    expect(existsSync(`${path}-wal`)).toBe(false)
    expect(stateOf(path)).toEqual(other.reached)
  })
})

function leave(path: string, statements: readonly string[]): void {
  const { signal, stderr } = spawnSync(process.execPath, [interrupted, path, ...statements], { encoding: 'utf8' })
  expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' })
}

/**
 * Runs the command line as somebody who may write to the file of a folder, and not to the folder: root may write everywhere, and has
 * to be somebody else for that. Undefined, and said, where that one can't run it at all.
 */
function whoMayNotWrite(folder: string): ((args: readonly string[]) => Finished) | undefined {
  const isRoot = process.getuid?.() === 0
  const command = (args: readonly string[]): Finished => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectFolder, 'dist/cli.js'), ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', HOME: folder },
      ...(isRoot && { uid: 65_534, gid: 65_534 }),
    })
    return { code: status, stdout, stderr }
  }
  for (const name of ['app.db', 'target.sql']) chmodSync(join(folder, name), 0o666)
  chmodSync(folder, 0o555)
  if (command(['plan', 'app.db', '--to', 'target.sql']).code === 0) return command
  chmodSync(folder, 0o755)
  console.warn('skipped: a folder that may not be written to; another user can not run this checkout')
  return undefined
}

/** Runs apply on a pseudo terminal of util-linux, does something when it asks, and then answers yes. */
function answerAfter(folder: string, target: string, meanwhile: string): Promise<Finished> {
  writeFileSync(join(folder, 'command.sh'), `exec ${cliCommand(['apply', 'app.db', '--to', target])}\n`)
  const script = `
    : > screen
    mkfifo keys
    ( until grep -Eq 'statements? to' screen; do sleep 0.05; done
      ${meanwhile}; sleep 0.2; printf 'y\\r'; sleep 20 ) > keys & typist=$!
    script --quiet --flush --return --command 'TERM=xterm sh command.sh' screen < keys
    code=$?; kill $typist; exit $code`
  return run(folder, 'bash', ['-c', script])
}
