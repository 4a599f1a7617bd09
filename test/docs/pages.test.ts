import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { around, pages } from './pages.ts'
import { runPage } from './run-page.ts'
import { root, withFolder } from './snippets.ts'

test.each(pages)('%s: every block is run, and prints what it says', async (page) => {
  await withFolder(async (folder) => {
    const { start, end } = around[page] ?? {}
    const words = start?.(folder)
    const printed = runPage(page, folder, words)
    end?.(folder, printed)
  })
})

test.each(pages)('%s: what it links to is there', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  for (const [, path] of text.matchAll(/\]\(([\w./-]+)(?:#[\w-]*)?\)/g)) {
    expect(existsSync(join(root, dirname(page), path!)), path).toBe(true)
  }
})

test('a block that nothing would run or check is found', async () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['```\nschema plan\n```\n', /nothing runs or checks a block of ''/],
    ['1. first\n\n   ```fish\n   schema plan\n   ```\n', /nothing runs or checks a block of 'fish'/],
    ['~~~ts\nthrow new Error("run")\n~~~\n', /ended with 1/],
    ['```ts\nconsole.log(1) // 2\n```\n', /\^2/],
    ['```ts\nconsole.log(1)\n```\n', /\^\$/],
    ['```ts file=schema.ts\nexport default 1\n```\n', /nothing on the page uses schema.ts/],
    ['```js\nconsole.log(1)\n```\n', /a script has a name/],
    ['```sh\nschema plan a.db --to b.sql\n```\n', /ended with 2/],
    ['```sh\nnpm run nothing\n```\n', /ended with 1/],
    ['```console\n$ schema --version\n9.9.9\n```\n', /9\.9\.9/],
    ['```sql\nSELECT 1 + 1; -- 3\n```\n', /3/],
    ['```json\n{\n```\n', /JSON/],
    ['```yaml\njobs: { a: { steps: [{ run: schema nothing }] } }\n```\n', /ended with 2/],
    ['```text output\nnever printed\n```\n', /never printed/],
    ['```text\nnever printed\n```\n', /a diagram/],
  ]
  for (const [markdown, message] of wrong) {
    await withFolder(async (folder) => {
      const page = join(folder, 'page.md')
      writeFileSync(page, markdown)
      expect(() => runPage(relative(root, page), folder), markdown).toThrow(message)
    })
  }
})
