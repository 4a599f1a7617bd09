import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ConvergeError } from '../model/error.ts'

/** The file that this code is in. In a bundle that is the bundle; one of CommonJS has no `import.meta`. */
const here = typeof import.meta.url === 'string' ? import.meta.url : pathToFileURL(__filename).href

/** Finds what is installed, as this code would. */
export const requireHere: NodeJS.Require = createRequire(here)

/** What is run in a process of its own: a file in `src/`. */
export type Script = 'child' | 'many/worker'

/** Where a script is; undefined in a bundle, which is without it. */
export function findScript(script: Script): string | undefined {
  const path = fileURLToPath(new URL(`../${script}${extname(here)}`, here))
  // Beside a bundle there may be a file of that name, of somebody else.
  return isInPackage() && existsSync(path) ? path : undefined
}

/** @throws ConvergeError `missing-dependency` in a bundle. */
export function scriptFor(script: Script, what: string): string {
  const path = findScript(script)
  if (path === undefined) throw notInBundle(`${what} needs a process of its own`)
  return path
}

export function notInBundle(what: string, cause?: unknown): ConvergeError {
  return new ConvergeError('missing-dependency', `${what}, and the package's files are not where this code is`, {
    advice: ['leave sqlite-converge out of the bundle, so that it is loaded from node_modules', 'or go without'],
    cause,
  })
}

/** The package's folder is as far above the source as the build is deep, less `dist/`. */
function isInPackage(): boolean {
  return ['../../package.json', '../../../package.json'].some((path) => {
    try {
      return JSON.parse(readFileSync(new URL(path, here), 'utf8')).name === 'sqlite-converge'
    } catch {
      return false
    }
  })
}
