import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectPrinted, root, snippetsOf, withFolder } from './snippets.ts'

const snippets = snippetsOf(readFileSync(join(root, 'docs/types.md'), 'utf8'))

test('the TypeScript of docs/types.md runs, and prints what it says', async () => {
  expect(snippets.map(({ language }) => language)).toEqual(['ts'])
  await withFolder(async (folder) => {
    for (const [index, { code }] of snippets.entries()) await expectPrinted(code, join(folder, `snippet-${index}.ts`))
  })
})
