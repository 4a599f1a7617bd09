import type { Dialect, Kysely, KyselyConfig, SqliteDatabase } from 'kysely'
import type { Handle } from '../engine/handle.ts'
import { ConvergeError } from '../model/error.ts'

/** What of Kysely's own configuration can be said: its plugins, and its log. */
export type KyselyOptions = Partial<Pick<KyselyConfig, 'plugins' | 'log'>>

/**
 * A Kysely instance over a handle, which its `destroy` closes.
 *
 * @throws ConvergeError `missing-dependency`
 */
export async function overKysely<Database>(
  handle: Pick<Handle, 'prepare' | 'close'>,
  options?: KyselyOptions,
): Promise<Kysely<Database>> {
  const { SqliteDialect } = await loadKysely()
  // A statement of a handle has whatever one of better-sqlite3 has.
  const database = handle as unknown as SqliteDatabase
  return startKysely(new SqliteDialect({ database }), options)
}

/** @throws ConvergeError `missing-dependency` */
export async function startKysely<Database>(
  dialect: Dialect,
  { plugins, log }: KyselyOptions = {},
): Promise<Kysely<Database>> {
  const { Kysely } = await loadKysely()
  const kysely = new Kysely<Database>({
    dialect,
    ...(plugins !== undefined && { plugins }),
    ...(log !== undefined && { log }),
  })
  // Without having lent a connection, Kysely has nothing that its `destroy` would close.
  await kysely.connection().execute(async () => {})
  return kysely
}

/** Kysely is what users install if they want it. */
export async function loadKysely(): Promise<typeof import('kysely')> {
  try {
    return await import('kysely')
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new ConvergeError('missing-dependency', 'kysely is not installed', { advice: ['npm install kysely'], cause })
  }
}
