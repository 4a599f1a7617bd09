import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type DeclaredSchema, isDeclaredSchema } from '../declare/define-schema.ts'
import { declaredBackfills, writeDdl } from '../declare/write-ddl.ts'
import { ConvergeError } from '../model/error.ts'
import { scriptStatements } from './script-statements.ts'
import type { Target } from './target.ts'

const moduleExtensions = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

/**
 * Loads a target from a file: a module whose default export is a declared schema, or a `.sql` script.
 *
 * @throws ConvergeError `no-such-target`, `target-unreadable`, `target-not-a-schema`, `target-invalid`
 */
export async function loadTarget(path: string): Promise<Target> {
  checkFile(path)
  if (isScript(path)) return loadScript(path)
  if (!moduleExtensions.includes(extname(path).toLowerCase())) {
    throw new ConvergeError('target-unreadable', `${path} is neither a module (.ts, .js, .mjs, …) nor a .sql script`, {
      objects: [path],
    })
  }
  const schema = exportsOf(await loadModule(path)).find(isDeclaredSchema)
  if (schema !== undefined) return targetOf(schema)
  throw new ConvergeError('target-not-a-schema', `the default export of ${path} is not a declared schema`, {
    objects: [path],
    advice: ['export default defineSchema({ … })'],
  })
}

/** The default export, as ESM, CommonJS and compiled TypeScript each leave it. */
function exportsOf(loaded: unknown): readonly unknown[] {
  const exported = (from: unknown): unknown => (from as { default?: unknown } | null | undefined)?.default
  return [exported(loaded), loaded, exported(exported(loaded))]
}

/** Loads a `.sql` script. */
export function loadScript(path: string): Target {
  checkFile(path)
  let script: string
  try {
    script = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (cause) {
    throw new ConvergeError('target-unreadable', `${path} can't be read as UTF-8 text`, { objects: [path], cause })
  }
  return { statements: scriptStatements(script, basename(path)), code: 'target-invalid', backfills: [], excludes: [] }
}

export function isScript(path: string): boolean {
  return extname(path).toLowerCase() === '.sql'
}

/** The target that a declared schema is. */
export function targetOf(declared: DeclaredSchema): Target {
  return {
    statements: writeDdl(declared).map(({ object, sql }) => ({ sql, label: object })),
    code: 'target-invalid',
    backfills: declaredBackfills(declared),
    excludes: declared.exclude,
  }
}

function checkFile(path: string): void {
  if (!existsSync(path)) throw new ConvergeError('no-such-target', `no such file: ${path}`, { objects: [path] })
  if (statSync(path).isDirectory()) {
    throw new ConvergeError('target-unreadable', `${path} is a directory`, { objects: [path] })
  }
}

/** Runs the user's module. It may import this package although it is installed nowhere near (npx). */
async function loadModule(path: string): Promise<unknown> {
  const file = resolve(path)
  const [{ createJiti }, declare] = await Promise.all([import('jiti'), import('../declare/index.ts')])
  const jiti = createJiti(pathToFileURL(file).href, {
    virtualModules: { 'sqlite-converge': declare },
    interopDefault: false,
  })
  // Standard output is for our result; what the module prints is talk.
  const write = process.stdout.write
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof write
  const ended = (): void => {
    process.stderr.write(`error: ${path} ended the process while it was loaded   [target-unreadable]\n`)
    process.exitCode = 2
  }
  process.prependOnceListener('exit', ended)
  try {
    return await jiti.import(file)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new ConvergeError('target-unreadable', `${path} can't be loaded: ${message.split('\n')[0]}`, {
      objects: [path],
      advice: message.split('\n').slice(1, 8),
      cause,
    })
  } finally {
    process.stdout.write = write
    process.off('exit', ended)
  }
}
