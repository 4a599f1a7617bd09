import type { Argv } from 'yargs'
import type { Pragmas } from '../engine/pragmas.ts'
import { isFile } from '../engine/stat-of.ts'
import type { Gathered } from './for-each-database.ts'

/** What a config can say in the place of an option. */
export type ConfigKey =
  | 'to'
  | 'exclude'
  | 'allow'
  | 'pragmas'
  | 'load-extension'
  | 'setup'
  | 'no-journal'
  | 'keep'
  | 'fast'

/** What a command is told by a config, and when. */
export interface ConfigUse {
  /** Whether the command can't do without a target. */
  readonly needsTarget: boolean
  readonly takes: readonly ConfigKey[]
  /** Options whose value is of one database. */
  readonly ofOne?: readonly string[]
  /** Why the command does not simply take all databases, where it does not. */
  readonly notAll?: string
  /** Why it takes no name that stands for several. */
  readonly onlyOne?: string
}

/** Arguments of a command that a config can add to. */
export interface ConfiguredOptions {
  readonly database: string[]
  readonly config: string | undefined
  readonly format: string
  readonly pragmas?: Pragmas
  /** What the database is called in the config. */
  readonly name?: string
  /** What would have to be typed to mean the same, where a config has added to it. */
  readonly typed?: object
  /** Where the results go, if others are printed with them. */
  readonly gathered?: Gathered
}

export function withConfig<T>(yargs: Argv<T>): Argv<T & { config: string | undefined }> {
  return yargs.option('config', {
    describe: 'the file that names databases and their targets, instead of the schema.config.ts of this folder',
    type: 'string',
    requiresArg: true,
  }) as Argv<T & { config: string | undefined }>
}

/** A command that may leave to a config what the command line does not say. Where that says all, no config is looked for. */
export function configured<Args extends ConfiguredOptions>(
  use: ConfigUse,
  handler: (args: Args) => Promise<void>,
): (args: Args) => Promise<void> {
  return async (args) => {
    if (saysAll(args, use)) return handler(args)
    const { runConfigured } = await import('./run-configured.ts')
    return runConfigured(args, use, handler)
  }
}

/** What to type for one database, such that what a config says of it holds: its name, where that means no other. */
export function calledAs(database: string, args: ConfiguredOptions): string {
  const { typed } = args as { readonly typed?: ConfiguredOptions }
  const [only, ...others] = args.database
  if (typed === undefined || only !== database || others.length > 0) return database
  return `${typed.database[0]}${args.config === undefined ? '' : ` --config ${args.config}`}`
}

function saysAll(
  args: ConfiguredOptions & { readonly to?: unknown; readonly plan?: unknown },
  use: ConfigUse,
): boolean {
  if (args.config !== undefined || args.database.length === 0) return false
  if (!use.needsTarget) return args.database.every(isFile)
  return (args.to !== undefined || args.plan !== undefined) && args.database.every((one) => isPath(one) || isFile(one))
}

/** What has a dot or a slash in it is no name of a database. */
function isPath(argument: string): boolean {
  return /[^\p{L}\p{N}_-]/u.test(argument)
}
