import type { Argv, CommandModule } from 'yargs'
import type { RevertChoice } from '../apply/choose-plans.ts'
import type { Guards } from '../apply/guards.ts'
import type { Undone } from '../apply/revert-plans.ts'
import { ConvergeError } from '../model/error.ts'
import type { VerifyLevel } from '../model/verify-level.ts'
import type { Plan } from '../prove/plan.ts'
import { colorsFor } from '../report/colors.ts'
import { count } from '../report/printable.ts'
import { type ConfiguredOptions, configured, withConfig } from './configured.ts'
import { consent, needTerminal } from './consent.ts'
import { databasesOf } from './databases.ts'
import { exitCodes } from './exit-codes.ts'
import { forEachDatabase, type Outcome } from './for-each-database.ts'
import { checkGuards, type GuardOptions, lockTimeoutOf, readGuards, withGuards } from './guards.ts'
import { withAllow, withDatabases, withFast, withFormat, withVerify, withYes } from './options.ts'
import { readSetup, type SetupOptions, withSetup } from './setup.ts'
import { watched } from './watched.ts'

interface RevertArguments extends ConfiguredOptions, GuardOptions, SetupOptions {
  readonly allow: string[]
  readonly format: 'text' | 'json'
  readonly yes: boolean
  readonly verify: VerifyLevel
  readonly fast: boolean | undefined
  readonly steps: string | undefined
  readonly to: string | undefined
}

export const revertCommand: CommandModule<object, RevertArguments> = {
  command: 'revert [database..]',
  describe: 'undo the last plan that was applied, or several, by the journal in the database',
  builder: (yargs: Argv) =>
    withFormat(withGuards(withConfig(withFast(withVerify(withSetup(withYes(withAllow(withDatabases(yargs)))))))), [
      'text',
      'json',
    ] as const)
      .option('steps', { describe: 'undo so many plans, in one transaction', type: 'string', requiresArg: true })
      .option('to', {
        describe: 'undo every plan after this one: an id that schema status shows, or the beginning of one',
        type: 'string',
        requiresArg: true,
      })
      .example('$0 revert app.db', 'show the way back from the last plan, ask, and take it')
      .example('$0 revert app.db --yes', 'without asking')
      .example('$0 revert app.db --yes --allow data-loss', 'also where values given since would be lost')
      .example('$0 revert app.db --backup', 'copy the database first, and say how to restore it')
      .example('$0 revert app.db --fast', 'large tables: without copying them where that can be')
      .example('$0 revert app.db --steps 3', 'the last three plans, or none of them')
      .example('$0 revert app.db --to 7f3a', 'back to what the plan 7f3a… led to'),
  handler: configured<RevertArguments>(
    {
      needsTarget: false,
      takes: ['pragmas', 'load-extension', 'setup', 'fast'],
      ofOne: ['backup-to', 'to'],
      notAll: 'the last plan of one need not belong to the last plan of another',
    },
    handler,
  ),
}

async function handler(args: RevertArguments): Promise<void> {
  const { allowedCodes } = await import('../apply/refuse.ts')
  allowedCodes(args.allow)
  const choice = await readChoice(args)
  needTerminal(args.yes)
  const database = await databasesOf(args.database)
  const guards = await readGuards(args, database)
  await forEachDatabase({ ...args, database }, (one) => revertOne(one, { choice, guards }, args))
}

/** @throws ConvergeError `usage` */
async function readChoice({ steps, to }: RevertArguments): Promise<RevertChoice> {
  if (steps !== undefined && to !== undefined) {
    throw new ConvergeError('usage', '--steps and --to are two ways to say the same', { advice: ['give either'] })
  }
  if (steps !== undefined && !/^[1-9]\d{0,8}$/.test(steps)) {
    throw new ConvergeError('usage', `--steps takes a number of plans: ${steps}`)
  }
  return { ...(steps !== undefined && { steps: Number(steps) }), ...(to !== undefined && { to }) }
}

async function revertOne(
  database: string,
  { choice, guards }: { readonly choice: RevertChoice; readonly guards: Guards },
  args: RevertArguments,
): Promise<Outcome> {
  const [{ planBack, revert }, { planToText }, { planToJson }, { refuse, refusedOf }, { recoverInterrupted }] =
    await Promise.all([
      import('../library/revert.ts'),
      import('../report/text.ts'),
      import('../report/json.ts'),
      import('../apply/refuse.ts'),
      import('../engine/open.ts'),
    ])
  recoverInterrupted(database, guards.lockTimeout)
  const setup = await readSetup(args)
  const { further, ...first } = await planBack(database, {
    ...choice,
    fast: args.fast ?? false,
    ...setup,
    ...lockTimeoutOf(guards),
  })
  const back = [first, ...further]
  const isOne = further.length === 0
  for (const { entry, plan } of back) {
    const about = { database, target: `before plan ${entry.id}`, colors: colorsFor(process.stderr) }
    const saidBehind = args.format === 'text' ? refusedOf(plan, args.allow) : []
    process.stderr.write(planToText(plan, { ...about, next: [], isRevert: true, saidBehind }))
  }
  const all = <T>(of: (plan: Plan) => readonly T[]): readonly T[] => back.flatMap(({ plan }) => of(plan))
  refuse(
    all((plan) => plan.hazards),
    all((plan) => plan.preflight),
    args.allow,
    { reverts: true },
  )
  for (const { plan } of back) await checkGuards(plan, database, guards)
  const what = isOne ? 'Run' : `Undo ${count(back.length, 'plan')} by`
  await consent(`${what} ${count(all((plan) => plan.steps).length, 'statement')} on ${database}?`, args.yes)
  const started = performance.now()
  const expect = back.map(({ entry, plan }) => ({ entry: entry.id, binding: plan.details.binding }))
  const done = await watched((watch) =>
    revert(database, {
      ...choice,
      fast: args.fast ?? false,
      allow: args.allow,
      verify: args.verify,
      expect,
      ...guards,
      ...setup,
      ...watch,
    }),
  )
  const { appliedToText } = await import('../report/applied.ts')
  const seconds = (performance.now() - started) / 1000
  const report = (undone: Undone): string =>
    appliedToText(
      { ...undone, database, called: database, level: args.verify, ...(isOne && { seconds }), way: 'reverted' },
      colorsFor(process.stdout),
    )
  const sum = ` undone: ${count(back.length, 'plan')} in one transaction, in ${seconds.toFixed(1)} s\n`
  const document = ({ id, reverted, drifted, backup, plan }: Undone): object => ({
    reverted,
    id,
    drifted,
    ...(backup && { backup }),
    plan: planToJson(plan),
  })
  return {
    exitCode: exitCodes.done,
    text: [...[done, ...done.further].map(report), ...(isOne ? [] : [sum])].join(''),
    document: { ...document(done), further: done.further.map(document) },
  }
}
