import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './snippets.ts'

/** What the compiler says about all the files of a folder: a program of its own, that sees the package as its users do. */
export function typeErrors(folder: string): string {
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
