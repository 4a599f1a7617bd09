import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'node:util'
import { expect, test, vi } from 'vitest'
import { docstrings } from './docstrings.ts'
import { expectedOutput, withFolder } from './snippets.ts'

test('every example in a docstring runs, and prints what it says', async () => {
  expect(docstrings.length).toBeGreaterThan(25)
  await withFolder(async (folder) => {
    for (const [index, { file, code }] of docstrings.entries()) {
      const path = join(folder, `example-${index}.ts`)
      writeFileSync(path, `${code}\nexport {}\n`)
      const printed: string[] = []
      const log = vi.spyOn(console, 'log').mockImplementation((...args) => void printed.push(format(...args)))
      try {
        await import(/* @vite-ignore */ path)
      } catch (error) {
        throw new Error(`an example in ${file} fails`, { cause: error })
      } finally {
        log.mockRestore()
      }
      // What is printed is only compared where the example says it.
      const expected = expectedOutput(code)
      if (expected.length > 0) expect(printed.length, file).toBe(expected.length)
      for (const [at, pattern] of expected.entries()) expect(printed[at], file).toMatch(pattern)
    }
  })
})
