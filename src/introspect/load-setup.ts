import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Setup } from '../engine/setup.ts'
import { ConvergeError } from '../model/error.ts'
import { exportsOf, loadModule } from './load-module.ts'

/**
 * Loads what an application brings from a module whose default export is a function: it is given each connection, and
 * registers functions, aggregates and modules on it.
 *
 * @throws ConvergeError `setup-failed`
 */
export async function loadSetup(path: string): Promise<Pick<Setup, 'setup' | 'setupModule'>> {
  if (!existsSync(path)) throw new ConvergeError('setup-failed', `no such file: ${path}`, { objects: [path] })
  const setup = exportsOf(await loadModule(path, 'setup-failed')).find((one) => typeof one === 'function')
  if (setup !== undefined) return { setup: setup as NonNullable<Setup['setup']>, setupModule: resolve(path) }
  throw new ConvergeError('setup-failed', `the default export of ${path} is not a function`, {
    objects: [path],
    advice: ["export default (db) => db.function('slug', { deterministic: true }, (text) => …)"],
  })
}
