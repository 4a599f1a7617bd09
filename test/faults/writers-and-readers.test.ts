import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { converge, revert } from 'sqlite-converge'
import { afterAll, expect, test } from 'vitest'
import { runCli } from '../cli/run-cli.ts'
import { isLong } from './extent.ts'
import { makeShop } from './shop.ts'
import { rebuilt, type Way, ways, writeWay } from './ways.ts'
import { type BeforeStatement, withStatements } from './with-statements.ts'

const hammer = fileURLToPath(new URL('hammer.mjs', import.meta.url))
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-faults-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** How many rows there are from the start, and how often the schema goes forward and back while others read and write. */
function extentOf(way: Way): readonly [items: number, rounds: number] {
  if (isLong) return [200_000, 20]
  return way === rebuilt ? [20_000, 2] : [5_000, 2]
}
const [writers, readers] = [4, 4]

interface Found {
  readonly role: string
  readonly rounds: number
  /** Milliseconds. */
  readonly longest: number
  /** How often each schema was seen. */
  readonly schemas: Readonly<Record<string, number>>
  readonly wrong: readonly unknown[]
}

const scenes = ways.map((way) => ({ way, name: way.name, rounds: extentOf(way)[1] }))

test.each(scenes)(
  `${writers} writers and ${readers} readers go on while a database in WAL mode is converged $name, $rounds times`,
  {
    timeout: isLong ? 2_520_000 : 360_000,
  },
  async ({ way }) => {
    const [items, rounds] = extentOf(way)
    const [path, target] = [join(folder, `app-${ways.indexOf(way)}.db`), writeWay(folder, way)]
    makeShop(path, items, 'wal')
    const db = new Database(path, { timeout: 120_000 })
    db.exec(`INSERT INTO tags (name, weight) VALUES ('sum', 0)`)
    const schemas = [schemaOf(db)]

    const logs = Array.from({ length: writers }, (_, n) => join(folder, `log-${ways.indexOf(way)}-${n}`))
    const processes = [
      ...logs.map((log) => start(path, 'writer', log)),
      ...Array.from({ length: readers }, () => start(path, 'reader', '')),
    ]
    await Promise.all(processes.map(({ ready, end }) => Promise.race([ready, end])))
    const locks: number[] = []
    let before: readonly string[] = []
    const timed = withStatements(
      db,
      timingLocks(locks, () => {
        before = logs.flatMap(linesOf)
      }),
    )
    let saved = 0
    let [changes, refusals] = [0, 0]
    for (let round = 0; round < rounds; round++) {
      if (round % 2 === 0) refusals += await applyByCommand(path, target, way)
      else {
        const backup = join(folder, `backup-${ways.indexOf(way)}-${round}.db`)
        await converge(timed, target, { ...way.options, backup })
        // Whatever a writer had been told is written before the lock was ours.
        expect(missing(backup, before)).toEqual([])
        saved += before.length
      }
      changes += 1
      schemas.push(schemaOf(db))
      if (round < rounds - 1) {
        // The added columns have been given to rows since, if only by their defaults.
        await revert(timed, { ...way.options, allow: ['drop-column'] })
        changes += 1
        schemas.push(schemaOf(db))
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    for (const { child } of processes) child.stdin!.end()
    const found = await Promise.all(processes.map(({ end }) => end))

    // Nobody saw anything wrong, nor a schema that is neither the old nor the new one.
    expect(found.flatMap(({ wrong }) => wrong)).toEqual([])
    const seen = new Set(found.flatMap((one) => Object.keys(one.schemas)))
    expect([...seen].filter((schema) => !schemas.includes(schema))).toEqual([])
    expect([schemas[0], schemas.at(-1)].every((schema) => seen.has(schema!))).toBe(true)

    // Every row that a writer was told is written is there, with its pair.
    const acknowledged = logs.flatMap(linesOf)
    expect(missing(path, acknowledged)).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(writers * 10)
    expect(db.prepare('SELECT count(*) FROM items').pluck().get()).toBe(items + acknowledged.length)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
    expect(['-wal', '-shm'].filter((suffix) => existsSync(path + suffix))).toEqual([])

    const of = (role: string): readonly Found[] => found.filter((one) => one.role === role)
    const rows = (role: string): number => of(role).reduce((sum, one) => sum + one.rounds, 0)
    const longest = (role: string): number => Math.round(Math.max(...of(role).map((one) => one.longest)))
    console.info(
      [
        `${writers} writers and ${readers} readers while ${items} rows were converged ${way.name} and reverted ${changes} times:`,
        `  the command line was refused the lock ${refusals} times, and applied when it was run again`,
        `  backups hold all of the ${saved} rows that were acknowledged before them`,
        `  ${acknowledged.length} rows acknowledged, none lost; ${rows('reader')} reads, none of a half state`,
        `  the lock was held for at most ${Math.round(Math.max(...locks))} ms`,
        `  the longest wait was ${longest('writer')} ms of a writer and ${longest('reader')} ms of a reader`,
      ].join('\n'),
    )
  },
)

/** What a writer has noted, and the database does not hold. */
function missing(path: string, lines: readonly string[]): readonly string[] {
  const db = new Database(path, { readonly: true })
  const sql = `SELECT items.id || ' ' || code FROM items JOIN parts ON item = items.id AND label = code`
  const there = new Set(db.prepare(sql).pluck().all())
  db.close()
  return lines.filter((line) => !there.has(line))
}

/** The texts that a reader sees. */
function schemaOf(db: Database.Database): string {
  return db
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema
       WHERE tbl_name NOT LIKE 'sqlite_%' AND tbl_name <> '_schema_journal' ORDER BY type, name`,
    )
    .all()
    .map(({ name, sql }) => `${name}: ${sql}`)
    .join('\n')
}

/** Applies with the command line, again where the writers have not let it in; gives how often that was. */
async function applyByCommand(path: string, target: string, way: Way): Promise<number> {
  for (let refusals = 0; ; refusals++) {
    const { code, stderr } = await runCli(folder, ['apply', path, '--to', target, '--yes', ...way.arguments])
    if (code === 0) return refusals
    expect(stderr).toContain('[database-locked]')
    expect(refusals).toBeLessThan(20)
  }
}

/** Notes how long each transaction lasts, in milliseconds; `begun` is called when the lock is held. */
function timingLocks(locks: number[], begun: () => void): BeforeStatement {
  let locked = 0
  return (sql, run) => {
    const answer = run()
    if (sql === 'BEGIN IMMEDIATE') {
      locked = performance.now()
      begun()
    }
    if (sql === 'COMMIT') locks.push(performance.now() - locked)
    return answer
  }
}

function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').trim().split('\n')
}

interface Started {
  readonly child: ChildProcess
  readonly ready: Promise<void>
  readonly end: Promise<Found>
}

/** Starts a process that reads or writes until its stdin ends; one that crashes or is refused fails. */
function start(path: string, role: 'writer' | 'reader', log: string): Started {
  const child = spawn(process.execPath, [hammer, path, role, log], { stdio: 'pipe' })
  let [stdout, stderr] = ['', '']
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk
      if (stdout.startsWith('ready\n')) resolve()
    })
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const end = new Promise<Found>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(stdout.slice('ready\n'.length)) as Found)
      else reject(new Error(`a ${role} ended with ${signal ?? code}: ${stderr}`))
    })
  })
  // Waited for later; one that ends early is not to be an unhandled rejection.
  end.catch(() => {})
  return { child, ready, end }
}
