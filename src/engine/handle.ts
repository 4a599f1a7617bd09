import type { Executor, Value } from './operation.ts'

/** A better-sqlite3 statement, as far as we use it. */
export interface HandleStatement {
  readonly reader: boolean
  safeIntegers(toggle?: boolean): unknown
  all(...params: unknown[]): unknown[]
  run(...params: unknown[]): unknown
}

/**
 * A better-sqlite3 database handle, described by its shape: a handle from any copy of the package fits, and users
 * without `@types/better-sqlite3` can still compile against ours.
 */
export interface Handle {
  readonly name: string
  readonly open: boolean
  readonly inTransaction: boolean
  readonly memory: boolean
  prepare(sql: string): HandleStatement
  exec(sql: string): unknown
  pragma(sql: string, options?: { simple?: boolean }): unknown
  unsafeMode(unsafe?: boolean): unknown
  close(): unknown
}

export function isHandle(value: unknown): value is Handle {
  const handle = value as Partial<Handle> | null
  return (
    typeof handle === 'object' &&
    handle !== null &&
    typeof handle.prepare === 'function' &&
    typeof handle.pragma === 'function' &&
    typeof handle.exec === 'function' &&
    typeof handle.inTransaction === 'boolean'
  )
}

/**
 * Does something that a defensive connection refuses, as better-sqlite3 opens each of them; a handle that its owner has put into
 * unsafe mode stays so. https://www.sqlite.org/c3ref/c_dbconfig_defensive.html#sqlitedbconfigdefensive
 */
export function withoutDefence<T>(handle: Handle, work: () => T): T {
  if (!isDefensive(handle)) return work()
  handle.unsafeMode(true)
  try {
    return work()
  } finally {
    handle.unsafeMode(false)
  }
}

function isDefensive(handle: Handle): boolean {
  // Its owner may have told it to give every integer as a bigint.
  const isOn = Number(handle.pragma('writable_schema', { simple: true })) !== 0
  // A defensive connection does not take the pragma, and says nothing.
  if (!isOn) handle.pragma('writable_schema = ON')
  try {
    handle.prepare('UPDATE sqlite_schema SET sql = sql WHERE 0')
    return false
  } catch {
    return true
  } finally {
    if (!isOn) handle.pragma('writable_schema = OFF')
  }
}

/** Answers requests with a better-sqlite3 handle. */
export function handleExecutor(handle: Handle): Executor {
  const answer = executor(handle)
  return (request) => (request.editsCatalog ? withoutDefence(handle, () => answer(request)) : answer(request))
}

function executor(handle: Handle): Executor {
  return ({ sql, params, rows, statements }) => {
    if (statements !== undefined) {
      handle.exec(sql)
      return []
    }
    const statement = handle.prepare(sql)
    // A handle may have been told to give every integer as a bigint; we ask for text where a number would not do.
    if (statement.reader) statement.safeIntegers(false)
    const values: readonly Value[] = params
    // A statement such as PRAGMA may give rows that nobody asked for; only `all` runs it to its end then.
    if (rows || statement.reader) return statement.all(...values)
    statement.run(...values)
    return []
  }
}
