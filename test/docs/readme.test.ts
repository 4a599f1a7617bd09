import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectPrinted, root, snippetsOf, withFolder } from './snippets.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const snippets = snippetsOf(readme)
const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as Record<string, string>

function writeFiles(folder: string): void {
  for (const { info, code } of snippets) {
    const file = /^file=(.+)$/.exec(info)?.[1]
    if (file !== undefined) writeFileSync(join(folder, file), code)
  }
}

test('the TypeScript of the README runs, and prints what it says', async () => {
  await withFolder(async (folder) => {
    writeFiles(folder)
    const runnable = snippets.filter((snippet) => snippet.language === 'ts' && snippet.info === '')
    expect(runnable.length).toBeGreaterThan(0)
    for (const [index, { code }] of runnable.entries()) {
      await expectPrinted(code, join(folder, `snippet-${index}.ts`))
    }
  })
})

test('the commands of the README run, one after the other', async () => {
  await withFolder(async (folder) => {
    writeFiles(folder)
    writeFileSync(join(folder, 'library.db'), '')
    const commands = snippets
      .filter((snippet) => snippet.language === 'sh')
      .flatMap((snippet) => snippet.code.split('\n'))
      .map((line) => line.replace(/\s+#.*$/, ''))
      .filter((line) => line.startsWith('schema '))
    expect(commands.length).toBeGreaterThanOrEqual(6)
    for (const command of commands) {
      const args = command.split(/\s+/).slice(1)
      const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect({ command, status, stderr: status === 2 ? stderr : '' }).toEqual({
        command,
        status: args.includes('--check') ? 1 : 0,
        stderr: '',
      })
    }
  })
})

test('every npm script and file that the README names is there', () => {
  for (const [, name] of readme.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty(name!)
  for (const [, path] of readme.matchAll(/\]\(([\w./-]+)\)/g)) expect(existsSync(join(root, path!)), path).toBe(true)
})

test('the demo ends with everything verified', () => {
  const output = execFileSync('npm', ['run', 'demo', '--silent'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  expect(output).toContain('All of it held.')
  expect(output).not.toContain('✗')
})
