import { resolve } from 'node:path'
import Database from 'better-sqlite3'
import { ConvergeError } from '../model/error.ts'
import type { Handle } from './handle.ts'
import { type Pragmas, pragmaStatements } from './pragmas.ts'

/**
 * A better-sqlite3 handle, as a `setup` function sees it: what an application does to its own connection, and no more.
 */
export interface SetupHandle extends Handle {
  // biome-ignore lint/suspicious/noExplicitAny: a function of any arguments, as better-sqlite3 takes it
  function(name: string, ...more: readonly any[]): unknown
  // biome-ignore lint/suspicious/noExplicitAny: as above
  aggregate(name: string, options: any): unknown
  // biome-ignore lint/suspicious/noExplicitAny: as above
  table(name: string, definition: any): unknown
  loadExtension(path: string, entryPoint?: string): unknown
}

/** What an application brings that SQLite does not know by itself. */
export interface Setup {
  /** Paths of SQLite extensions, which can bring functions, collations and modules. https://www.sqlite.org/loadext.html */
  readonly loadExtensions?: readonly string[]
  /**
   * Registers functions, aggregates and modules on a connection: on every one that is opened for the work, the copy in
   * memory included. A handle or Kysely instance that is handed in is the caller's own, and is left as it came.
   */
  setup?(db: SetupHandle): void
  /** The module that `setup` comes from: another process can load it, and can't be given a function. */
  readonly setupModule?: string
  /**
   * Settings that are made on every connection that is opened for the work, such as `{ cache_size: -64000 }`. Those that the work itself
   * relies on are refused.
   */
  readonly pragmas?: Pragmas
}

/**
 * Makes what an application brings known to a connection.
 *
 * @param isNew Whether its file is being made.
 */
export type Prepare = (handle: Handle, isNew?: boolean) => void

/**
 * The function that prepares a connection that we opened.
 *
 * @throws ConvergeError `usage` for a setting that can't be made; `setup-failed` from the function, where an extension or the setup
 * function fails.
 */
export function prepareWith({ loadExtensions = [], setup, pragmas = {} }: Setup): Prepare {
  const settings = pragmaStatements(pragmas)
  return (handle, isNew = false) => {
    for (const setting of isNew ? [...settings.file, ...settings.connection] : settings.connection) {
      attempt(`PRAGMA ${setting} failed`, setting, () => void handle.pragma(setting))
    }
    for (const path of loadExtensions) {
      attempt(`extension ${path} can't be loaded`, path, () => {
        // A name without a slash would be looked for where the system keeps its libraries.
        ;(handle as SetupHandle).loadExtension(resolve(path))
      })
    }
    if (setup === undefined) return
    const result: unknown = attempt('the setup function failed', 'setup', () => setup(handle as SetupHandle) as unknown)
    if (typeof (result as { then?: unknown } | undefined)?.then !== 'function')
      return // Whoever waits for it would wait while the connection is in use already.
    ;(result as Promise<unknown>).then(undefined, () => {})
    throw new ConvergeError('setup-failed', 'the setup function is asynchronous, and connections are not', {
      objects: ['setup'],
      advice: ['make it a plain function; await what it needs before'],
    })
  }
}

function attempt<T>(what: string, object: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw new ConvergeError('setup-failed', `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      objects: [object],
      cause,
    })
  }
}

/** A connection that nothing has been done to. */
export const plain: Prepare = () => {}

/** Opens a scratch database in memory, with what the application brings. */
export function openMemory(prepare: Prepare, encoding = 'UTF-8'): Handle {
  const handle: Handle = new Database(':memory:')
  try {
    handle.pragma(`encoding = '${encoding.replaceAll("'", '')}'`)
    prepare(handle)
    return handle
  } catch (error) {
    handle.close()
    throw error
  }
}
