import { existsSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ConvergeError } from '../model/error.ts'

/** The file that this code is in. In a bundle that is the bundle, or where it was built; one of CommonJS has no `import.meta`. */
function here(): string {
  return typeof import.meta.url === 'string' ? import.meta.url : pathToFileURL(__filename).href
}

/** Finds what is installed, as a file would; said so that no bundler takes it for something that it can do itself. */
function requireOf(file: string): NodeJS.Require {
  return process.getBuiltinModule('node:module').createRequire(file)
}

/** Finds what is installed, as this code would. */
export function requireHere(): NodeJS.Require {
  return requireOf(here())
}

/**
 * Where better-sqlite3 is, for a process of its own: beside this code, or, of a bundle that says where it was built, beside the application.
 *
 * @throws ConvergeError `missing-dependency`
 */
export function findDriver(): string {
  const errors: unknown[] = []
  for (const file of [here, () => process.argv[1]!]) {
    try {
      return requireOf(file()).resolve('better-sqlite3')
    } catch (error) {
      errors.push(error)
    }
  }
  throw notInBundle('a backup needs better-sqlite3 in a process of its own, and that', errors[0])
}

/** What is run in a process of its own: a file in `src/`. */
export type Script = 'child' | 'many/worker'

/** Where a script is; undefined in a bundle, which is without it. */
export function findScript(script: Script): string | undefined {
  try {
    const path = fileURLToPath(new URL(`../${script}${extname(here())}`, here()))
    // Beside a bundle there may be a file of that name, of somebody else.
    return isInPackage() && existsSync(path) ? path : undefined
  } catch {
    // Nowhere in the file system.
    return undefined
  }
}

/** @throws ConvergeError `missing-dependency` in a bundle. */
export function scriptFor(script: Script, what: string): string {
  const path = findScript(script)
  if (path === undefined) throw notInBundle(`${what} needs a process of its own, whose file`)
  return path
}

/** @param what What is missing. */
export function notInBundle(what: string, cause?: unknown): ConvergeError {
  return new ConvergeError('missing-dependency', `${what} is not where this code is`, {
    advice: ['leave sqlite-converge out of the bundle, so that it is loaded from node_modules', 'or go without'],
    cause,
  })
}

/** The package's folder is as far above the source as the build is deep, less `dist/`. */
function isInPackage(): boolean {
  return ['../../package.json', '../../../package.json'].some((path) => {
    try {
      return JSON.parse(readFileSync(new URL(path, here()), 'utf8')).name === 'sqlite-converge'
    } catch {
      return false
    }
  })
}
