import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { parse } from 'yaml'
import { expectedOutput, fileOf, root, type Snippet, snippetsOf, wildcards } from './snippets.ts'

/** What a page has said and done so far. */
interface Visit {
  readonly folder: string
  /** Where its commands are. */
  readonly path: string
  readonly snippets: readonly Snippet[]
  /** Words of the commands that stand for others, such as an id. */
  readonly words: Readonly<Record<string, string>>
  /** What each command has printed. */
  readonly printed: string[]
  /** With `UPDATE_PAGES=1`: what the transcripts of the page really are, by the line of their fence. */
  readonly transcripts: Map<number, string>
}

type Run = (snippet: Snippet, visit: Visit) => unknown

/** What is done with a block, by its language. One that is not here is nobody's: no page may have it. */
const kinds: Readonly<Record<string, Run>> = {
  ts: runTypeScript,
  js: (snippet) => expect(fileOf(snippet), 'a script has a name, and a command that runs it').toBeDefined(),
  sh: runCommands,
  console: runTranscript,
  sql: runSql,
  json: ({ code }) => JSON.parse(code),
  yaml: runWorkflow,
  text: expectShown,
}

const update = process.env.UPDATE_PAGES === '1'
const cli = join(root, 'dist/cli.js')

/**
 * Does what a page of the documentation says, from its first block to its last, in a folder; returns what its commands
 * have printed. `docs/guides/NAME.md` begins with the files of `examples/NAME`.
 *
 * | block | what is done |
 * |---|---|
 * | `… file=NAME` | written to the folder; another block has to name it |
 * | `ts` | run by itself, and prints what the comments behind `console.log` say; `types.test.ts` type-checks it |
 * | `sh` | each line is run, and ends with 0, or as its comment says: `# exit 3` |
 * | `console` | what stands behind `$ ` is run and prints what is below it, up to `…` |
 * | `sql`, `sql db=NAME` | run in memory, or on that database; `-- …` behind a query is its result |
 * | `yaml` | parsed; the `run` lines of a workflow are run |
 * | `text output` | each line of it was printed by a command above |
 * | `text diagram` | read by people only |
 */
export function runPage(
  page: string,
  folder: string,
  words: Visit['words'] = {},
  makePath: (folder: string) => string = makeCommands,
): readonly string[] {
  const markdown = readFileSync(join(root, page), 'utf8')
  const example = join(root, 'examples', page.replace(/^docs\/guides\/(.*)\.md$/, '$1'))
  if (page.startsWith('docs/guides/') && existsSync(example)) cpSync(example, folder, { recursive: true })
  const snippets = snippetsOf(markdown)
  const visit: Visit = { folder, path: makePath(folder), snippets, words, printed: [], transcripts: new Map() }
  for (const snippet of snippets) {
    const run = kinds[snippet.language]
    try {
      if (run === undefined) throw new Error(`nothing runs or checks a block of '${snippet.language}'`)
      writeSnippet(snippet, visit)
      run(snippet, visit)
    } catch (error) {
      throw new Error(`${page}:${snippet.line}: ${(error as Error).message}`, { cause: error })
    }
  }
  if (update) writeFileSync(join(root, page), withTranscripts(markdown, visit.transcripts))
  return visit.printed
}

function writeSnippet(snippet: Snippet, { folder, snippets }: Visit): void {
  const file = fileOf(snippet)
  if (file === undefined) return
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), snippet.code)
  const others = snippets.filter((other) => other !== snippet).map(({ code }) => code)
  // The command line looks for its config by itself, as does who runs workflows.
  if (file === 'schema.config.ts' || snippet.language === 'yaml') return
  // A file in a folder may be found by whoever reads the folder.
  const names = [basename(file), ...(file.includes('/') ? [file.replace(/\/.*/, '')] : [])]
  if (others.some((code) => names.some((name) => code.includes(name)))) return
  throw new Error(`nothing on the page uses ${file}`)
}

/** `schema`, and what npx and npm make of it, as they are where the package is installed. */
function makeCommands(folder: string): string {
  const bin = join(folder, '.bin')
  mkdirSync(bin)
  const ours = `exec '${process.execPath}' '${cli}' "$@"`
  const commands = {
    schema: ours,
    'sqlite-converge': ours,
    // Not by the configuration of this repository.
    vitest: `exec '${process.execPath}' '${join(root, 'node_modules/vitest/vitest.mjs')}' --config '${join(bin, 'vitest.config.mjs')}' "$@"`,
    npx: 'case "$1" in --no) shift;; esac\ncase "$1" in schema | sqlite-converge | vitest) exec "$@";; *) echo "npx $1 is not run here" >&2; exit 99;; esac',
  }
  writeFileSync(join(bin, 'vitest.config.mjs'), 'export default {}\n')
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return bin
}

function runTypeScript(snippet: Snippet, { folder }: Visit): void {
  if (fileOf(snippet) !== undefined) return
  const path = join(folder, `snippet-${snippet.line}.ts`)
  writeFileSync(path, snippet.code)
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/jiti/lib/jiti-cli.mjs'), path],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  if (status !== 0 || stderr !== '')
    throw new Error(`it ended with ${status}:
${stderr}`)
  const expected = expectedOutput(snippet.code).map(({ source }) => source.slice(1, -1))
  expect(stdout).toMatch(new RegExp(`^${expected.map((line) => `${line}\n`).join('')}$`, 's'))
}

