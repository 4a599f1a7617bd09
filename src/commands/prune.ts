import type { Argv, CommandModule } from 'yargs'
import { ConvergeError } from '../model/error.ts'
import { colorsFor } from '../report/colors.ts'
import { count } from '../report/printable.ts'
import { type ConfiguredOptions, configured, withConfig } from './configured.ts'
import { consent, needTerminal } from './consent.ts'
import { databasesOf } from './databases.ts'
import { exitCodes } from './exit-codes.ts'
import { forEachDatabase, type Outcome } from './for-each-database.ts'
import { withDatabases, withFormat, withYes } from './options.ts'

interface PruneArguments extends ConfiguredOptions {
  readonly format: 'text' | 'json'
  readonly plan: string | undefined
  readonly 'older-than': string | undefined
  readonly 'dry-run': boolean
  readonly yes: boolean
}

export const pruneCommand: CommandModule<object, PruneArguments> = {
  command: 'prune [database..]',
  describe: 'drop what apply --keep has put aside; revert does not bring it back then',
  builder: (yargs: Argv) =>
    withFormat(withConfig(withYes(withDatabases(yargs))), ['text', 'json'] as const)
      .option('plan', { describe: 'only what this plan has put aside', type: 'string', requiresArg: true })
      .option('older-than', {
        describe: 'only what was put aside more than so many days ago',
        type: 'string',
        requiresArg: true,
      })
      .option('dry-run', { describe: 'show what would be dropped', type: 'boolean', default: false })
      .example('$0 prune app.db', 'show what is kept, ask, and drop it')
      .example('$0 prune app.db --older-than 30 --yes', 'without asking, what is older than 30 days'),
  handler: configured<PruneArguments>({ needsTarget: false, takes: [], ofOne: ['plan'] }, handler),
}

async function handler(args: PruneArguments): Promise<void> {
  const olderThan = await readDays(args['older-than'])
  if (!args['dry-run']) needTerminal(args.yes)
  const database = await databasesOf(args.database)
  await forEachDatabase({ ...args, database }, (one) => pruneOne(one, args, olderThan))
}

/** @throws ConvergeError `usage` */
async function readDays(text: string | undefined): Promise<number | undefined> {
  if (text === undefined) return undefined
  if (/^\d{1,6}(\.\d+)?$/.test(text)) return Number(text)
  throw new ConvergeError('usage', `--older-than takes a number of days: ${text}`)
}

async function pruneOne(database: string, args: PruneArguments, olderThan: number | undefined): Promise<Outcome> {
  const [{ prunable, prune }, { describeKept, sumOfKept }, { recoverInterrupted }] = await Promise.all([
    import('../library/prune.ts'),
    import('../report/kept.ts'),
    import('../engine/open.ts'),
  ])
  recoverInterrupted(database)
  const choice = { ...(args.plan !== undefined && { plan: args.plan }), ...(olderThan !== undefined && { olderThan }) }
  const kept = await prunable(database, choice)
  const [{ exitCode }, done] = [{ exitCode: exitCodes.done }, { dropped: false, kept }]
  if (kept.length === 0) return { exitCode, text: `${database}: nothing of that is kept\n`, document: done }
  const lines = kept.map((one) => ` - ${describeKept(one)}\n`).join('')
  if (args['dry-run']) return { exitCode, text: `${lines}\nwould be dropped; nothing was changed\n`, document: done }
  process.stderr.write(lines)
  await consent(`Drop ${count(kept.length, 'kept table')} of ${database}?`, args.yes)
  const { id, dropped } = await prune(database, { ...choice, expect: kept.map(({ name }) => name) })
  const colors = colorsFor(process.stdout)
  const entry = id === undefined ? '' : ` as ${id}`
  const text = ` ${colors.green('dropped')} ${sumOfKept(dropped)}${entry} · a VACUUM makes the file smaller\n`
  return { exitCode, text, document: { dropped: true, ...(id !== undefined && { id }), kept: dropped } }
}
