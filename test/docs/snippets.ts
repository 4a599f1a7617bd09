import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

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
