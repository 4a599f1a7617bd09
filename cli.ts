#!/usr/bin/env node
import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import { applyCommand } from './src/commands/apply.ts'
import { diffCommand } from './src/commands/diff.ts'
import { asConvergeError, exitCodeHelp, exitCodeOf } from './src/commands/exit-codes.ts'
import { inspectCommand } from './src/commands/inspect.ts'
import { planCommand } from './src/commands/plan.ts'
import { revertCommand } from './src/commands/revert.ts'
import { statusCommand } from './src/commands/status.ts'
import { toolVersion } from './src/library/version.ts'
import { ConvergeError } from './src/model/error.ts'
import { colorsFor } from './src/report/colors.ts'
import { errorToText } from './src/report/error.ts'

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit() : fail(error)))

await yargs(hideBin(process.argv))
  .scriptName('schema')
  .usage('$0 <command>\n\nDeclare the SQLite schema you want; see the SQL that gets there; converge, and lose nothing.')
  .command(planCommand)
  .command(applyCommand)
  .command(revertCommand)
  .command(statusCommand)
  .command(inspectCommand)
  .command(diffCommand)
  .demandCommand(1, 'a command is needed')
  .example('$0 plan app.db --to schema.ts', 'see what would change')
  .example('$0 apply app.db --to schema.ts', 'change it')
  .example('$0 revert app.db', 'change it back')
  .epilogue(exitCodeHelp)
  .version(toolVersion())
  .parserConfiguration({
    'greedy-arrays': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
    'dot-notation': false,
  })
  .strict()
  .middleware(refuseRepeated)
  .wrap(Math.min(110, process.stdout.columns ?? 110))
  .fail((message, error) => {
    if (error instanceof Error) throw error
    throw new ConvergeError('usage', message, { advice: ['schema --help, or schema COMMAND --help'] })
  })
  .help()
  .parseAsync()
  .catch(fail)

/** `--to a --to b` would silently become a list. */
function refuseRepeated(args: Record<string, unknown>): void {
  for (const name of ['to', 'plan', 'out', 'format', 'yes', 'check', 'reverse', 'create', 'journal', 'dry-run']) {
    if (Array.isArray(args[name])) throw new ConvergeError('usage', `--${name} is given more than once`)
  }
}

function fail(cause: unknown): never {
  const error = asConvergeError(cause)
  process.stderr.write(errorToText(error, colorsFor(process.stderr)))
  process.exit(exitCodeOf(error))
}
