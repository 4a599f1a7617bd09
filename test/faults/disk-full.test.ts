import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { ConvergeError, convergeSync } from 'sqlite-converge'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { type Finished, isInstalled, projectFolder, run } from '../cli/run-cli.ts'
import { isLong, patience, Tally } from './extent.ts'
import { inTurns } from './in-turns.ts'
import { settingsOf } from './pragmas.ts'
import { former, type JournalMode, makeShop } from './shop.ts'
import { type State, stateOf } from './state.ts'
import { inPlace, rebuilt, type Way, ways, writeWay } from './ways.ts'
import { withStatements } from './with-statements.ts'

vi.setConfig({ testTimeout: patience })

/** How many different sizes a disk, a file or a database has, in each journal mode and way. */
function sizesOf(way: Way): number {
  if (isLong) return 120
  return way === rebuilt ? 12 : 4
}
const items = isLong ? 40_000 : 8_000

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-faults-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const cli = join(projectFolder, 'dist', 'cli.js')
const canMount = isInstalled('unshare', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', folder)

interface Shop {
  readonly seed: string
  readonly former: State
  readonly reached: State
  /** The bytes of the file before, and of the largest one on the way. */
  readonly from: number
  readonly to: number
}

const shops = new Map<string, Shop>()

function shopOf(mode: JournalMode, way: Way): Shop {
  const name = `${mode}-${ways.indexOf(way)}`
  const known = shops.get(name)
  if (known !== undefined) return known
  const seed = join(folder, `${mode}.db`)
  if (!existsSync(seed)) makeShop(seed, items, mode)
  const whole = copyOf(seed, `whole-${name}`)
  convergeSync(whole, writeWay(folder, way), way.options)
  const [from, to] = [statSync(seed).size, statSync(whole).size]
  const shop = { seed, former: stateOf(seed), reached: stateOf(whole), from, to }
  shops.set(name, shop)
  return shop
}

/** Nothing but indexes: the database grows until the last of them. */
const indexes = join(folder, 'indexes.sql')
writeFileSync(
  indexes,
  `${former}
  CREATE INDEX items_by_code ON items (code, amount);
  CREATE UNIQUE INDEX items_by_code_and_note ON items (code COLLATE binary, note);
  CREATE INDEX parts_by_label ON parts (label);
  CREATE INDEX tags_by_name ON tags (name, weight);`,
)

/** Sizes at equal distances, the first and the last one not among them. */
function between(from: number, to: number, sizes: number): readonly number[] {
  return Array.from({ length: sizes }, (_, n) => Math.floor(from + ((to - from) * (n + 1)) / (sizes + 1)))
}

const scenes = ways.flatMap((way) => (['delete', 'wal'] as const).map((mode) => ({ mode, way, name: way.name })))

describe.each(scenes)('in journal mode $mode, $name,', ({ mode, way, name }) => {
  const target = writeWay(folder, way)
  const sizes = sizesOf(way)
  const id = `${mode}-${ways.indexOf(way)}`
  const toTargets: readonly (readonly [what: string, to: string])[] = [
    ['that is changed', target],
    ...(way === rebuilt ? [['that gets indexes', indexes] as const] : []),
  ]

  test.each(toTargets)('a database %s and may not grow any more is as it was', (what, to) => {
    const { seed, former } = shopOf(mode, way)
    const whole = copyOf(seed, 'indexed')
    convergeSync(whole, to, way.options)
    const reached = stateOf(whole)
    const tally = new Tally()
    for (const [n, size] of between(statSync(seed).size, statSync(whole).size, sizes).entries()) {
      const path = copyOf(seed, `pages-${n}`)
      const db = new Database(path)
      db.pragma(`max_page_count = ${Math.floor(size / 4096)}`)
      const settings = settingsOf(db)
      const steps: string[] = []
      const error = errorOf(() => convergeSync(watched(db, steps), to, way.options))
      expect(error, `${size} bytes`).toMatchObject({
        code: 'step-failed',
        message: expect.stringContaining('the disk is full'),
      })
      tally.add(steps.at(-1)!)
      expect([db.inTransaction, settingsOf(db)]).toEqual([false, settings])
      expect(stateOf(path)).toEqual(former)
      db.pragma('max_page_count = 1073741823')
      convergeSync(db, to, way.options)
      db.close()
      expect(stateOf(path)).toEqual(reached)
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
    }
    console.info(`max_page_count at ${sizes} sizes of a database ${what} in mode ${mode}, ${name}, full at:\n${tally}`)
    expect(tally.total).toBe(sizes)
  })

  test('a file that may not grow any more is as it was', async () => {
    const { former, to, seed } = shopOf(mode, way)
    const ends = new Tally()
    await inTurns(sizes, async (n) => {
      // The file, its journal and what is sorted are all held to it; the first sizes are less than the file has.
      const size = between(0, to, sizes)[n]!
      const path = copyOf(seed, `limited-${n}`)
      const limited = `ulimit -f "$1"; shift; exec "$@"`
      const blocks = String(Math.floor(size / 512))
      const done = await run(folder, 'sh', ['-c', limited, 'sh', blocks, process.execPath, ...applying(path, way)])
      ends.add(describeEnd(done, `${size} bytes`))
      if (done.code !== 0) expect(stateOf(path), `${size} bytes`).toEqual(former)
      finish(mode, way, path, `${size} bytes`)
    })
    console.info(`ulimit -f at ${sizes} sizes in mode ${mode}, ${name}:\n${ends}`)
    expect(ends.total).toBe(sizes)
  })

  test.skipIf(!canMount)('on a disk that is full it is as it was', async () => {
    const { former, from, to, seed } = shopOf(mode, way)
    const ends = new Tally()
    // The journal holds about as much as there was, or little, where nothing is copied.
    const most = way === inPlace ? to + (to - from) / 2 : to + from
    await inTurns(sizes, async (n) => {
      const size = between(from, most, sizes)[n]!
      const [disk, out] = [join(folder, `disk-${id}-${n}`), join(folder, `from-disk-${id}-${n}`)]
      for (const path of [disk, out]) mkdirSync(path)
      const script = `
        mount -t tmpfs -o size="$1" tmpfs "$2" && cp "$3" "$2/app.db" || exit 99
        disk="$2"; out="$4"; shift 4
        "$@"; code=$?
        cp "$disk"/app.db* "$out"; exit $code`
      const command = [process.execPath, ...applying(join(disk, 'app.db'), way)]
      const args = ['sh', '-c', script, 'sh', `${Math.ceil(size / 4096) * 4096}`, disk, seed, out, ...command]
      const done = await run(folder, 'unshare', ['--map-root-user', '--mount', ...args])
      ends.add(describeEnd(done, `${size} bytes`))
      const path = join(out, 'app.db')
      if (done.code !== 0) expect(stateOf(path), `${size} bytes`).toEqual(former)
      finish(mode, way, path, `${size} bytes`)
    })
    console.info(`a disk of ${sizes} sizes in mode ${mode}, ${name}:\n${ends}`)
    expect(ends.total).toBe(sizes)
  })
})

function applying(path: string, way: Way): readonly string[] {
  return [cli, 'apply', path, '--to', writeWay(folder, way), '--yes', '--format', 'json', ...way.arguments]
}

/** With room again, the same gives the new database. */
function finish(mode: JournalMode, way: Way, path: string, where: string): void {
  convergeSync(path, writeWay(folder, way), way.options)
  expect(stateOf(path), where).toEqual(shopOf(mode, way).reached)
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(path + suffix, { force: true })
}

/** What a command that had not enough room says; it has to end by itself, with an error of ours that names the reason. */
function describeEnd({ code, stdout, stderr }: Finished, where: string): string {
  if (code === 0) return 'applied: there was room'
  expect([2, 3, 4], `${where}: ${stderr}`).toContain(code)
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string; advice: readonly string[] } }
  expect(error.advice.length, `${where}: ${error.message}`).toBeGreaterThan(0)
  return `exit ${code}, ${error.code}: ${error.message.replaceAll(/\/[^ ]*\.db/g, 'app.db')}`
}

/** A handle that notes the start of each statement that writes. */
function watched(db: Database.Database, noted: string[]): Database.Database {
  return withStatements(db, (sql, run) => {
    if (/^(CREATE|INSERT|UPDATE|COMMIT|ALTER|DROP)/.test(sql))
      noted.push(
        sql
          .split(/[\s(]+/)
          .slice(0, 5)
          .join(' '),
      )
    return run()
  })
}

function errorOf(act: () => unknown): ConvergeError {
  try {
    act()
  } catch (error) {
    if (error instanceof ConvergeError) return error
    throw error
  }
  return expect.unreachable('it was applied')
}

function copyOf(seed: string, name: string): string {
  const path = join(folder, `copy-${name}.db`)
  copyFileSync(seed, path)
  return path
}