function runCommands({ code }: Snippet, visit: Visit): void {
  for (const line of code.split(/(?<!\\)\n/)) if (!/^\s*(#|$)/.test(line)) runLine(line, visit)
}

/** Runs one line of a shell, its comment being how it has to end, and returns what it prints. */
function runLine(line: string, { folder, path, printed, words }: Visit): string {
  const [, written = '', comment = ''] = /^(.*?)(\s+#.*)?$/s.exec(line) ?? []
  const command = Object.entries(words).reduce((text, [word, other]) => text.replaceAll(word, other), written)
  const wanted = Number(/\bexit (\d+)/.exec(comment)?.[1] ?? 0)
  if (isOurs(command)) return ''
  const { signal, stdout, ...ended } = spawnSync('bash', ['-c', `exec 2>&1; ${command}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${path}${delimiter}${process.env.PATH}`, NO_COLOR: '1', TZ: 'UTC' },
  })
  const status = signal === null ? ended.status : 128 + constants.signals[signal]
  if (status !== wanted) throw new Error(`${command} ended with ${status}, and not ${wanted}:\n${stdout}`)
  const said = stdout.replaceAll(`${folder}/`, '')
  printed.push(said)
  return said
}

/** What installs, builds and tests the package is not run inside of its tests; but it has to be there. */
function isOurs(command: string): boolean {
  const { scripts, name, peerDependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const installable = [name, ...Object.keys(peerDependencies), ...Object.keys(devDependencies)]
  return command.split('&&').every((part) => {
    const [, verb, ...words] = part.trim().split(/\s+/)
    if (!part.trim().startsWith('npm ')) return false
    if (verb === 'ci' || verb === 'test') return true
    if (verb === 'run') return words[0]! in scripts
    return verb === 'install' && words.every((word) => word.startsWith('-') || installable.includes(word))
  })
}

/** A terminal: `$ command`, and below it what is printed, up to the next `$ `. */
function runTranscript(snippet: Snippet, visit: Visit): void {
  const parts = snippet.code.split(/^\$ /m)
  expect(parts[0], 'a transcript begins with $').toBe('')
  const shown = parts.slice(1).map((part) => {
    const end = /(?<!\\)\n/.exec(part)!.index
    const [command, output] = [part.slice(0, end), part.slice(end + 1).trimEnd()]
    const said = runLine(command, visit).trimEnd()
    const lines = output
      .split('\n')
      .map((line) => (line.trim() === '…' ? '(?:[^\n]*\n)*?' : `${wildcards(line).replaceAll('.*', '[^\n]*')}\n`))
    const fits = new RegExp(`^${lines.join('')}$`).test(`${said}\n`)
    if (!fits && !update) expect(said).toBe(output)
    const text = fits ? output : masked(said)
    return `$ ${command}\n${text === '' ? '' : `${text}\n`}`
  })
  visit.transcripts.set(snippet.line, shown.join(''))
}

/** What is printed, without what is another the next time. */
function masked(text: string): string {
  return text
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
    .replace(/\d{8}T\d{6}Z/g, '…')
    .replace(/\b\d+\.\d+ s\b/g, '… s')
    .replace(/\b[0-9a-f]{12,16}\b/g, '…')
    .replace(/[\d.]+ kB/g, '… kB')
}

function withTranscripts(markdown: string, transcripts: ReadonlyMap<number, string>): string {
  const lines = markdown.split('\n')
  for (const [line, text] of [...transcripts].reverse()) {
    const end = lines.indexOf('```', line)
    lines.splice(line, end - line, ...text.split('\n').slice(0, -1))
  }
  return lines.join('\n')
}

function runSql(snippet: Snippet, { folder }: Visit): void {
  if (fileOf(snippet) !== undefined) return
  const file = /^db=(\S+)$/.exec(snippet.info)?.[1]
  const db = new Database(file === undefined ? ':memory:' : join(folder, file))
  try {
    let sql = ''
    for (const line of snippet.code.split('\n')) {
      const [, query, wanted] = /^(SELECT .*;|PRAGMA .*;)\s+-- (.*)$/.exec(line) ?? []
      if (query === undefined) {
        sql += `${line}\n`
        continue
      }
      db.exec(sql)
      sql = ''
      const rows = db.prepare(query).raw().all() as unknown[][]
      expect(rows.map((row) => row.join('|')).join(', ')).toMatch(new RegExp(`^${wildcards(wanted!)}$`))
    }
    db.exec(sql)
  } finally {
    db.close()
  }
}

/** Whatever the steps of a workflow run is run here, in their order. */
function runWorkflow({ code }: Snippet, visit: Visit): void {
  const workflow = parse(code) as { jobs: Record<string, { steps: readonly { run?: string }[] }> }
  const lines = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run?.trim() ?? []))
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) runLine(line, visit)
}

function expectShown({ code, info }: Snippet, { printed }: Visit): void {
  if (info === 'diagram') return
  expect(info, 'text is the output of a command above, or a diagram').toBe('output')
  for (const line of code.trimEnd().split('\n')) expect(printed.join('')).toMatch(new RegExp(wildcards(line.trim())))
}
