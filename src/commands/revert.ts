import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs'
import type { VerifyLevel } from '../model/verify-level.ts'
import { count } from '../report/printable.ts'
import { consent, needTerminal } from './consent.ts'
import { exitCodes } from './exit-codes.ts'
import { forEachDatabase, type Outcome } from './for-each-database.ts'
import { withAllow, withDatabases, withFormat, withVerify, withYes } from './options.ts'
import { readSetup, type SetupOptions, withSetup } from './setup.ts'
import { watched } from './watched.ts'

interface RevertArguments extends SetupOptions {
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
    withFormat(withVerify(withSetup(withYes(withAllow(withDatabases(yargs))))), ['text', 'json'] as const)
      .example('$0 revert app.db', 'show the way back, ask, and take it')
      .example('$0 revert app.db --yes', 'without asking')
      .example('$0 revert app.db --yes --allow data-loss', 'also where values given since would be lost'),
  handler,
}

async function handler(args: ArgumentsCamelCase<RevertArguments>): Promise<void> {
  const { allowedCodes } = await import('../apply/refuse.ts')
  allowedCodes(args.allow)
  needTerminal(args.yes)
  await forEachDatabase(args, (database) => revertOne(database, args))
}

async function revertOne(database: string, args: RevertArguments): Promise<Outcome> {
  const [{ planBack, revert }, { planToText }, { planToJson }, { colorsFor }, { refuse }, { recoverInterrupted }] =
    await Promise.all([
      import('../library/revert.ts'),
      import('../report/text.ts'),
      import('../report/json.ts'),
      import('../report/colors.ts'),
      import('../apply/refuse.ts'),
      import('../engine/open.ts'),
    ])
  recoverInterrupted(database)
  const setup = await readSetup(args)
  const { entry, plan } = await planBack(database, setup)
  const target = `before plan ${entry.id}`
  process.stderr.write(
    planToText(plan, { database, target, colors: colorsFor(process.stderr), next: [], isRevert: true }),
  )
  refuse(plan.hazards, plan.preflight, args.allow)
  await consent(`Run ${count(plan.steps.length, 'statement')} on ${database}?`, args.yes)
  const started = performance.now()
  const expect = { entry: entry.id, binding: plan.details.binding }
  const done = await watched((watch) =>
    revert(database, { allow: args.allow, verify: args.verify, expect, ...setup, ...watch }),
  )
  const { appliedToText } = await import('../report/applied.ts')
  const seconds = (performance.now() - started) / 1000
  const text = appliedToText(
    { database, id: done.id, verified: done.verified, level: args.verify, seconds, way: 'reverted' },
    colorsFor(process.stdout),
  )
  const document = { reverted: done.reverted, id: done.id, drifted: done.drifted, plan: planToJson(done.plan) }
  return { exitCode: exitCodes.done, text, document }
}
