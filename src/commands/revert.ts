import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs'
import type { Guards } from '../apply/guards.ts'
import type { VerifyLevel } from '../model/verify-level.ts'
import { count } from '../report/printable.ts'
import { consent, needTerminal } from './consent.ts'
import { exitCodes } from './exit-codes.ts'
import { forEachDatabase, type Outcome } from './for-each-database.ts'
import { checkGuards, type GuardOptions, lockTimeoutOf, readGuards, withGuards } from './guards.ts'
import { withAllow, withDatabases, withFormat, withVerify, withYes } from './options.ts'
import { readSetup, type SetupOptions, withSetup } from './setup.ts'
import { watched } from './watched.ts'

interface RevertArguments extends GuardOptions, SetupOptions {
  readonly database: string[]
  readonly allow: string[]
  readonly format: 'text' | 'json'
  readonly yes: boolean
  readonly verify: VerifyLevel
}

export const revertCommand: CommandModule<object, RevertArguments> = {
  command: 'revert [database..]',
  describe: 'undo the last plan that was applied, by the journal in the database',
  builder: (yargs: Argv) =>
    withFormat(withGuards(withVerify(withSetup(withYes(withAllow(withDatabases(yargs)))))), ['text', 'json'] as const)
      .example('$0 revert app.db', 'show the way back, ask, and take it')
      .example('$0 revert app.db --yes', 'without asking')
      .example('$0 revert app.db --backup', 'copy the database first, and say how to restore it')
      .example('$0 revert app.db --yes --allow data-loss', 'also where values given since would be lost'),
  handler,
}

async function handler(args: ArgumentsCamelCase<RevertArguments>): Promise<void> {
  const { allowedCodes } = await import('../apply/refuse.ts')
  allowedCodes(args.allow)
  needTerminal(args.yes)
  const guards = await readGuards(args, args.database)
  await forEachDatabase(args, (database) => revertOne(database, args, guards))
}

async function revertOne(database: string, args: RevertArguments, guards: Guards): Promise<Outcome> {
  const [{ planBack, revert }, { planToText }, { planToJson }, { colorsFor }, { refuse }, { recoverInterrupted }] =
    await Promise.all([
      import('../library/revert.ts'),
      import('../report/text.ts'),
      import('../report/json.ts'),
      import('../report/colors.ts'),
      import('../apply/refuse.ts'),
      import('../engine/open.ts'),
    ])
  recoverInterrupted(database, guards.lockTimeout)
  const setup = await readSetup(args)
  const { entry, plan } = await planBack(database, { ...setup, ...lockTimeoutOf(guards) })
  const target = `before plan ${entry.id}`
  process.stderr.write(
    planToText(plan, { database, target, colors: colorsFor(process.stderr), next: [], isRevert: true }),
  )
  refuse(plan.hazards, plan.preflight, args.allow)
  await checkGuards(plan, database, guards)
  await consent(`Run ${count(plan.steps.length, 'statement')} on ${database}?`, args.yes)
  const started = performance.now()
  const expect = { entry: entry.id, binding: plan.details.binding }
  const done = await watched((watch) =>
    revert(database, { allow: args.allow, verify: args.verify, expect, ...guards, ...setup, ...watch }),
  )
  const { appliedToText } = await import('../report/applied.ts')
  const seconds = (performance.now() - started) / 1000
  const text = appliedToText(
    { ...done, database, level: args.verify, seconds, way: 'reverted' },
    colorsFor(process.stdout),
  )
  const { reverted, id, drifted, backup } = done
  const document = { reverted, id, drifted, ...(backup && { backup }), plan: planToJson(done.plan) }
  return { exitCode: exitCodes.done, text, document }
}
