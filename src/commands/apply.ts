import type { Argv, CommandModule } from 'yargs'
import type { Applied } from '../apply/apply-plan.ts'
import type { Guards } from '../apply/guards.ts'
import type { Setup } from '../engine/setup.ts'
import type { PlanOptions, WriteOptions } from '../library/options.ts'
import { ConvergeError } from '../model/error.ts'
import type { VerifyLevel } from '../model/verify-level.ts'
import type { Plan } from '../prove/plan.ts'
import { colorsFor } from '../report/colors.ts'
import { count } from '../report/printable.ts'
import type { TextOptions } from '../report/text.ts'
import { calledAs, configured, withConfig } from './configured.ts'
import { consent, needTerminal } from './consent.ts'
import { databasesOf } from './databases.ts'
import { exitCodes } from './exit-codes.ts'
import { forEachDatabase, type Outcome } from './for-each-database.ts'
import { checkGuards, type GuardOptions, lockTimeoutOf, readGuards, withGuards } from './guards.ts'
import {
  type CommonOptions,
  type HintOptions,
  readHints,
  sayIdle,
  withAllow,
  withDatabases,
  withExclude,
  withFast,
  withFormat,
  withHints,
  withKeep,
  withVerify,
  withYes,
} from './options.ts'
import { readSetup, type SetupOptions, withSetup } from './setup.ts'
import { watched } from './watched.ts'

export interface ApplyArguments extends CommonOptions, GuardOptions, HintOptions, SetupOptions {
  readonly format: 'text' | 'json'
  readonly to: string | undefined
  readonly plan: string | undefined
  readonly allow: string[]
  readonly yes: boolean
  readonly verify: VerifyLevel
  readonly 'dry-run': boolean
  readonly create: boolean
  readonly 'no-journal': boolean | undefined
  readonly keep: boolean | undefined
  readonly fast: boolean | undefined
  readonly jobs: string | undefined
  readonly canary: string | undefined
  readonly 'keep-going': boolean
}

export const applyCommand: CommandModule<object, ApplyArguments> = {
  command: 'apply [database..]',
  describe: 'converge a database to its target in one transaction',
  builder: (yargs: Argv) =>
    withFormat(
      withGuards(
        withConfig(
          withFast(withKeep(withVerify(withSetup(withYes(withAllow(withHints(withExclude(withDatabases(yargs))))))))),
        ),
      ),
      ['text', 'json'] as const,
    )
      .option('to', {
        describe: 'the target: a .ts, .js or .mjs module, or a .sql script',
        type: 'string',
        requiresArg: true,
      })
      .option('plan', {
        describe: 'a file made by plan --out, instead of --to',
        type: 'string',
        requiresArg: true,
        conflicts: 'to',
      })
      .option('dry-run', { describe: 'do everything but write', type: 'boolean', default: false })
      .option('create', { describe: 'make a database that does not exist', type: 'boolean', default: false })
      .option('no-journal', {
        describe: 'do not record the plan in the database: there is no revert then',
        type: 'boolean',
      })
      .option('jobs', {
        describe: 'of many, how many are worked on at once (one a processor, at most 4)',
        type: 'string',
        requiresArg: true,
      })
      .option('canary', {
        describe: 'of many, so many of each group first; the rest if they succeed',
        type: 'string',
        requiresArg: true,
      })
      .option('keep-going', {
        describe: 'of many, go on where one is refused or fails',
        type: 'boolean',
        default: false,
      })
      .example('$0 apply app.db --to schema.ts', 'show the plan, ask, and apply it')
      .example('$0 apply app.db --to schema.ts --yes', 'without asking, as in a script')
      .example('$0 apply app.db --to schema.ts --yes --allow drop-column', 'let a column go with its data')
      .example('$0 apply app.db --to schema.ts --keep', 'put aside what goes, such that revert brings it back')
      .example('$0 apply app.db --to schema.ts --fast', 'large tables: without copying them where that can be')
      .example('$0 apply app.db --to schema.ts --backup', 'copy the database first, and say how to restore it')
      .example('$0 apply app.db --to schema.ts --lock-timeout 60', 'wait a minute for the locks of others')
      .example('$0 apply', 'every database that schema.config.ts names')
      .example('$0 apply new.db --to schema.ts --yes --create', 'a new database')
      .example("$0 apply 'tenants/*.db' --to schema.ts --canary 1", 'many, one of each kind first')
      .example('$0 apply app.db --plan plan.json --yes', 'exactly the plan that was reviewed'),
  handler: configured<ApplyArguments>(
    {
      needsTarget: true,
      takes: ['to', 'exclude', 'allow', 'pragmas', 'load-extension', 'setup', 'no-journal', 'keep', 'fast'],
      ofOne: ['plan', 'backup-to'],
    },
    handler,
  ),
}

