#!/usr/bin/env node
import { Console } from 'node:console'
import yargs from 'yargs'
import { hideBin } from 'yargs/helpers'
import { applyCommand } from './src/commands/apply.ts'
import { checkArguments } from './src/commands/check-arguments.ts'
import { diffCommand } from './src/commands/diff.ts'
import { exitCodeHelp } from './src/commands/exit-codes.ts'
import { fail, failUnfinished } from './src/commands/fail.ts'
import { inspectCommand } from './src/commands/inspect.ts'
import { planCommand } from './src/commands/plan.ts'
import { pruneCommand } from './src/commands/prune.ts'
import { revertCommand } from './src/commands/revert.ts'
import { statusCommand } from './src/commands/status.ts'
import { toolVersion } from './src/commands/tool-version.ts'
import { usageError } from './src/commands/usage-error.ts'

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
// A reader that has seen enough (`| head`) is no error, and no reason to leave work undone.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(error)
  })
}

const args = hideBin(process.argv)
const finished = failUnfinished()
try {
  checkArguments(args)
  await yargs(args)
    .scriptName('schema')
    .usage(
      '$0 <command>\n\nDeclare the SQLite schema you want; see the SQL that gets there; converge, and lose nothing.',
    )
    .command(planCommand)
    .command(applyCommand)
    .command(revertCommand)
    .command(statusCommand)
    .command(pruneCommand)
    .command(inspectCommand)
    .command(diffCommand)
    .demandCommand(1, 'a command is needed')
    .example('$0 plan app.db --to schema.ts', 'see what would change')
    .example('$0 apply app.db --to schema.ts', 'change it')
    .example('$0 revert app.db', 'change it back')
    .epilogue(exitCodeHelp)
    .version(toolVersion())
    .parserConfiguration({
      'boolean-negation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'dot-notation': false,
      'populate--': true,
    })
    .strict()
    .middleware([takeRest, keepStdoutForResults], true)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .fail((message, error) => {
      throw usageError(message, error)
    })
    .help()
    .exitProcess(false)
    .parseAsync()
  finished()
} catch (error) {
  finished()
  fail(error)
}

/** What stands behind `--` are databases too, whatever they are called. */
function takeRest(args: Record<string, unknown>): void {
  const { database, '--': rest } = args
  if (Array.isArray(database) && Array.isArray(rest)) database.push(...rest)
}

/** What the functions of an application print while a command uses them is talk. Help, printed before, is a result. */
function keepStdoutForResults(): void {
  globalThis.console = new Console(process.stderr)
}
