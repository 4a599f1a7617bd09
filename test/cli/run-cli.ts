import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test as base } from 'vitest'

/** What a process has left behind. */
export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface RunOptions {
  /** What the process reads; without it, its stdin is closed. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

export const projectFolder: string = fileURLToPath(new URL('../../', import.meta.url))
const cli = join(projectFolder, 'dist', 'cli.js')

/** A stack trace is for us, and never for who runs the command. */
const stackTrace = /^ {4}at .+:\d+/m

const inFolder = base.extend<{
  folder: string
  schema: (...args: readonly string[]) => Promise<Finished>
}>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures this one needs
  folder: async ({}, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-test-')))
    await use(folder)
    rmSync(folder, { recursive: true, force: true })
  },
  schema: async ({ folder }, use) => {
    await use((...args) => runCli(folder, args))
  },
})

/**
 * A test in an empty folder of its own, which is gone afterwards. `schema` runs the built command line there, as a real
 * process without a terminal. Such tests wait for processes, so several run at a time.
 */
export const test = inFolder.concurrent

/** Runs the built command line in a folder. */
export async function runCli(folder: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const done = await run(folder, process.execPath, [cli, ...args], options)
  if (stackTrace.test(done.stdout + done.stderr)) throw new Error(`a stack trace was printed:\n${done.stderr}`)
  return done
}

/** The command line as one word list, for a shell or a terminal that starts it. */
export function cliCommand(args: readonly string[]): string {
  return [process.execPath, cli, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
}

/** Runs any program in a folder to its end. */
export function run(
  folder: string,
  program: string,
  args: readonly string[],
  { input, env = {} }: RunOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const { FORCE_COLOR: _, ...inherited } = process.env
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...inherited, NO_COLOR: '1', ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout!.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr!.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }),
    )
    child.stdin?.end(input)
  })
}

/** Whether a program is installed; where it is not, the tests that need it say so. */
export function isInstalled(program: string, ...probe: readonly string[]): boolean {
  try {
    execFileSync(program, probe, { stdio: 'ignore' })
    return true
  } catch {
    console.warn(`skipped: tests that need ${program}, which is not installed`)
    return false
  }
}