async function handler(args: ApplyArguments): Promise<void> {
  const { allowedCodes } = await import('../apply/refuse.ts')
  if (args.to === undefined && args.plan === undefined && args.database.length > 0) {
    throw new ConvergeError('usage', 'no target is given', {
      advice: [
        'add --to TARGET, or --plan FILE',
        'or name the database and its target in a schema.config.ts: schema init writes one',
      ],
    })
  }
  const database = await databasesOf(args.database)
  if (args.plan !== undefined && database.length !== 1) {
    throw new ConvergeError('usage', '--plan takes exactly one database')
  }
  if (args.keep && args.plan !== undefined) {
    throw new ConvergeError('usage', 'a saved plan says itself what is kept', {
      advice: ['make the plan file with plan --keep --out FILE'],
    })
  }
  if (args.fast && args.plan !== undefined) {
    throw new ConvergeError('usage', 'a saved plan says itself whether it is fast', {
      advice: ['make the plan file with plan --fast --out FILE'],
    })
  }
  if (args.keep && args['no-journal']) {
    throw new ConvergeError('usage', '--keep needs the journal, which says what the kept data is of')
  }
  allowedCodes(args.allow)
  // Of several databases of a config, the first may be one file and the next many.
  if (args.jobs !== undefined || args.canary !== undefined) (await import('./read-numbers.ts')).readNumbers(args)
  if (!args['dry-run']) needTerminal(args.yes)
  const guards = await readGuards(args, database)
  if (database.length > 1) {
    const { applyToMany } = await import('./apply-many.ts')
    return applyToMany(database, args, guards)
  }
  await forEachDatabase({ ...args, database }, (one) => applyOne(one, args, guards))
}

async function applyOne(database: string, args: ApplyArguments, guards: Guards): Promise<Outcome> {
  const [{ refuse, refusedOf }, { recoverInterrupted }, { existsSync, rmSync }] = await Promise.all([
    import('../apply/refuse.ts'),
    import('../engine/open.ts'),
    import('node:fs'),
  ])
  const isNew = args.create && !existsSync(database)
  recoverInterrupted(database, guards.lockTimeout)
  const setup = await readSetup(args)
  const { plan, target } = await makePlan(isNew ? ':memory:' : database, args, { ...setup, ...lockTimeoutOf(guards) })
  const [{ planToText }, { planToJson }] = await Promise.all([import('../report/text.ts'), import('../report/json.ts')])
  const show = (stream: NodeJS.WriteStream, saidBehind: TextOptions['saidBehind'] = []): string =>
    planToText(plan, { database, target, colors: colorsFor(stream), next: [], saidBehind })
  if (plan.inSync) sayIdle(args)
  if (plan.inSync && !isNew) return { exitCode: exitCodes.done, text: show(process.stdout), document: report(false) }
  if (args['dry-run']) {
    if (args.format === 'text') process.stdout.write(show(process.stdout))
    refuse(plan.hazards, plan.preflight, args.allow, { canKeep: !plan.details.keep })
    await checkGuards(plan, database, guards)
    const text = '\nwould be applied; nothing was changed\n'
    return { exitCode: exitCodes.done, text, document: report(false) }
  }
  // As JSON, the refusal is no text that the plan stands beside.
  process.stderr.write(show(process.stderr, args.format === 'text' ? refusedOf(plan, args.allow) : []))
  refuse(plan.hazards, plan.preflight, args.allow, { canKeep: !plan.details.keep })
  await checkGuards(plan, database, guards)
  await consent(`Apply ${count(plan.steps.length, 'statement')} to ${database}?`, args.yes)
  const started = performance.now()
  const { apply } = await import('../library/apply.ts')
  try {
    const done = await watched((watch) =>
      apply(database, plan, {
        ...guards,
        allow: args.allow,
        journal: !args['no-journal'],
        verify: args.verify,
        create: args.create,
        targetName: target,
        ...setup,
        ...watch,
      }),
    )
    const { appliedToText } = await import('../report/applied.ts')
    const seconds = (performance.now() - started) / 1000
    const text = appliedToText(
      { ...done, database, called: calledAs(database, args), level: args.verify, seconds, way: 'applied' },
      colorsFor(process.stdout),
    )
    return { exitCode: exitCodes.done, text, document: report(true, done) }
  } catch (error) {
    if (isNew) for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(database + suffix, { force: true })
    throw error
  }

  function report(applied: boolean, { id, backup }: Pick<Applied, 'id' | 'backup'> = {}): object {
    return { applied, ...(id !== undefined && { id }), ...(backup && { backup }), plan: planToJson(plan) }
  }
}

/** How a plan is made, as the library takes it. */
async function planningOf(args: ApplyArguments): Promise<PlanOptions> {
  return {
    exclude: args.exclude,
    keep: args.keep ?? false,
    fast: args.fast ?? false,
    ...(await readHints(args)),
  }
}

/** How it is made and applied. */
export async function writeOptions(args: ApplyArguments, guards: Guards): Promise<WriteOptions> {
  const { allow, verify } = args
  const setup = await readSetup(args)
  return { ...(await planningOf(args)), ...guards, ...setup, allow, verify, journal: !args['no-journal'] }
}

async function makePlan(
  database: string,
  args: ApplyArguments,
  setup: Setup & Pick<Guards, 'lockTimeout'>,
): Promise<{ plan: Plan; target: string }> {
  if (args.plan === undefined) {
    const { plan } = await import('../library/plan.ts')
    return { plan: await plan(database, args.to!, { ...(await planningOf(args)), ...setup }), target: args.to! }
  }
  const { planFromFile } = await import('../library/saved-plan.ts')
  return planFromFile(database, args.plan, setup)
}
