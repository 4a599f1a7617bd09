import type { Argv, CommandModule } from 'yargs'
import { colorsFor } from '../report/colors.ts'
import { configured, withConfig } from './configured.ts'
import { databasesOf } from './databases.ts'
import { exitCodes } from './exit-codes.ts'
import { forEachDatabase, type Outcome } from './for-each-database.ts'
import { type CommonOptions, withDatabases, withExclude, withFormat } from './options.ts'
import { readSetup, type SetupOptions, withSetup } from './setup.ts'

interface StatusArguments extends CommonOptions, SetupOptions {
  readonly format: 'text' | 'json'
  readonly to: string | undefined
}

export const statusCommand: CommandModule<object, StatusArguments> = {
  command: 'status [database..]',
  describe: 'say which plan a database is at, and whether it is in sync',
  builder: (yargs: Argv) =>
    withFormat(withConfig(withSetup(withExclude(withDatabases(yargs)))), ['text', 'json'] as const)
      .option('to', { describe: 'a target to compare with', type: 'string', requiresArg: true })
      .example('$0 status app.db', 'the journal, and whether anybody has changed the schema since')
      .example('$0 status', 'every database that schema.config.ts names, with its target')
      .example('$0 status app.db --to schema.ts', 'also whether the target is reached'),
  handler: configured<StatusArguments>(
    { needsTarget: false, takes: ['to', 'exclude', 'pragmas', 'load-extension', 'setup'] },
    handler,
  ),
}

async function handler(args: StatusArguments): Promise<void> {
  const database = await databasesOf(args.database)
  await forEachDatabase({ ...args, database }, (one) => statusOne(one, args))
}

async function statusOne(database: string, args: StatusArguments): Promise<Outcome> {
  const [{ status }, { statusToJson, statusToText }] = await Promise.all([
    import('../library/status.ts'),
    import('../report/status.ts'),
  ])
  const found = await status(database, args.to, { exclude: args.exclude, ...(await readSetup(args)) })
  return {
    exitCode: exitCodes.done,
    text: statusToText(found, database, args.to, colorsFor(process.stdout)),
    document: statusToJson(found),
  }
}
