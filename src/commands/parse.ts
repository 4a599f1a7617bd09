import yargs, { type CommandModule } from 'yargs'
import { Chosen } from './chosen.ts'
import { exitCodeHelp } from './exit-codes.ts'
import { toolVersion } from './tool-version.ts'
import { usageError } from './usage-error.ts'

/**
 * Reads arguments of any kind: help, abbreviations, and what there is to say of a mistake. Undefined where all is said, as with `--help`.
 *
 * @throws ConvergeError `usage`
 */
export async function parse(
  args: readonly string[],
  // biome-ignore lint/suspicious/noExplicitAny: commands of any arguments
  commands: readonly CommandModule<object, any>[],
): Promise<Chosen | undefined> {
  try {
    await yargs([...args])
      .scriptName('schema')
      .usage(
        '$0 <command>\n\nDeclare the SQLite schema you want; see the SQL that gets there; converge, and lose nothing.',
      )
      .command(commands.map(chosen))
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
      .middleware([takeRest], true)
      .wrap(Math.min(110, process.stdout.columns ?? 110))
      .fail((message, error) => {
        throw usageError(message, error)
      })
      .help()
      .exitProcess(false)
      .parseAsync()
    return undefined
  } catch (error) {
    if (error instanceof Chosen) return error
    throw error
  }
}

/**
 * A command that yargs is done with as soon as it has found it. It is thrown: when a handler returns, the help of all options is laid
 * out, which takes longer than a plan where nothing differs.
 */
function chosen<T>(command: CommandModule<object, T>): CommandModule<object, T> {
  return {
    ...command,
    handler: (args) => {
      throw new Chosen(() => command.handler(args))
    },
  }
}

/** What stands behind `--` are databases too, whatever they are called. */
function takeRest(args: Record<string, unknown>): void {
  const { database, '--': rest } = args
  if (Array.isArray(database) && Array.isArray(rest)) database.push(...rest)
}
