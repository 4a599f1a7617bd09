import type { CheckedDatabase } from '../config/check-config.ts'
import { type Choice, chooseDatabases, isSame, namesOf } from '../config/choose-databases.ts'
import { findConfig, type LoadedConfig, loadConfig } from '../config/load-config.ts'
import { ConvergeError } from '../model/error.ts'
import type { ConfigKey, ConfigUse, ConfiguredOptions } from './configured.ts'
import { exitCodes } from './exit-codes.ts'
import { failed, Gathered } from './for-each-database.ts'

/** Everything that a config can add to; which of it a command has, its `takes` says. */
interface Options extends ConfiguredOptions {
  readonly to?: string | undefined
  readonly plan?: string | undefined
  readonly exclude?: readonly string[]
  readonly allow?: readonly string[]
  readonly 'load-extension'?: readonly string[]
  readonly setup?: string | undefined
  readonly 'no-journal'?: boolean | undefined
  readonly keep?: boolean | undefined
  readonly fast?: boolean | undefined
}

/**
 * Runs a command for the databases of a config, each as if somebody had typed what the config says of it.
 *
 * @throws ConvergeError `usage`, `config-unreadable`, `config-invalid`
 */
export async function runConfigured<Args extends ConfiguredOptions>(
  args: Args,
  use: ConfigUse,
  handler: (args: Args) => Promise<void>,
): Promise<void> {
  const file = args.config ?? findConfig()
  if (file === undefined) return handler(args)
  const config = await loadConfig(file)
  const runs = choose(args, use, config).map((choice) => withChoice(args, use, choice))
  const [first, ...others] = runs
  if (others.length === 0) return handler(first!)
  for (const option of use.ofOne ?? []) {
    if ((args as Readonly<Record<string, unknown>>)[option] === undefined) continue
    throw new ConvergeError('usage', `--${option} takes exactly one database`, {
      advice: [`say which: ${namesOf(config)}`],
    })
  }
  await runEach(runs, handler)
}

function choose(
  args: ConfiguredOptions,
  { needsTarget, takes, notAll, onlyOne }: ConfigUse,
  config: LoadedConfig,
): readonly Choice[] {
  const { to, plan, database } = args as Options
  const refuseSeveral = (why: string): never => {
    throw new ConvergeError('usage', `${config.file} names several databases, and ${why}`, {
      advice: [`say which: ${namesOf(config)}`],
    })
  }
  if (notAll !== undefined && database.length === 0 && config.databases.size > 1) refuseSeveral(notAll)
  // What is called --to and --plan elsewhere is no target.
  const target = takes.includes('to') ? to : undefined
  const hasPlan = needsTarget && plan !== undefined
  const asked = { database, to: target, hasPlan, needsTarget, isAskedFor: args.config !== undefined }
  const choices = chooseDatabases(asked, config)
  if (onlyOne !== undefined && choices.flatMap((choice) => choice.database).length > 1) refuseSeveral(onlyOne)
  return choices
}

function withChoice<Args extends ConfiguredOptions>(args: Args, { takes }: ConfigUse, choice: Choice): Args {
  if (choice.name === undefined) return { ...args, database: [...choice.database] }
  const { name, entry, database } = choice
  const isWhole = database === entry.path || (entry.path.length === 1 && isSame(entry.path[0]!, database[0]!))
  const typed = { ...args, database: isWhole ? [name] : [...database] }
  const added = takes.map((key) => additions[key](args, entry))
  return Object.assign({ ...args, database: [...database], name, typed }, ...added)
}

/** What becomes of an option: the command line goes first, lists are joined. A saved plan says itself how it was made. */
const additions: Readonly<Record<ConfigKey, (args: Options, entry: CheckedDatabase) => Partial<Options>>> = {
  to: ({ to, plan }, entry) => ({ to: to ?? (plan === undefined ? entry.to : undefined) }),
  exclude: ({ exclude }, entry) => ({ exclude: joined(exclude, entry.exclude) }),
  allow: ({ allow }, entry) => ({ allow: joined(allow, entry.allow) }),
  pragmas: (_, { pragmas = {} }) => ({ pragmas }),
  'load-extension': ({ 'load-extension': given }, entry) => ({ 'load-extension': joined(given, entry.loadExtensions) }),
  setup: ({ setup }, entry) => ({ setup: setup ?? entry.setup }),
  'no-journal': ({ 'no-journal': none }, { journal = true }) => ({ 'no-journal': none ?? !journal }),
  keep: ({ keep, plan }, entry) => ({ keep: keep ?? (plan === undefined && entry.keep) }),
  fast: ({ fast, plan }, entry) => ({ fast: fast ?? (plan === undefined && entry.fast) }),
}

function joined(one: readonly string[] = [], other: readonly string[] = []): readonly string[] {
  return [...new Set([...one, ...other])]
}

/** One after the other, and an error in one does not keep the others from their turn. */
async function runEach<Args extends ConfiguredOptions>(
  runs: readonly Args[],
  handler: (args: Args) => Promise<void>,
): Promise<void> {
  const gathered = new Gathered()
  for (const run of runs) {
    const before = gathered.count
    try {
      await handler({ ...run, gathered })
    } catch (error) {
      // What is wrong for the first is wrong with the command line, and nothing has been done yet.
      if (before === 0) throw error
      gathered.add(run.name, run.database[0]!, failed(error, run.format))
    }
    if (gathered.exitCode === exitCodes.interrupted) break
  }
  gathered.print(runs[0]!.format)
}
