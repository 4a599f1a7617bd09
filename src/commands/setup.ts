import type { Argv } from 'yargs'
import type { Pragmas } from '../engine/pragmas.ts'
import type { Setup } from '../engine/setup.ts'

/** Options that make an application's functions, collations and modules known. */
export interface SetupOptions {
  readonly setup: string | undefined
  readonly 'load-extension': string[]
  /** Only a config gives them. */
  readonly pragmas?: Pragmas
}

export function withSetup<T>(yargs: Argv<T>): Argv<T & SetupOptions> {
  return yargs
    .option('setup', {
      describe: 'a module that registers functions on each connection: export default (db) => …',
      type: 'string',
      requiresArg: true,
    })
    .option('load-extension', {
      describe: 'a SQLite extension to load into each connection (repeatable)',
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
    }) as Argv<T & SetupOptions>
}

/** Loads what the options name. */
export async function readSetup({
  setup,
  'load-extension': loadExtensions,
  pragmas = {},
}: SetupOptions): Promise<Setup> {
  if (setup === undefined) return { loadExtensions, pragmas }
  const { loadSetup } = await import('../introspect/load-setup.ts')
  return { loadExtensions, pragmas, ...(await loadSetup(setup)) }
}
