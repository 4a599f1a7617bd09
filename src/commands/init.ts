import type { Argv, CommandModule } from 'yargs'
import { ConvergeError } from '../model/error.ts'
import type { InitPlan } from './init-plan.ts'
import { withExclude } from './options.ts'
import { readSetup, type SetupOptions, withSetup } from './setup.ts'

interface InitArguments extends SetupOptions {
  readonly database: string[]
  readonly to: string | undefined
  readonly config: string | undefined
  readonly exclude: string[]
}

export const initCommand: CommandModule<object, InitArguments> = {
  command: 'init [database..]',
  describe: 'write a schema.config.ts, and the declarations of the databases you have',
  builder: (yargs: Argv) =>
    withSetup(withExclude(yargs))
      .positional('database', {
        describe: 'paths of SQLite files; without any, those of this folder',
        type: 'string',
        array: true,
        default: [] as string[],
      })
      .option('to', {
        describe: 'the target: one that exists, or the file to write the declaration into (schema.ts, schema/NAME.ts)',
        type: 'string',
        requiresArg: true,
      })
      .option('config', {
        describe: 'the config to write (schema.config.ts)',
        type: 'string',
        requiresArg: true,
      })
      .example('$0 init app.db', 'write schema.ts from the database you have, and schema.config.ts')
      .example('$0 init data/app.db data/cache.db', 'schema/app.ts and schema/cache.ts')
      .example('$0 init app.db --to schema.ts', 'for a declaration you have, and a database that need not exist yet'),
  handler,
}

async function handler(args: InitArguments): Promise<void> {
  const [{ planInit }, { writeFiles }, { initToText }] = await Promise.all([
    import('./init-plan.ts'),
    import('./write-files.ts'),
    import('./init-text.ts'),
  ])
  const setup = await readSetup(args)
  const init = await planInit(args, setup)
  await writeFiles(init.files, () => prove(init, setup))
  process.stdout.write(initToText(init))
}

/**
 * What has been written is read again: the config names what it shall, and each declaration is in sync with its database.
 *
 * @throws ConvergeError `proof-failed`
 */
async function prove(init: InitPlan, setup: Awaited<ReturnType<typeof readSetup>>): Promise<void> {
  const [{ loadConfig }, { plan }] = await Promise.all([
    import('../config/load-config.ts'),
    import('../library/plan.ts'),
  ])
  const { databases } = await loadConfig(init.config)
  for (const { name, path, to, declared } of init.databases) {
    const { inSync, changes } = declared
      ? await plan(path, databases.get(name)?.to ?? to, { exclude: init.exclude, ...setup })
      : { inSync: databases.has(name), changes: [] }
    if (inSync) continue
    throw new ConvergeError(
      'proof-failed',
      `what was written for ${path} is not what it holds; nothing is left of it`,
      {
        objects: [path],
        advice: ['this is a mistake in sqlite-converge; please report it'],
        data: { changes },
      },
    )
  }
}
