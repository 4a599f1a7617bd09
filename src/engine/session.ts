import { ConvergeError } from '../model/error.ts'
import { explainDatabaseError } from './explain-error.ts'
import { type Handle, handleExecutor, isHandle } from './handle.ts'
import { isKysely, type KyselyLike, withKysely } from './kysely.ts'
import { type Opened, openForReading, openForWriting, rollBackInterrupted } from './open.ts'
import { type Executor, type Operation, runAsync, runSync } from './operation.ts'
import { whileSameFile } from './same-file.ts'
import { openMemory, type Prepare, plain, type Setup } from './setup.ts'

/**
 * A database, as users hold it: the path of a file (or `:memory:`), a better-sqlite3 handle, or a Kysely instance
 * over better-sqlite3. What we open we close; what is handed in comes back as it was.
 */
export type DatabaseLike = string | Handle | KyselyLike

export interface SessionOptions {
  readonly mode: 'read' | 'write'
  /** For a path that does not exist: make the file. */
  readonly create?: boolean
  /** For a path: for how many seconds a lock is waited for. */
  readonly lockTimeout?: number | undefined
  /** Makes what the application brings known to a connection that we open. */
  readonly prepare?: Prepare
  /** For a path: the work is done in a process of its own, which the signal ends at once. */
  readonly child?: { readonly setup: Setup; readonly signal: AbortSignal }
}

export interface Session {
  /** What to call the database in messages. */
  readonly name: string
  /** Whether the caller has a transaction under way. */
  readonly inTransaction: boolean
  run<T>(operation: Operation<T>): Promise<T>
  /** Whether the catalog can't be edited, since the handle behind the connection can't be had. */
  readonly cannotEdit?: true
  /** Ends the connection with whatever statement it runs, and everything that it has begun; its error is this one. */
  readonly end?: (why: ConvergeError) => void
}

/** Lends a connection for as long as `use` takes. */
export async function withSession<T>(
  database: DatabaseLike,
  options: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  if (isKysely(database)) {
    const name = 'the database'
    return withKysely(database, (execute) =>
      explained(name, () =>
        use({
          name,
          inTransaction: database.isTransaction,
          cannotEdit: true,
          run: (operation) => runAsync(operation, execute),
        }),
      ),
    )
  }
  if (typeof database === 'string' && database !== ':memory:' && options.child !== undefined) {
    return withChild(database, options, options.child, use)
  }
  const { handle, execute, close } = open(database, options)
  const name = nameOf(database)
  try {
    return await explained(name, () =>
      use({ name, inTransaction: handle.inTransaction, run: async (operation) => runSync(operation, execute) }),
    )
  } finally {
    close()
  }
}

async function withChild<T>(
  path: string,
  { create = false, lockTimeout }: SessionOptions,
  { setup: { loadExtensions = [], setupModule, pragmas = {} }, signal }: NonNullable<SessionOptions['child']>,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const module = setupModule === undefined ? {} : { setupModule }
  const { openInChild } = await import('./child.ts')
  const ending = new AbortController()
  const end = (why: ConvergeError): void => ending.abort(why)
  const child = await openInChild(
    { kind: 'open', path, create, lockTimeout, loadExtensions, pragmas, ...module },
    AbortSignal.any([signal, ending.signal]),
  )
  try {
    return await explained(path, () =>
      use({ name: path, inTransaction: false, end, run: (operation) => runAsync(operation, child.execute) }),
    )
  } finally {
    const wasEnded = child.isBroken()
    await child.close()
    if (wasEnded) rollBackInterrupted(path)
  }
}

/** The same for a path or a handle, at once. */
export function withSessionSync<T>(
  database: string | Handle,
  options: SessionOptions,
  use: (session: Pick<Session, 'name' | 'inTransaction'> & { run<R>(operation: Operation<R>): R }) => T,
): T {
  const { handle, execute, close } = open(database, options)
  const name = nameOf(database)
  try {
    return use({ name, inTransaction: handle.inTransaction, run: (operation) => runSync(operation, execute) })
  } catch (error) {
    throw explainDatabaseError(error, name)
  } finally {
    close()
  }
}

function open(database: string | Handle, options: SessionOptions): Opened & { readonly execute: Executor } {
  if (isHandle(database)) {
    if (!database.open) throw new ConvergeError('database-unreadable', 'the handle has been closed')
    return { handle: database, execute: handleExecutor(database), close: () => {} }
  }
  if (typeof database !== 'string') {
    throw new ConvergeError('unsupported-connection', 'a path, a better-sqlite3 handle or a Kysely instance is needed')
  }
  const { mode, prepare = plain } = options
  if (database === ':memory:') {
    const handle = openMemory(prepare)
    return { handle, execute: handleExecutor(handle), close: () => void handle.close() }
  }
  const opened = mode === 'read' ? openForReading(database, options.lockTimeout) : openForWriting(database, options)
  const execute = whileSameFile(database, handleExecutor(opened.handle))
  try {
    prepare(opened.handle, opened.isNew)
    return { ...opened, execute }
  } catch (error) {
    opened.close()
    throw error
  }
}

function nameOf(database: string | Handle): string {
  return typeof database === 'string' ? database : database.memory ? 'the database' : database.name
}

async function explained<T>(name: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    throw explainDatabaseError(error, name)
  }
}
