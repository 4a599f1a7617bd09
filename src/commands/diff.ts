import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs'
import { colorsFor } from '../report/colors.ts'
import { exitCodes } from './exit-codes.ts'
import { forEachDatabase, type Outcome } from './for-each-database.ts'
import { withExclude, withFormat } from './options.ts'
import { readSetup, type SetupOptions, withSetup } from './setup.ts'

interface DiffArguments extends SetupOptions {
  readonly from: string
  readonly to: string
  readonly exclude: string[]
  readonly format: 'text' | 'json'
  readonly check: boolean
}

export const diffCommand: CommandModule<object, DiffArguments> = {
  command: 'diff <from> <to>',
  describe: 'say what differs between two schemas: databases, modules or .sql scripts',
  builder: (yargs: Argv) =>
    withFormat(withSetup(withExclude(yargs)), ['text', 'json'] as const)
      .positional('from', { describe: 'a SQLite file, a module or a .sql script', type: 'string', demandOption: true })
      .positional('to', { describe: 'another', type: 'string', demandOption: true })
      .option('check', { describe: 'exit 1 when there is a difference', type: 'boolean', default: false })
      .example('$0 diff production.db staging.db', 'two databases')
      .example('$0 diff app.db schema.ts --check', 'a database and its declaration'),
  handler,
}

async function handler(args: ArgumentsCamelCase<DiffArguments>): Promise<void> {
  await forEachDatabase({ database: [args.from], format: args.format }, () => diffOne(args))
}

async function diffOne(args: DiffArguments): Promise<Outcome> {
  const [{ diff }, { describeChange }, { printable }] = await Promise.all([
    import('../library/diff.ts'),
    import('../report/describe-change.ts'),
    import('../report/printable.ts'),
  ])
  const changes = await diff(args.from, args.to, { exclude: args.exclude, ...(await readSetup(args)) })
  const inSync = changes.length === 0
  const colors = colorsFor(process.stdout)
  const lines = changes.map(describeChange).map(({ mark, owner, what, text }) => {
    const sign = mark === '+' ? colors.green(mark) : mark === '-' ? colors.red(mark) : colors.yellow(mark)
    return ` ${sign} ${printable(owner)}: ${what} ${text}`.trimEnd()
  })
  const title = `${printable(args.from)} → ${printable(args.to)}   ${inSync ? 'no difference' : ''}`.trimEnd()
  return {
    exitCode: args.check && !inSync ? exitCodes.different : exitCodes.done,
    text: `${[colors.bold(title), ...lines].join('\n')}\n`,
    document: { from: args.from, to: args.to, inSync, changes },
  }
}
