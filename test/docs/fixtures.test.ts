import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'node:util'
import { expect, test, vi } from 'vitest'
import { expectedOutput, root, snippetsOf, withFolder } from './snippets.ts'

const snippets = snippetsOf(readFileSync(join(root, 'docs/fixtures.md'), 'utf8'))

test('the TypeScript of docs/fixtures.md runs, and prints what it says', async () => {
  expect(snippets.map(({ language }) => language)).toEqual(['ts', 'ts', 'ts'])
  await withFolder(async (folder) => {
    for (const [index, { code }] of snippets.entries()) {
      const file = join(folder, `snippet-${index}.ts`)
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
  })
})
