import { resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as declare from '../declare/index.ts'
import { notInBundle, requireHere } from '../engine/package-files.ts'
import { ConvergeError, type ErrorCode } from '../model/error.ts'

/**
 * Runs a module of the user's. It may import this package although it is installed nowhere near (npx).
 *
 * @param more What it finds in this package besides the language of declarations.
 * @throws ConvergeError with `code`, where it can't be loaded.
 */
export async function loadModule(
  path: string,
  code: ErrorCode,
  more: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const file = resolve(path)
  // Imported, all of it would be searched for exports first, which takes longer than to run it.
  const { createJiti } = loader()
  const jiti = createJiti(pathToFileURL(file).href, {
    virtualModules: { 'sqlite-converge': { ...declare, ...more } },
    interopDefault: false,
  })
  // Standard output is for our result; what the module prints is talk.
  const write = process.stdout.write
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write
  const ended = (): void => {
    process.stderr.write(`error: ${path} ended the process while it was loaded   [${code}]\n`)
    process.exitCode = 2
  }
  process.prependOnceListener('exit', ended)
  const forget = rememberLoaded()
  try {
    return await jiti.import(file)
  } catch (cause) {
    const message =
      cause instanceof Error ? cause.message : `it threw ${cause === undefined ? 'nothing' : String(cause)}`
    throw new ConvergeError(code, `${path} can't be loaded: ${message.split('\n')[0]}`, {
      objects: [path],
      advice: message.split('\n').slice(1, 8),
      cause,
    })
  } finally {
    process.stdout.write = write
    process.off('exit', ended)
    forget()
  }
}

function loader(): typeof import('jiti') {
  try {
    return requireHere()('jiti')
  } catch (cause) {
    throw notInBundle('a module as target needs jiti, which', cause)
  }
}

/** Makes modules that are loaded from now on be loaded anew the next time: a target may have been edited in between. */
function rememberLoaded(): () => void {
  const { cache } = requireHere()
  const before = new Set(Object.keys(cache))
  return () => {
    for (const file of Object.keys(cache)) {
      if (!before.has(file) && !file.includes(`${sep}node_modules${sep}`)) delete cache[file]
    }
  }
}

/** The default export, as ESM, CommonJS and compiled TypeScript each leave it. */
export function exportsOf(loaded: unknown): readonly unknown[] {
  const exported = (from: unknown): unknown => (from as { default?: unknown } | null | undefined)?.default
  return [exported(loaded), loaded, exported(exported(loaded))]
}
