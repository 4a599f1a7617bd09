import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs'
import { type ConfiguredOptions, configured, withConfig } from './configured.ts'
import { exitCodes } from './exit-codes.ts'
import { forEachDatabase, type Outcome } from './for-each-database.ts'
import { withExclude } from './options.ts'
import { readSetup, type SetupOptions, withSetup } from './setup.ts'

interface InspectArguments extends SetupOptions {
  readonly source: string | undefined
  readonly config: string | undefined
  readonly exclude: string[]
  readonly format: 'ts' | 'sql' | 'json'
}

export const inspectCommand: CommandModule<object, InspectArguments> = {
  command: 'inspect [source]',
  describe: 'write the schema of a database, or of a target, as a declaration, a script or data',
  builder: (yargs: Argv) =>
    withConfig(withSetup(withExclude(yargs)))
      .positional('source', {
        describe: 'a SQLite file, a module, a .sql script, or a name from schema.config.ts',
        type: 'string',
      })
      .option('format', {
        describe: 'how to write it',
        choices: ['ts', 'sql', 'json'] as const,
        default: 'ts' as const,
        requiresArg: true,
      })
      .example('$0 inspect app.db > schema.ts', 'start from the database you have')
      .example('$0 inspect app.db --format sql > schema.sql', 'a script that creates the same schema')
      .example('$0 inspect schema.ts --format sql', 'what a declaration says, as SQL'),
  handler,
}

type InspectOne = Omit<InspectArguments, 'source'> & ConfiguredOptions

async function handler({ source, ...args }: ArgumentsCamelCase<InspectArguments>): Promise<void> {
  await inspectEach({ ...args, database: source === undefined ? [] : [source] })
}

const inspectEach: (args: InspectOne) => Promise<void> = configured(
  {
    needsTarget: false,
    takes: ['exclude', 'pragmas', 'load-extension', 'setup'],
    onlyOne: 'a declaration is of one',
  },
  (args) => forEachDatabase({ database: args.database, format: args.format }, (source) => inspectOne(source, args)),
)

async function inspectOne(source: string, args: InspectOne): Promise<Outcome> {
  const [{ inspect }, { refuseUnreadable }] = await Promise.all([
    import('../library/inspect.ts'),
    import('../apply/refuse.ts'),
  ])
  const schema = await inspect(source, { exclude: args.exclude, ...(await readSetup(args)) })
  if (args.format === 'json') return { exitCode: exitCodes.done, document: schema }
  refuseUnreadable(schema)
  if (args.format === 'sql') {
    const { writeScript } = await import('../report/write-script.ts')
    return done(writeScript(schema))
  }
  const { writeDeclaration } = await import('../report/write-declaration.ts')
  return done(writeDeclaration(schema, args.exclude))
}

function done(text: string): Outcome {
  return { exitCode: exitCodes.done, text }
}
