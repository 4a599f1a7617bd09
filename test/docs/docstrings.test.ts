import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'node:util'
import { expect, test, vi } from 'vitest'
import { examplesOf, expectedOutput, root, withFolder } from './snippets.ts'
import { typeErrors } from './type-check.ts'

const source = join(root, 'src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join(source, file))
const examples = files.flatMap((file) => examplesOf(file).map((code) => ({ file, code })))

test('every example in a docstring runs, and prints what it says', async () => {
  expect(examples.length).toBeGreaterThan(25)
  await withFolder(async (folder) => {
    for (const [index, { file, code }] of examples.entries()) {
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

test('every example in a docstring type-checks', async () => {
  await withFolder(async (folder) => {
    for (const [index, { code }] of examples.entries()) {
      writeFileSync(join(folder, `example-${index}.ts`), `${code}\nexport {}\n`)
    }
    expect(typeErrors(folder)).toBe('')
  })
})
