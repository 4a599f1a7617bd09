import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { projectFolder, runCli } from '../cli/run-cli.ts'
import { chanceOf, isLong, Tally } from './extent.ts'
import { inTurns } from './in-turns.ts'
import { makeShop } from './shop.ts'
import { type State, stateOf } from './state.ts'
import { rebuilt, type Way, ways, writeWay } from './ways.ts'

const dist = join(projectFolder, 'dist')
const driver = fileURLToPath(new URL('apply-announced.mjs', import.meta.url))
const cli = join(dist, 'cli.js')

const items = isLong ? 200_000 : 40_000

/** In each journal mode and way: kills of a process that says where it is, and of the command line, which does not. */
function killsOf(way: Way): readonly [kills: number, commandKills: number] {
  if (isLong) return [160, 40]
  return way === rebuilt ? [10, 3] : [4, 2]
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-faults-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Line {
  /** Milliseconds since the start. */
  readonly at: number
  readonly phase: string
}

/** How a process has ended, and what it had said. */
interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
  readonly lines: readonly Line[]
  readonly stderr: string
}

/** Where a process is ended: when it has said so many lines, by itself at once or from outside after a while. */
interface Point {
  readonly lines: number
  readonly delay?: number
}

const scenes = ways.flatMap((way) => (['delete', 'wal'] as const).map((mode) => ({ mode, way, what: way.name })))

describe.each(scenes)('a process that is killed, in journal mode $mode, $what,', ({ mode, way, what }) => {
  const [kills, commandKills] = killsOf(way)
  const target = writeWay(folder, way)
  const seed = join(folder, `${mode}.db`)
  let former: State
  let reached: State
  let course: readonly Line[]

  /** One run without a fault says what is right, and how long everything takes. */
  async function measure(): Promise<void> {
    if (course !== undefined) return
    if (!existsSync(seed)) makeShop(seed, items, mode)
    former = stateOf(seed)
    const path = copyOf(seed, 'whole')
    const ended = await announced(path, way)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    course = ended.lines
    reached = stateOf(path)
    expect(reached).toMatchObject({ integrity: 'ok', orphans: former.orphans, entries: ['apply'] })
    expect(reached.digest).not.toBe(former.digest)
    removeAll(path)
  }

  test(
    `leaves the old or the new database, ${kills} times`,
    async () => {
      const chance = chanceOf(`killed in mode ${mode}, ${what}`)
      await measure()
      const [phases, leftovers] = [new Tally(), new Tally()]
      await inTurns(kills, async (n) => {
        while (!(await killOnce(pointOf(n), `${mode}-${ways.indexOf(way)}-${n}`)))
          leftovers.add('too late: it had ended')
      })
      console.info(
        `killed in mode ${mode}, ${what}, ${items} rows, ${phases.total} times:\n${phases}\nfound:\n${leftovers}`,
      )
      const written = phases.names.filter(isWritten)
      console.info(`between the first write and COMMIT in mode ${mode}, ${what}: ${phases.of(...written)}`)
      expect(phases.total).toBe(kills)
      expect(phases.of(...written)).toBeGreaterThanOrEqual(isLong ? 50 : way === rebuilt ? 4 : 1)

      /** Ends a process, and looks at what it leaves; false where it had ended by itself. */
      async function killOnce(point: Point, name: string): Promise<boolean> {
        const path = copyOf(seed, name)
        const { signal, code, lines, stderr } = await announced(path, way, point)
        const phase = lines.at(-1)?.phase ?? 'starting'
        const where = `${phase}, ${JSON.stringify(point)}`
        if (signal === null) expect({ code, stderr, phase }, where).toEqual({ code: 0, stderr: '', phase: 'done' })
        else leftovers.add(describeLeftovers(path))
        const found = stateOf(path)
        const which = found.digest === former.digest ? 'old' : 'new'
        if (signal !== null) phases.add(phase === 'COMMIT' ? `COMMIT, and the ${which} database is found` : phase)
        if (isCommitted(lines)) expect(found, where).toEqual(reached)
        else if (phase === 'COMMIT') expect([former, reached], where).toContainEqual(found)
        else expect(found, where).toEqual(former)
        await finish(path, where)
        return signal !== null
      }

      /** By turns before any statement at all, before one that writes, anywhere in the time from the lock on, and inside COMMIT. */
      function pointOf(n: number): Point {
        if (n % 4 === 1) return { lines: 1 + Math.floor(chance.next() * (course.length - 1)) }
        if (n % 4 === 3)
          return { lines: chance.pick([...course.keys()].filter((at) => isWritten(course[at]!.phase))) + 1 }
        const first = n % 4 === 0 ? 'COMMIT' : 'taking the lock'
        const start = course.find(({ phase }) => phase === first)!.at
        const end = course.find(({ phase }) => phase === 'after COMMIT')!.at
        const at = start + chance.next() * (end - start)
        const lines = course.filter((line) => line.at <= at).length
        return { lines, delay: at - course[lines - 1]!.at }
      }
    },
    60_000 + kills * 30_000,
  )

  test(
    `is the command line, ${commandKills} times`,
    async () => {
      const chance = chanceOf(`the command line killed in mode ${mode}, ${what}`)
      await measure()
      let lasts = await measureCommand()
      const found = new Tally()
      await inTurns(commandKills, async (n) => {
        while (!(await killOnce(lasts * (0.2 + chance.next() * 0.8), `${mode}-${ways.indexOf(way)}-command-${n}`))) {
          found.add('too late: it had ended')
          // It was alone, or the machine was slower, when it was measured.
          lasts *= 0.9
        }
      })
      console.info(`the command line killed in mode ${mode}, ${what}, ${items} rows, ${commandKills} times:\n${found}`)

      async function measureCommand(): Promise<number> {
        const whole = copyOf(seed, 'command')
        const started = performance.now()
        await runCli(folder, applying(whole))
        const ended = performance.now()
        await finish(whole, 'without a fault')
        return ended - started
      }

      /** Kills the command line, and looks at what it leaves; false where it had ended by itself. */
      async function killOnce(delay: number, name: string): Promise<boolean> {
        const path = copyOf(seed, name)
        const isKilled = (await killCommand(applying(path), delay)) === null
        const leftover = describeLeftovers(path)
        const state = stateOf(path)
        expect(isKilled ? [former, reached] : [reached], `after ${delay} ms`).toContainEqual(state)
        const which = state.digest === former.digest ? 'the old database' : 'the new database'
        if (isKilled) found.add(`${which}, ${leftover}`)
        await finish(path, `after ${delay} ms`)
        return isKilled
      }
    },
    60_000 + commandKills * 30_000,
  )

  function applying(path: string): readonly string[] {
    return ['apply', path, '--to', target, '--yes', ...way.arguments]
  }

  /** Applies with the command line, and expects the new database and nothing beside it. */
  async function finish(path: string, where: string): Promise<void> {
    const done = await runCli(folder, applying(path))
    expect(done, where).toMatchObject({ code: 0 })
    expect(describeLeftovers(path), where).toBe('nothing beside it')
    expect(stateOf(path), where).toEqual(reached)
    removeAll(path)
  }
})

