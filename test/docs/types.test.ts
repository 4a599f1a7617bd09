import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { docstrings } from './docstrings.ts'
import { pages } from './pages.ts'
import { fileOf, root, snippetsOf, withFolder } from './snippets.ts'

test('the TypeScript of all pages and docstrings type-checks, with the types that are shipped', async () => {
  await withFolder(async (folder) => {
    for (const page of pages) writePage(page, join(folder, page.replaceAll(/[/.]/g, '-')))
    for (const [index, { code }] of docstrings.entries()) {
      writeFileSync(join(folder, `docstring-${index}.ts`), `${code}\nexport {}\n`)
    }
    // What is wrong is seen: a misspelt column in a key.
    const wrong = "import { integer, table } from 'sqlite-converge'\ntable({ id: integer() }).primaryKey(['ids'])\n"
    writeFileSync(join(folder, 'wrong.ts'), wrong)
    const lines = typeErrors(folder).trimEnd().split('\n')
    expect(lines).toEqual([expect.stringMatching(/wrong\.ts\(2,\d+\): error TS\d+: /)])
  })
})

/** Writes the TypeScript of a page, its files under their names; a file that is given twice gets another name then. */
function writePage(page: string, folder: string): void {
  for (const snippet of snippetsOf(readFileSync(join(root, page), 'utf8'))) {
    if (snippet.language !== 'ts') continue
    const name = fileOf(snippet) ?? `line-${snippet.line}.ts`
    const isAgain = existsSync(join(folder, name))
    const file = join(folder, isAgain ? name.replace(/(\.\w+)$/, `.line-${snippet.line}$1`) : name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${snippet.code}\nexport {}\n`)
  }
}

/** What the compiler says about all the files of a folder: one program, that sees the package as its users do. */
function typeErrors(folder: string): string {
  const config = {
    extends: join(root, 'tsconfig.test.json'),
    compilerOptions: {
      // An index into a list may be undefined to a strict compiler; the examples are kept short.
      noUncheckedIndexedAccess: false,
      noUnusedLocals: false,
      rootDir: root,
      // By the exports of package.json: the types that are shipped.
      paths: {},
    },
    include: ['**/*.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' }).stdout
}
