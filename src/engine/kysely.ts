import { ConvergeError } from '../model/error.ts'
import type { AsyncExecutor } from './operation.ts'

/** What a compiled query is to Kysely; its own type is not needed to make one. */
interface CompiledQuery {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly query: unknown
  readonly queryId: unknown
}

/**
 * A Kysely instance over better-sqlite3, described by as little as tells it apart: one of any database type fits, from any
 * copy of the package.
 */
export interface KyselyLike {
  readonly isTransaction: boolean
  withoutPlugins(): unknown
  getExecutor(): unknown
  connection(): unknown
  executeQuery(query: never): Promise<unknown>
}

/** The part of Kysely that is used here. */
interface Connection {
  readonly isTransaction: boolean
  getExecutor(): { readonly adapter: object }
  connection(): { execute<T>(use: (connection: Connection) => Promise<T>): Promise<T> }
  executeQuery(query: CompiledQuery): Promise<{ readonly rows: unknown[] }>
}

export function isKysely(value: unknown): value is KyselyLike {
  const kysely = value as Partial<KyselyLike> | null
  return (
    typeof kysely === 'object' &&
    kysely !== null &&
    typeof kysely.getExecutor === 'function' &&
    typeof kysely.withoutPlugins === 'function' &&
    typeof kysely.executeQuery === 'function'
  )
}

/**
 * Lends one connection of a Kysely instance. Plugins are left out: CamelCasePlugin would rename the columns of pragmas.
 *
 * @throws ConvergeError `unsupported-connection` for a dialect that is not SQLite's.
 */
export async function withKysely<T>(kysely: KyselyLike, use: (execute: AsyncExecutor) => Promise<T>): Promise<T> {
  const plain = kysely.withoutPlugins() as Connection
  const { CompiledQuery, SqliteAdapter } = await import('kysely')
  const { adapter } = plain.getExecutor()
  const { name } = adapter.constructor
  // From another copy of the package it is of another class, and in a bundle of another name.
  if (!(adapter instanceof SqliteAdapter) && name !== 'SqliteAdapter') {
    throw new ConvergeError('unsupported-connection', `a Kysely instance over better-sqlite3 is needed, not ${name}`, {
      advice: ['new Kysely({ dialect: new SqliteDialect({ database: new Database(path) }) })'],
    })
  }
  const executor =
    (connection: Connection): AsyncExecutor =>
    async ({ sql, params, editsCatalog, statements = [sql] }) => {
      if (editsCatalog) throw cannotEdit()
      let rows: unknown[] = []
      for (const statement of statements) {
        rows = (await connection.executeQuery(CompiledQuery.raw(statement, [...params]))).rows
      }
      return rows
    }
  // A transaction is on one connection already.
  return plain.isTransaction
    ? use(executor(plain))
    : plain.connection().execute((connection) => use(executor(connection)))
}

/** The handle behind it is not ours to ask for. */
export function cannotEdit(): ConvergeError {
  return new ConvergeError(
    'unsupported-connection',
    'the catalog can only be edited over a path or a better-sqlite3 handle',
    {
      advice: ['hand in the handle that the Kysely instance was made with, or do without fast'],
    },
  )
}