function isCommitted(lines: readonly Line[]): boolean {
  return lines.some(({ phase }) => ['after COMMIT', 'closing', 'done'].includes(phase))
}

/** Whether a phase lies between the first write and the end of COMMIT. */
function isWritten(phase: string): boolean {
  return /^(step|compare|confirm|verify|journal|COMMIT)/.test(phase)
}

/** Applies in a process that says where it is, and ends it. */
function announced(path: string, way: Way, { lines: last, delay }: Point = { lines: 0 }): Promise<Ended> {
  const itself = delay === undefined ? [String(last)] : []
  const how = way.fast ? 'fast' : 'plain'
  const child = spawn(process.execPath, [driver, dist, path, writeWay(folder, way), how, ...itself], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const lines: Line[] = []
  const stderr: Buffer[] = []
  child.stderr!.on('data', (chunk: Buffer) => stderr.push(chunk))
  createInterface({ input: child.stdio[3] as NodeJS.ReadableStream }).on('line', (line) => {
    const space = line.indexOf(' ')
    lines.push({ at: Number(line.slice(0, space)), phase: line.slice(space + 1) })
    if (delay !== undefined && lines.length === last) setTimeout(() => child.kill('SIGKILL'), delay)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      resolve({ code, signal, lines, stderr: Buffer.concat(stderr).toString() })
    })
  })
}

/** Starts the command line, and ends it and whatever it has started. */
function killCommand(args: readonly string[], delay: number): Promise<number | null> {
  const child: ChildProcess = spawn(process.execPath, [cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  child.stdout!.resume()
  child.stderr!.resume()
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), delay)
  child.on('exit', () => clearTimeout(timer))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    // Not before everything that it has started, and that holds its pipes, is gone too.
    child.on('close', resolve)
  })
}

function describeLeftovers(path: string): string {
  const found = ['-journal', '-wal', '-shm'].filter((suffix) => existsSync(path + suffix))
  if (found.length === 0) return 'nothing beside it'
  return found.map((suffix) => `${statSync(path + suffix).size === 0 ? 'an empty' : 'a'} ${suffix}`).join(' and ')
}

function copyOf(seed: string, name: string): string {
  const path = join(folder, `copy-${name}.db`)
  copyFileSync(seed, path)
  return path
}

function removeAll(path: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(path + suffix, { force: true })
}
