import type { Argv } from 'yargs'
import type { Guards } from '../apply/guards.ts'
import { ConvergeError } from '../model/error.ts'
import type { Plan } from '../prove/plan.ts'

/** Options that guard a database while it is written to. */
export interface GuardOptions {
  readonly backup: boolean
  readonly 'backup-to': string | undefined
  readonly 'lock-timeout': string | undefined
  readonly 'max-lock': string | undefined
  readonly 'no-space-check': boolean
}

export function withGuards<T>(yargs: Argv<T>): Argv<T & GuardOptions> {
  return yargs
    .option('backup', {
      describe: 'copy the database first, under the lock, to a file beside it, and check the copy',
      type: 'boolean',
      default: false,
    })
    .option('backup-to', {
      describe: 'the same, to a file of this name, which must not exist',
      type: 'string',
      requiresArg: true,
    })
    .option('lock-timeout', {
      describe: 'how many seconds to wait for the locks of others (5)',
      type: 'string',
      requiresArg: true,
    })
    .option('max-lock', {
      describe:
        'how many seconds the lock may be held: what is estimated to take longer is refused, what does is rolled back',
      type: 'string',
      requiresArg: true,
    })
    .option('no-space-check', {
      describe: 'go ahead also where the disk seems to have too little room, as where it compresses',
      type: 'boolean',
      default: false,
    }) as Argv<T & GuardOptions>
}

/**
 * The guards, as the library takes them.
 *
 * @param databases Those of the command: a backup's name is one database's.
 * @throws ConvergeError `usage`
 */
export async function readGuards(options: GuardOptions, databases: readonly string[]): Promise<Guards> {
  const { backup, 'backup-to': to, 'lock-timeout': lockTimeout, 'max-lock': maxLock } = options
  const { guardsOf } = await import('../apply/guards.ts')
  if (to !== undefined && databases.length > 1) {
    throw new ConvergeError('usage', '--backup-to names the backup of exactly one database', {
      advice: ['--backup puts a copy beside each'],
    })
  }
  const seconds = (name: string, text: string | undefined): number | undefined => {
    if (text === undefined || /^\d+(\.\d+)?$/.test(text)) return text === undefined ? undefined : Number(text)
    throw new ConvergeError('usage', `--${name} takes a number of seconds, such as 5 or 0.5`)
  }
  const [waiting, held] = [seconds('lock-timeout', lockTimeout), seconds('max-lock', maxLock)]
  return guardsOf({
    backup: to ?? backup,
    checkSpace: !options['no-space-check'],
    ...(waiting !== undefined && { lockTimeout: waiting }),
    ...(held !== undefined && { maxLock: held }),
  })
}

/**
 * Refuses what the guards can see before anybody is asked, and says on stderr what they are not sure of.
 *
 * @throws ConvergeError `lock-too-long`, `no-room`, `backup-exists`, `backup-failed`
 */
export async function checkGuards(plan: Plan, database: string, guards: Guards): Promise<void> {
  const [{ refuseUnguarded }, { printable }, { existsSync, realpathSync }, { resolve }] = await Promise.all([
    import('../apply/guards.ts'),
    import('../report/printable.ts'),
    import('node:fs'),
    import('node:path'),
  ])
  const file = existsSync(database) ? realpathSync(database) : resolve(database)
  const { doubts } = refuseUnguarded(plan, guards, file)
  for (const doubt of doubts) process.stderr.write(` ! it may not fit: ${printable(doubt)}\n`)
}

/** The part that planning takes too. */
export function lockTimeoutOf({ lockTimeout }: Guards): Pick<Guards, 'lockTimeout'> {
  return lockTimeout === undefined ? {} : { lockTimeout }
}
