import type { Argv, CommandModule } from 'yargs'
import type { PlanOptions } from '../library/options.ts'
import { planOrMatch } from '../library/plan.ts'
import { ConvergeError } from '../model/error.ts'
import type { SqliteVersion } from '../model/sqlite-version.ts'
import { colorsFor } from '../report/colors.ts'
import { inSyncToText } from '../report/in-sync-text.ts'
import { configured, withConfig } from './configured.ts'
import { databasesOf } from './databases.ts'
import { exitCodes } from './exit-codes.ts'
import { forEachDatabase, type Outcome } from './for-each-database.ts'
import {
  type CommonOptions,
  type HintOptions,
  readHints,
  sayIdle,
  withDatabases,
  withExclude,
  withFast,
  withFormat,
  withHints,
  withKeep,
} from './options.ts'
import { readSetup, type SetupOptions, withSetup } from './setup.ts'

export interface PlanArguments extends CommonOptions, HintOptions, SetupOptions {
  readonly format: 'text' | 'sql' | 'json'
  readonly to: string | undefined
  readonly reverse: boolean
  readonly check: boolean
  readonly keep: boolean | undefined
  readonly fast: boolean | undefined
  readonly out: string | undefined
  readonly for: string | undefined
}

export const planCommand: CommandModule<object, PlanArguments> = {
  command: 'plan [database..]',
  describe: 'show the SQL that turns a database into its target, with the way back; changes nothing',
  builder: (yargs: Argv) =>
    withFormat(withConfig(withFast(withKeep(withSetup(withHints(withExclude(withDatabases(yargs))))))), [
      'text',
      'sql',
      'json',
    ] as const)
      .option('to', {
        describe: 'the target: a .ts, .js or .mjs module, or a .sql script',
        type: 'string',
        requiresArg: true,
      })
      .option('reverse', { describe: 'show the way back instead', type: 'boolean', default: false })
      .option('check', { describe: 'exit 1 when there is a difference', type: 'boolean', default: false })
      .option('out', { describe: 'save the plan in this file, for apply --plan', type: 'string', requiresArg: true })
      .option('for', {
        describe: 'the SQLite version that a script of --format sql is for (default 3.40)',
        type: 'string',
        requiresArg: true,
      })
      .example('$0 plan app.db --to schema.ts', 'what would change, and how to take it back')
      .example('$0 plan', 'every database that schema.config.ts names')
      .example('$0 plan app.db --to schema.ts --format sql', 'the same as a script for the sqlite3 shell')
      .example('$0 plan app.db --to schema.ts --check', 'in CI: fail when the database is not in sync')
      .example("$0 plan 'tenants/*.db' --to schema.ts", 'many: one plan for all that hold the same')
      .example('$0 plan app.db --to schema.ts --keep', 'with what is put aside, and the reverse that it makes possible')
      .example('$0 plan app.db --to schema.ts --fast', 'which tables can be changed without copying them')
      .example("$0 plan app.db --to schema.sql --exclude 'legacy_*'", 'leave some tables alone'),
  handler: configured<PlanArguments>(
    {
      needsTarget: true,
      takes: ['to', 'exclude', 'pragmas', 'load-extension', 'setup', 'keep', 'fast'],
      ofOne: ['out'],
    },
    handler,
  ),
}

async function handler(args: PlanArguments): Promise<void> {
  const { to } = args
  if (to === undefined && args.database.length > 0) {
    throw new ConvergeError('usage', '--to is missing', {
      advice: ['add --to TARGET', 'or name the database and its target in a schema.config.ts: schema init writes one'],
    })
  }
  const database = await databasesOf(args.database)
  if (args.out !== undefined && database.length !== 1) {
    throw new ConvergeError('usage', '--out takes exactly one database')
  }
  const version = await readScriptVersion(args)
  const one = { ...args, to: to! }
  if (database.length > 1) {
    const { planMany } = await import('./plan-many.ts')
    return planMany(database, one, version)
  }
  await forEachDatabase({ ...args, database }, (path) => planOne(path, one, version))
}

/** What is to be done with one database; the target is known. */
export type PlanOne = PlanArguments & { readonly to: string }

/** @throws ConvergeError `usage` */
async function readScriptVersion({ for: text, format }: PlanArguments): Promise<SqliteVersion | undefined> {
  if (text === undefined) return undefined
  const [{ readVersion, writeVersion }, { oldestVersion }] = await Promise.all([
    import('../model/sqlite-version.ts'),
    import('../report/needed-version.ts'),
  ])
  if (format !== 'sql') throw new ConvergeError('usage', '--for is for scripts: add --format sql')
  const version = readVersion(text)
  if (version !== undefined && version >= oldestVersion) return version
  const oldest = writeVersion(oldestVersion)
  throw new ConvergeError('usage', `--for takes a version of SQLite from ${oldest} on, such as 3.40 or 3.40.1: ${text}`)
}

