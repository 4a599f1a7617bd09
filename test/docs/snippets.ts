import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))

export interface Snippet {
  /** Empty where the fence says none. */
  readonly language: string
  /** What stands behind the language: `file=schema.ts`. */
  readonly info: string
  readonly code: string
  /** The line of the opening fence, from 1. */
  readonly line: number
}

/** The fenced blocks of a Markdown text, however they are fenced. */
export function snippetsOf(markdown: string): readonly Snippet[] {
  const found: Snippet[] = []
  let open: { fence: string; language: string; info: string; code: string[]; line: number } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, fence = '', rest = ''] = /^\s*(?:>\s*|[-*]\s+)*(`{3,}|~{3,})\s*(.*)$/.exec(line) ?? []
    if (open === undefined) {
      if (fence === '') continue
      const [, language = '', info = ''] = /^(\S*)(.*)$/.exec(rest) ?? []
      open = { fence, language, info: info.trim(), code: [], line: index + 1 }
    } else if (fence.startsWith(open.fence) && rest === '') {
      const { language, info, code } = open
      found.push({ language, info, code: code.map((one) => `${one}\n`).join(''), line: open.line })
      open = undefined
    } else open.code.push(line)
  }
  if (open !== undefined) throw new Error(`the block of line ${open.line} is not closed`)
  return found
}

/** The name that a block is written to. */
export function fileOf({ info }: Snippet): string | undefined {
  return /^file=(\S+)$/.exec(info)?.[1]
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
  return [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(
    ([, text]) => new RegExp(`^${wildcards(text!)}$`, 's'),
  )
}

/** A text in which `…` stands for anything, as the source of a regular expression. */
export function wildcards(text: string): string {
  return text
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
}
