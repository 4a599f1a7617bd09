/**
 * What the engine wants from a database, one statement at a time.
 *
 * Everything that talks to a database is written once, as a generator of requests. It is run synchronously over a
 * better-sqlite3 handle, or asynchronously over a Kysely instance, and neither knows of the other.
 */
export interface Request {
  readonly sql: string
  readonly params: readonly Value[]
  /** Whether rows are wanted back. */
  readonly rows: boolean
  /** Whether the statement edits SQLite's catalog, which a defensive connection does not let it. */
  readonly editsCatalog?: true
  /** The statements that the text consists of, where it is several. */
  readonly statements?: readonly string[]
}

/** A value that SQLite stores. Integers arrive as numbers, exact up to 2^53. */
export type Value = null | number | bigint | string | Uint8Array

export type Row = Readonly<Record<string, Value>>

/**
 * Work that is no statement, and has to be done between two of them. Over a handle it is done at once: whatever its owner's
 * code would do meanwhile, it would do inside our transaction.
 */
export interface Aside<T = unknown> {
  readonly now: () => T
  readonly later: () => Promise<T>
}

export type Operation<T> = Generator<Request | Aside, T, unknown>

/** Answers a request at once. */
export type Executor = (request: Request) => unknown
/** Answers a request later. */
export type AsyncExecutor = (request: Request) => Promise<unknown>

/** Asks for rows. */
export function* query<R extends object = Row>(sql: string, params: readonly Value[] = []): Operation<readonly R[]> {
  return (yield { sql, params, rows: true }) as readonly R[]
}

/** Asks for the only row. */
export function* queryOne<R extends object = Row>(sql: string, params: readonly Value[] = []): Operation<R> {
  const [row] = yield* query<R>(sql, params)
  if (row === undefined) throw new Error(`no row from ${sql}`)
  return row
}

/** Runs one statement that gives no rows. */
export function* run(sql: string, params: readonly Value[] = []): Operation<void> {
  yield { sql, params, rows: false }
}

/** Runs one statement that edits SQLite's catalog. */
export function* editCatalog(sql: string): Operation<void> {
  yield { sql, params: [], rows: false, editsCatalog: true }
}

/**
 * Runs statements that give no rows and are known to be one each, such as those that `prepare` has taken before: a handle is not asked
 * to compile each by itself, which takes a fifth longer.
 */
export function* runTogether(statements: readonly string[]): Operation<void> {
  // What ends in a comment would swallow the next one, and SQLite keeps a line end before a semicolon in the text of a table.
  const isApart = statements.some((sql) => /--.*$|\/\*/.test(sql))
  if (isApart) for (const sql of statements) yield* run(sql)
  else yield { sql: statements.join(';'), params: [], rows: false, statements }
}

/** Has work done that is no statement. */
export function* aside<T>(work: Aside<T>): Operation<T> {
  return (yield work) as T
}

function isAside(request: Request | Aside): request is Aside {
  return 'now' in request
}

/**
 * Runs an operation, and then, whether or not it has failed, another one. An error of the first is the one that is thrown: where the
 * connection is gone, nothing can be put back, and the reason for that is what counts.
 */
export function* afterwards<T>(operation: Operation<T>, last: Operation<void>): Operation<T> {
  let result: T
  try {
    result = yield* operation
  } catch (error) {
    try {
      yield* last
    } catch {
      // The first error has told.
    }
    throw error
  }
  yield* last
  return result
}

/** Runs an operation to its end; an error of the database is thrown inside the operation, where it can be handled. */
export function runSync<T>(operation: Operation<T>, execute: Executor): T {
  let step = operation.next()
  while (!step.done) {
    let answer: unknown
    try {
      answer = isAside(step.value) ? step.value.now() : execute(step.value)
    } catch (error) {
      step = operation.throw(error)
      continue
    }
    step = operation.next(answer)
  }
  return step.value
}

/** The same, over a database that answers later. */
export async function runAsync<T>(operation: Operation<T>, execute: AsyncExecutor): Promise<T> {
  let step = operation.next()
  while (!step.done) {
    let answer: unknown
    try {
      answer = await (isAside(step.value) ? step.value.later() : execute(step.value))
    } catch (error) {
      step = operation.throw(error)
      continue
    }
    step = operation.next(answer)
  }
  return step.value
}
