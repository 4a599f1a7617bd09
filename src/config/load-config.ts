import { existsSync, statSync } from 'node:fs'
import { dirname, extname, isAbsolute, join } from 'node:path'
import { exportsOf, loadModule } from '../introspect/load-module.ts'
import { ConvergeError } from '../model/error.ts'
import { type CheckedDatabase, checkConfig, type Databases } from './check-config.ts'
import { defineConfig } from './define-config.ts'

/** Of this folder only: a config is code, and that of another folder was not meant to run. */
export const configFiles: readonly string[] = ['ts', 'mts', 'js', 'mjs'].map(
  (extension) => `schema.config.${extension}`,
)

const extensions: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

/** A config that has been read. */
export interface LoadedConfig {
  /** As it is called in messages. */
  readonly file: string
  /** With paths from the current folder. */
  readonly databases: Databases
}

/**
 * The config file of the current folder; undefined where there is none.
 *
 * @throws ConvergeError `usage` where there are several.
 */
export function findConfig(): string | undefined {
  const [file, other] = configFiles.filter((name) => existsSync(name))
  if (other === undefined) return file
  throw new ConvergeError('usage', `there are two configs: ${file} and ${other}`, {
    objects: [file!, other],
    advice: [`say which: --config ${file}`, 'or delete one'],
  })
}

/**
 * Runs a config, and checks what it exports.
 *
 * @throws ConvergeError `config-unreadable`, `config-invalid`
 */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  checkFile(file)
  const loaded = await loadModule(file, 'config-unreadable', { defineConfig })
  const databases = [...checkConfig(exported(loaded, file), file)]
  return { file, databases: new Map(databases.map(([name, database]) => [name, fromHere(database, file)])) }
}

/** The paths of a config are relative to it, as those of a command line are to the current folder. */
function fromHere(database: CheckedDatabase, file: string): CheckedDatabase {
  const { path, to, setup, loadExtensions } = database
  const moved = (one: string): string => (isAbsolute(one) ? one : join(dirname(file), one))
  return {
    ...database,
    path: path.map(moved),
    to: moved(to),
    ...(setup !== undefined && { setup: moved(setup) }),
    ...(loadExtensions !== undefined && { loadExtensions: loadExtensions.map(moved) }),
  }
}

/** The default export. What is no module of ES has it as it is, or one level deeper. */
function exported(loaded: unknown, file: string): unknown {
  try {
    const [first, , compiled] = exportsOf(loaded)
    if (compiled !== undefined) return compiled
    if (first !== undefined) return first
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new ConvergeError('config-invalid', `${file}: it can't even be looked at: ${what}`, {
      objects: [file],
      cause,
    })
  }
  throw new ConvergeError('config-invalid', `${file}: there is no default export`, {
    objects: [file],
    advice: ['export default defineConfig({ databases: { … } })'],
  })
}

function checkFile(file: string): void {
  if (!existsSync(file)) throw new ConvergeError('config-unreadable', `no such file: ${file}`, { objects: [file] })
  if (statSync(file).isFile() && extensions.includes(extname(file).toLowerCase())) return
  throw new ConvergeError('config-unreadable', `${file} is no module (.ts, .mts, .js, .mjs)`, { objects: [file] })
}
