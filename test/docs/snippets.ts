import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format } from 'node:util'
import { expect, vi } from 'vitest'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))

export interface Snippet {
  readonly language: string
  /** What stands behind the language: `file=schema.ts`. */
  readonly info: string
  readonly code: string
}

/** The fenced blocks of a Markdown text. */
export function snippetsOf(markdown: string): readonly Snippet[] {
  return [...markdown.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].map(([, language, info, code]) => ({
    language: language!,
    info: info!.trim(),
    code: code!,
  }))
}

/** The `@example` blocks of a source file. */
export function examplesOf(file: string): readonly string[] {
  const comments = readFileSync(file, 'utf8').match(/\/\*\*.*?\*\//gs) ?? []
  return comments
    .map((comment) => comment.replace(/^\s*\*\/?( |$)?/gm, '').replace(/^\/\*\*/, ''))
    .filter((comment) => comment.includes('@example'))
    .flatMap((comment) => snippetsOf(comment.slice(comment.indexOf('@example'))).map((snippet) => snippet.code))
}

/** A folder inside the package, so that a snippet finds what it imports; gone after `use`. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(root, 'test/docs/.tmp-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What a snippet says it prints: the comments behind its `console.log`. `…` stands for anything. */
export function expectedOutput(code: string): readonly RegExp[] {
  return [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) => {
    const escaped = text!.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    return new RegExp(`^${escaped.join('.*')}$`, 's')
  })
}

/** Runs the TypeScript of a snippet, and expects it to print what it says. */
export async function expectPrinted(code: string, file: string): Promise<void> {
  writeFileSync(file, code)
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...args) => void printed.push(format(...args)))
  try {
    await import(/* @vite-ignore */ file)
  } finally {
    log.mockRestore()
  }
  const expected = expectedOutput(code)
  expect(expected.length).toBeGreaterThan(0)
  expect(printed).toHaveLength(expected.length)
  for (const [at, line] of printed.entries()) expect(line).toMatch(expected[at]!)
}

/** Runs the commands of a page in a folder, one after the other; each has to succeed. Returns what each has printed. */
export function runCommands(page: string, folder: string): readonly string[] {
  const commands = snippetsOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, ''))
    .filter((line) => line !== '')
  return commands.map((command) => {
    const args = command.split(/\s+/).slice(1)
    const cli = join(root, 'dist/cli.js')
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' })
    expect({ command, status, stderr: status === 0 ? '' : stderr }).toEqual({ command, status: 0, stderr: '' })
    return stdout
  })
}
