import { availableParallelism } from 'node:os'
import { applyMany, type ManyOutcome } from '../many/apply-many.ts'
import { expandPaths } from '../many/expand-paths.ts'
import type { PlanGroup } from '../many/groups.ts'
import { lookAtMany } from '../many/look.ts'
import { ConvergeError } from '../model/error.ts'
import { applyingMany } from './many.ts'
import type { TargetLike, WriteOptions } from './options.ts'

/** Options of converging many databases. */
export interface ConvergeAllOptions extends Omit<WriteOptions, 'backup' | 'create' | 'onProgress'> {
  /** Whether each database is copied first, under the lock, to a file beside it; by default no. */
  readonly backup?: boolean
  /**
   * How many databases are worked on at once; by default as many as there are processors, at most 4. Each is worked on by a process of its own,
   * except with 1 and without `signal`, with a `setup` function, which can't be given to a process, and in a bundle: then one after the other, here.
   */
  readonly jobs?: number
  /** So many databases of each group go first, and all have to succeed before the rest is begun; by default none. */
  readonly canary?: number
  /** Whether the others go on where one is refused or fails; by default nothing more is begun then, and where it is known beforehand, nothing at all. */
  readonly keepGoing?: boolean
  /** Is told of each database that is through. */
  readonly onDone?: (outcome: ManyOutcome) => void
}

/** What became of many databases. */
export interface ConvergedAll {
  /** One for each, in the order in which they were given or found. */
  readonly databases: readonly ManyOutcome[]
  /** The plans: one for all databases that hold the same. */
  readonly groups: readonly PlanGroup[]
}

/**
 * Makes many databases what one target says, each in a transaction of its own: those that hold the same get one plan, made and proven once, and
 * what it says of rows is asked of each. A failure of one touches no other. Called again, it does only what is not in sync yet.
 *
 * @param databases Paths, patterns such as `tenants/*.db`, and directories, in which `*.db`, `*.sqlite` and `*.sqlite3` are taken.
 * @example
 * ```ts
 * import { mkdtempSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import Database from 'better-sqlite3'
 * import { convergeAll, defineSchema, integer, table, text } from 'sqlite-converge'
 *
 * const folder = mkdtempSync(join(tmpdir(), 'tenants-'))
 * for (const name of ['ada.db', 'bob.db']) new Database(join(folder, name)).exec('CREATE TABLE notes (id INTEGER)').close()
 * const schema = defineSchema({ notes: table({ id: integer(), body: text() }) })
 *
 * const { databases, groups } = await convergeAll([folder], schema, { jobs: 1 })
 * console.log(groups.length, databases.map(({ state }) => state)) // 1 [ 'applied', 'applied' ]
 * ```
 * @throws ConvergeError `usage`, and where the target can't be read. What is wrong with a database is in its outcome.
 */
export async function convergeAll(
  databases: readonly string[],
  target: TargetLike,
  options: ConvergeAllOptions = {},
): Promise<ConvergedAll> {
  const { jobs = usualJobs(), canary = 0, keepGoing = false, signal, onDone } = options
  refuseNumber('jobs', jobs, 1)
  refuseNumber('canary', canary, 0)
  if (typeof options.backup === 'string') {
    throw new ConvergeError('usage', 'backup names the backup of exactly one database', {
      advice: ['true puts a copy beside each'],
    })
  }
  const how = await applyingMany(target, options)
  const looks = await lookAtMany(expandPaths(databases), how)
  const many = { jobs, canary, keepGoing, signal, ...(onDone && { done: onDone }) }
  return { databases: await applyMany(looks, how, many), groups: looks.groups }
}

/** Writing waits for the disk, of which there is one. */
const mostJobs = 4

/** How many databases are worked on at once where nothing else is said. */
export function usualJobs(): number {
  return Math.min(mostJobs, availableParallelism())
}

function refuseNumber(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value <= 9_999) return
  throw new ConvergeError('usage', `${name} is a whole number from ${least} on`)
}
