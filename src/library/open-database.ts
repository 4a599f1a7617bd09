import Database from 'better-sqlite3'
import type { Kysely } from 'kysely'
import type { DeclaredSchema } from '../declare/define-schema.ts'
import type { InferDatabase } from '../declare/infer.ts'
import { explainDatabaseError } from '../engine/explain-error.ts'
import { type Handle, isHandle } from '../engine/handle.ts'
import { lockTimeoutOf } from '../engine/lock-timeout.ts'
import { openMemory, plain, prepareWith } from '../engine/setup.ts'
import { ConvergeError } from '../model/error.ts'
import { type ApplicationPragmas, pragmasOf, setPragmas } from './application-pragmas.ts'
import { converge } from './converge.ts'
import type { WriteOptions } from './options.ts'
import { type KyselyOptions, overKysely } from './over-kysely.ts'
import { refuseDifferent } from './refuse-different.ts'

/** What is done where a database is not what its schema declares. */
export type WhenDifferent = 'converge' | 'refuse' | 'ignore'

/** Options of opening a database. */
export interface OpenOptions extends Omit<WriteOptions, 'pragmas'> {
  /**
   * What is done where the database is not what the schema declares: `converge`, as the function of that name does, which is what happens
   * where nothing is said; `refuse`, which reads only; or `ignore`, where nobody looks.
   */
  readonly whenDifferent?: WhenDifferent
  /** Whether a path that does not exist becomes a new database, where it is converged; by default yes. */
  readonly create?: boolean
  /** Whether the path is opened for reading only; a difference is refused then where nothing else is said. By default no. */
  readonly readonly?: boolean
  /** Pragmas besides the usual ones, and in their place: `{ cache_size: -64000, journal_mode: null }`. */
  readonly pragmas?: ApplicationPragmas
  /** Plugins and log of the Kysely instance. */
  readonly kysely?: KyselyOptions
}

/**
 * Opens a database as an application wants it: converged with its declared schema, with foreign keys enforced, in WAL mode, waiting for locks;
 * as a Kysely instance with the types of the schema. A path that does not exist becomes a new database. Its `destroy` closes the file.
 *
 * @param database A path, `:memory:`, or a better-sqlite3 handle of your own, for who needs both; `destroy` closes that too.
 * @example
 * ```ts
 * import { defineSchema, integer, openDatabase, table, text } from 'sqlite-converge'
 *
 * const schema = defineSchema({
 *   users: table({ id: integer(), email: text().notNull() }).primaryKey(['id']).unique(['email']),
 * })
 * const db = await openDatabase(':memory:', schema)
 * await db.insertInto('users').values({ email: 'ada@example.org' }).execute()
 * console.log(await db.selectFrom('users').select('email').execute()) // [ { email: 'ada@example.org' } ]
 * await db.destroy()
 * ```
 * @throws ConvergeError as `converge` does, such as `hazards` where the database is of a newer version of the application and something
 * would be lost; `out-of-sync` with `refuse`; `missing-dependency` without Kysely. Nothing stays open then but a handle of your own.
 */
export async function openDatabase<const Schema extends DeclaredSchema<unknown>>(
  database: string | Handle,
  schema: Schema,
  options: OpenOptions = {},
): Promise<Kysely<InferDatabase<Schema>>> {
  const { pragmas, kysely, ...how } = options
  const { readonly = false } = how
  refuseContradiction(database, options)
  refusePragmas(pragmas)
  const whenDifferent = options.whenDifferent ?? (readonly ? 'refuse' : 'converge')
  const { handle, close } = isHandle(database)
    ? { handle: database, close: () => {} }
    : await openPath(database, schema, { ...how, whenDifferent })
  try {
    if (isHandle(database) || database === ':memory:') await settle(handle, schema, { ...how, whenDifferent })
    await setPragmas(handle, pragmas, { readonly })
    return await overKysely(handle, kysely)
  } catch (error) {
    close()
    throw explainDatabaseError(error, handle.memory ? 'the database' : handle.name)
  }
}

type Settled = Omit<OpenOptions, 'pragmas' | 'kysely'> & { readonly whenDifferent: WhenDifferent }

/** A file is settled before we open it: then it is nobody's while that goes wrong. */
async function openPath(
  path: string,
  schema: DeclaredSchema<unknown>,
  options: Settled,
): Promise<{ readonly handle: Handle; close(): void }> {
  const prepare = prepareWith(options)
  if (path === ':memory:') return closable(openMemory(prepare))
  const { readonly = false } = options
  const lockTimeout = lockTimeoutOf(options) ?? 5
  await settle(path, schema, options)
  let handle: Handle | undefined
  try {
    handle = new Database(path, { readonly, fileMustExist: true, timeout: Math.ceil(lockTimeout * 1000) })
    prepare(handle)
    return closable(handle)
  } catch (error) {
    handle?.close()
    throw explainDatabaseError(error, path)
  }
}

function closable(handle: Handle): { readonly handle: Handle; close(): void } {
  return { handle, close: () => void handle.close() }
}

/** Brings a database to its schema, or holds it against it. */
async function settle(database: string | Handle, schema: DeclaredSchema<unknown>, options: Settled): Promise<void> {
  switch (options.whenDifferent) {
    case 'ignore':
      return
    case 'refuse':
      return refuseDifferent(database, schema, options)
    case 'converge': {
      const { create = true } = options
      await converge(database, schema, { ...options, create })
    }
  }
}

/** A mistake in them is said before anything is written. */
function refusePragmas(pragmas: ApplicationPragmas | undefined): void {
  if (pragmas === undefined) return
  const scratch = openMemory(plain)
  try {
    pragmasOf(scratch, {}, pragmas)
  } finally {
    scratch.close()
  }
}

function refuseContradiction(database: string | Handle, { whenDifferent, readonly = false }: OpenOptions): void {
  if (typeof database !== 'string' && !isHandle(database)) {
    throw new ConvergeError('unsupported-connection', 'a path or a better-sqlite3 handle is needed')
  }
  if (typeof database === 'string' && database !== database.trim()) {
    // better-sqlite3 takes the spaces off, and would open another file than the one that was converged.
    throw new ConvergeError('usage', `the path of the database has spaces around it: ${JSON.stringify(database)}`)
  }
  if (database === '') throw new ConvergeError('usage', 'the path of the database is empty')
  if (whenDifferent !== undefined && !['converge', 'refuse', 'ignore'].includes(whenDifferent)) {
    throw new ConvergeError('usage', `whenDifferent is converge, refuse or ignore, not ${whenDifferent}`)
  }
  if (readonly && whenDifferent === 'converge') {
    throw new ConvergeError('usage', 'a database that is opened for reading only is not converged', {
      advice: ["whenDifferent: 'refuse', or 'ignore'"],
    })
  }
  if (readonly && (isHandle(database) || database === ':memory:')) {
    throw new ConvergeError('usage', 'readonly is for the path of a file')
  }
  if (isHandle(database) && database.open && database.inTransaction) {
    throw new ConvergeError('in-transaction', 'the handle is in a transaction, where its pragmas can not be set', {
      advice: ['commit first'],
    })
  }
}
