import { spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { errorCodes } from '../../src/model/error.ts'
import { projectFolder } from '../cli/run-cli.ts'

/** CONVERGE_HOSTILE_SEED (a number, or `random`) for other damage, and CONVERGE_HOSTILE_FILES for more of it. */
const given = process.env.CONVERGE_HOSTILE_SEED ?? '20261125'
const seed = given === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(given)
const files = Number(process.env.CONVERGE_HOSTILE_FILES ?? 160)
const script = fileURLToPath(new URL('corrupt.mjs', import.meta.url))
/** Two processes at a time: so many cores has a small machine. */
const halves = [0, Math.ceil(files / 2), files] as const

interface Document {
  readonly n?: number
  readonly what?: string
  readonly op?: string
  readonly wrong?: string
  readonly outcomes?: readonly string[]
  readonly end?: number
}

/** Damages files and meets each, in a process of its own; a signal or an exit code is told with what it was about. */
function corrupt(from: number, to: number): Promise<readonly Document[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-hostile-')))
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [script, join(projectFolder, 'dist'), folder, `${seed}`, `${from}`, `${to}`, JSON.stringify(errorCodes)],
      { timeout: 20_000 + (to - from) * 1_000 },
    )
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      rmSync(folder, { recursive: true, force: true })
      const documents = Buffer.concat(out)
        .toString()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Document)
      if (code === 0) resolve(documents)
      else
        reject(new Error(`ended with ${signal ?? code} at ${JSON.stringify(documents.at(-1))}\n${Buffer.concat(err)}`))
    })
  })
}

test(
  `${files} damaged databases are met with an error of ours or a result, and never a crash`,
  async () => {
    const found = await Promise.all([corrupt(halves[0], halves[1]), corrupt(halves[1], halves[2])])
    const documents = found.flat()
    const counts = new Map<string, number>()
    for (const { outcomes = [] } of documents)
      for (const code of outcomes) counts.set(code, (counts.get(code) ?? 0) + 1)
    const wrong = documents.filter((document) => document.wrong !== undefined)
    console.log(`${files} damaged databases of seed ${seed}:`, Object.fromEntries(counts))
    expect(wrong).toEqual([])
    expect(documents.filter((document) => document.outcomes !== undefined)).toHaveLength(files)
    // Damage that is never found, or always, is no test.
    expect(Object.fromEntries(counts)).toMatchObject({
      done: expect.any(Number),
      'database-corrupt': expect.any(Number),
      'not-a-database': expect.any(Number),
    })
  },
  40_000 + files * 1_000,
)
