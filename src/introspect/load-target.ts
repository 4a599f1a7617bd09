import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { type DeclaredSchema, isDeclaredSchema } from '../declare/define-schema.ts'
import { declaredHints, writeDdl } from '../declare/write-ddl.ts'
import { ConvergeError } from '../model/error.ts'
import { exportsOf, loadModule } from './load-module.ts'
import { scriptRenames } from './script-renames.ts'
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
  return targetOf(findSchema(await loadModule(path, 'target-unreadable'), path))
}

/** @throws ConvergeError `target-not-a-schema` */
function findSchema(loaded: unknown, path: string): DeclaredSchema {
  let advice = ['export default defineSchema({ … })']
  try {
    const exported = exportsOf(loaded)
    const schema = exported.find(isDeclaredSchema)
    if (schema !== undefined) return schema
    const promise = exported.find((one) => one instanceof Promise)
    if (promise !== undefined) {
      advice = ['it is a promise: export default await …']
      // If it fails, that is nobody's error any more.
      promise.catch(() => {})
    }
  } catch (cause) {
    advice = [`it can't even be looked at: ${cause instanceof Error ? cause.message : String(cause)}`]
  }
  throw new ConvergeError('target-not-a-schema', `the default export of ${path} is not a declared schema`, {
    objects: [path],
    advice,
  })
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
  return {
    statements: scriptStatements(script, basename(path)),
    code: 'target-invalid',
    backfills: [],
    excludes: [],
    renames: scriptRenames(script, basename(path)),
  }
}

export function isScript(path: string): boolean {
  return extname(path).toLowerCase() === '.sql'
}

/** A declared schema that can't change gives the same target each time, and tests make many databases of one. */
const targets = new WeakMap<DeclaredSchema, Target>()

/** The target that a declared schema is. */
export function targetOf(declared: DeclaredSchema): Target {
  const known = targets.get(declared)
  if (known !== undefined) return known
  const target: Target = {
    statements: writeDdl(declared).map(({ object, sql }) => ({ sql, label: object })),
    code: 'target-invalid',
    excludes: declared.exclude,
    ...declaredHints(declared),
  }
  if (Object.isFrozen(declared) && Object.isFrozen(declared.objects)) targets.set(declared, target)
  return target
}

function checkFile(path: string): void {
  if (!existsSync(path)) throw new ConvergeError('no-such-target', `no such file: ${path}`, { objects: [path] })
  if (statSync(path).isDirectory()) {
    throw new ConvergeError('target-unreadable', `${path} is a directory`, { objects: [path] })
  }
  if (!statSync(path).isFile()) {
    throw new ConvergeError('target-unreadable', `${path} is no file`, { objects: [path] })
  }
}
