import type { DatabaseConnection, Driver, Kysely, SqliteDatabase } from 'kysely'
import { type KyselyOptions, loadKysely, startKysely } from './over-kysely.ts'

/** A Kysely instance whose connection can be put in the place of another. */
export interface RenewableKysely<Database> {
  readonly db: Kysely<Database>
  /** Goes on with the connection of the moment. Who waits for the former one is refused; who still has it is left to it. */
  renew(): Promise<void>
}

/** What those are told who wait for a connection that is none any more. */
export interface Refusals {
  wasReset(): Error
  wasClosed(): Error
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
  options: KyselyOptions & Refusals,
): Promise<RenewableKysely<Database>> {
  const { SqliteDialect, SqliteDriver } = await loadKysely()
  const lenders = new Lenders(() => new SqliteDriver({ database: connect() }), options)
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
  readonly #refusals: Refusals
  /** Those who lend no more, with what there is to say then. */
  readonly #ended = new WeakMap<Driver, () => Error>()
  readonly #of = new WeakMap<DatabaseConnection, Driver>()
  #now: Driver
  #lent: DatabaseConnection | undefined

  constructor(make: () => Driver, refusals: Refusals) {
    this.#make = make
    this.#refusals = refusals
    this.#now = make()
  }

  async renew(): Promise<void> {
    const former = this.#now
    this.#now = this.#make()
    await this.#now.init()
    await this.#end(former, this.#refusals.wasReset)
  }

  init(): Promise<void> {
    return this.#now.init()
  }

  async destroy(): Promise<void> {
    await this.#now.destroy()
    await this.#end(this.#now, this.#refusals.wasClosed)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const lender = this.#now
    const connection = await lender.acquireConnection()
    const refusal = this.#ended.get(lender)
    if (refusal !== undefined) {
      // For the next who waits.
      await lender.releaseConnection(connection)
      throw refusal()
    }
    this.#of.set(connection, lender)
    this.#lent = connection
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

  /** What was begun on a former connection is rolled back; to say that it can't be would hide why it was to be. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const lender = this.#of.get(connection)!
    if (!this.#ended.has(lender)) await lender.rollbackTransaction(connection)
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

  /** The first who waits gets the connection, is refused, and gives it to the next. */
  async #end(lender: Driver, refusal: () => Error): Promise<void> {
    const lent = this.#lent
    this.#lent = undefined
    this.#ended.set(lender, refusal)
    if (lent !== undefined) await lender.releaseConnection(lent)
  }
}

type Savepoint = Parameters<NonNullable<Driver['savepoint']>>