/** What is in a script has to run on the version that it is for. */
async function planVersion(version: SqliteVersion | undefined): Promise<string> {
  const [{ writeVersion }, { usualVersion }] = await Promise.all([
    import('../model/sqlite-version.ts'),
    import('../report/needed-version.ts'),
  ])
  return writeVersion(version ?? usualVersion)
}

/** How to plan, as the library takes it. */
export async function planOptions(args: PlanArguments, version: SqliteVersion | undefined): Promise<PlanOptions> {
  return {
    exclude: args.exclude,
    keep: args.keep ?? false,
    fast: args.fast ?? false,
    ...(await readHints(args)),
    // A script is run by whatever shell there is: Debian 12 has 3.40.
    ...(args.format === 'sql' && { for: await planVersion(version) }),
    ...(await readSetup(args)),
  }
}

async function planOne(database: string, args: PlanOne, version: SqliteVersion | undefined): Promise<Outcome> {
  const made = await planOrMatch(database, args.to, await planOptions(args, version))
  if ('matched' in made || made.inSync) sayIdle(args)
  if ('matched' in made && args.format === 'text' && args.out === undefined && !args.reverse) {
    const names = { database, target: args.to, colors: colorsFor(process.stdout) }
    return { exitCode: exitCodes.done, text: inSyncToText(made.matched, names) }
  }
  const plan = 'matched' in made ? await made.plan() : made
  if (args.out !== undefined) await savePlan(args.out, plan, args.to)
  const exitCode = args.check && !plan.inSync ? exitCodes.different : exitCodes.done
  const names = { database, target: args.to }
  if (args.format === 'json') {
    const { planToJson } = await import('../report/json.ts')
    return { exitCode, document: planToJson(plan) }
  }
  if (args.format === 'sql') {
    const { planToScript } = await import('../report/script.ts')
    return {
      exitCode,
      text: planToScript(plan, { ...names, reverse: args.reverse, ...(version !== undefined && { version }) }),
    }
  }
  const options = { ...names, colors: colorsFor(process.stdout), next: nextCommands(database, args, plan.steps.length) }
  if (args.reverse) {
    const { reverseToText } = await import('../report/reverse-text.ts')
    return { exitCode, text: reverseToText(plan, options) }
  }
  const { planToText } = await import('../report/text.ts')
  return { exitCode, text: planToText(plan, options) }
}

/** Such that they mean the same: what a config adds is not written out. */
function nextCommands(path: string, args: PlanOne, steps: number): readonly string[] {
  const { typed } = args
  const { database: given } = (typed ?? args) as PlanArguments
  const database = quoteForShell(typed === undefined || given.includes(path) ? path : given[0]!)
  const rest = argumentsOf(database, args)
  return [
    `schema plan ${rest} --format sql   (${steps === 1 ? 'the statement' : `the ${steps} statements`})`,
    args.out === undefined
      ? `schema apply ${rest}`
      : `schema apply ${database} --plan ${quoteForShell(args.out)}${setupOf((typed ?? args) as PlanArguments)}`,
  ]
}

/**
 * The same again, as it would be typed: what a config adds is not written out.
 *
 * @param databases As they are written in a shell.
 */
export function argumentsOf(databases: string, { typed, ...merged }: PlanOne): string {
  const args = (typed ?? merged) as PlanArguments
  const config = args.config === undefined ? '' : ` --config ${quoteForShell(args.config)}`
  const to = args.to === undefined ? '' : ` --to ${quoteForShell(args.to)}`
  const excludes = args.exclude.map((glob) => ` --exclude ${quoteForShell(glob)}`).join('')
  const hints = (['rename', 'fill', 'using'] as const)
    .flatMap((option) => args[option].map((value) => ` --${option} ${quoteForShell(value)}`))
    .join('')
  const how = `${args.keep ? ' --keep' : ''}${args.fast ? ' --fast' : ''}`
  return `${databases}${to}${config}${excludes}${hints}${setupOf(args)}${how}`
}

function setupOf({ setup, 'load-extension': extensions }: PlanArguments): string {
  const loaded = extensions.map((path) => ` --load-extension ${quoteForShell(path)}`).join('')
  return `${setup === undefined ? '' : ` --setup ${quoteForShell(setup)}`}${loaded}`
}

export function quoteForShell(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

async function savePlan(path: string, plan: import('../prove/plan.ts').Plan, target: string): Promise<void> {
  const [{ planToJson }, { bindPlan }, { writeFileSync }] = await Promise.all([
    import('../report/json.ts'),
    import('../apply/saved-plan.ts'),
    import('node:fs'),
  ])
  const document = { ...planToJson(plan), ...bindPlan(plan, target) }
  try {
    // Never over another file: it may be a plan that somebody has reviewed.
    writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`, { flag: 'wx' })
  } catch (cause) {
    const exists = (cause as { code?: string }).code === 'EEXIST'
    throw new ConvergeError(
      exists ? 'plan-file-exists' : 'plan-file-unreadable',
      `${path} can't be written${exists ? ': it exists' : `: ${(cause as Error).message}`}`,
      {
        objects: [path],
        advice: exists ? ['give another name, or delete it first'] : [],
        cause,
      },
    )
  }
}
