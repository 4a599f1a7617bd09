import type { DatabaseConnection, Driver, Kysely, SqliteDatabase } from 'kysely'
import { type KyselyOptions, loadKysely, startKysely } from './over-kysely.ts'

/** A Kysely instance whose connection can be put in the place of another. */
export interface RenewableKysely<Database> {
  readonly db: Kysely<Database>
  /** Goes on with the connection of the moment. Who waits for the former one, or still has it, is left to that one. */
  renew(): Promise<void>
}

/**
 * Kysely lends its one connection to one at a time, and to a transaction of `startTransaction` until it ends. So that one that never ends keeps
 * nobody waiting, each connection is lent by a driver of its own.
 *
 * @param connect Gives the connection of the moment.
 * @throws ConvergeError `missing-dependency`
 */
export async function renewableKysely<Database>(
  connect: () => SqliteDatabase,
  options: KyselyOptions | undefined,
): Promise<RenewableKysely<Database>> {
  const { SqliteDialect, SqliteDriver } = await loadKysely()
  const lenders = new Lenders(() => new SqliteDriver({ database: connect() }))
  class RenewableDialect extends SqliteDialect {
    override createDriver(): Driver {
      return lenders
    }
  }
  const db = await startKysely<Database>(new RenewableDialect({ database: async () => connect() }), options)
  return { db, renew: () => lenders.renew() }
}

/** A driver that is another one from time to time. What is done with a connection is done by the one that has lent it. */
class Lenders implements Driver {
  readonly #make: () => Driver
  readonly #of = new WeakMap<DatabaseConnection, Driver>()
  #now: Driver
  #lent: DatabaseConnection | undefined

  constructor(make: () => Driver) {
    this.#make = make
    this.#now = make()
  }

  async renew(): Promise<void> {
    const [former, lent] = [this.#now, this.#lent]
    this.#now = this.#make()
    await this.#now.init()
    // So that whoever waits for it hears that it is none any more.
    if (lent !== undefined) await former.releaseConnection(lent)
  }

  init(): Promise<void> {
    return this.#now.init()
  }

  destroy(): Promise<void> {
    return this.#now.destroy()
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const lender = this.#now
    const connection = await lender.acquireConnection()
    this.#of.set(connection, lender)
    if (lender === this.#now) this.#lent = connection
    return connection
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#of.get(connection)!.releaseConnection(connection)
  }

  beginTransaction(...[connection, settings]: Parameters<Driver['beginTransaction']>): Promise<void> {
    return this.#of.get(connection)!.beginTransaction(connection, settings)
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#of.get(connection)!.commitTransaction(connection)
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#of.get(connection)!.rollbackTransaction(connection)
  }

  savepoint(...args: Savepoint): Promise<void> {
    return this.#of.get(args[0])!.savepoint!(...args)
  }

  rollbackToSavepoint(...args: Savepoint): Promise<void> {
    return this.#of.get(args[0])!.rollbackToSavepoint!(...args)
  }

  releaseSavepoint(...args: Savepoint): Promise<void> {
    return this.#of.get(args[0])!.releaseSavepoint!(...args)
  }
}

type Savepoint = Parameters<NonNullable<Driver['savepoint']>>
