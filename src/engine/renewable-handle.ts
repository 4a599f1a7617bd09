import type { Handle } from './handle.ts'

/** A handle whose connection can be put in the place of another, and whoever holds it, or a statement of it, goes on with the new one. */
export interface RenewableHandle<H extends Handle> {
  readonly handle: H
  /** The connection behind it, as it is now. */
  current(): H
  /**
   * Closes the connection and goes on with another.
   *
   * @throws TypeError of better-sqlite3, where a query is being read; then all is as it was.
   */
  renew(next: H): void
}

type Method = (...args: unknown[]) => unknown
/** What is done to a connection, and not to a database: it is done to the next connection too. */
const ofTheConnection: readonly string[] = [
  'function',
  'aggregate',
  'table',
  'loadExtension',
  'unsafeMode',
  'defaultSafeIntegers',
]
/** What is said once of a statement, and holds for each of its runs. */
const ofTheStatement: readonly string[] = ['pluck', 'expand', 'raw', 'safeIntegers', 'bind']

/**
 * SQLite has no way to fill a database in memory with the pages of another, so a copy goes back to its template by opening it anew. What stands
 * in front of the connection is what the test holds: the handle, its statements, and its transactions, each of which
 * finds its like on the connection of the moment.
 */
export function renewableHandle<H extends Handle>(first: H): RenewableHandle<H> {
  let current = first
  const done = new Calls()

  const statement = (sql: string): unknown => {
    const said = new Calls()
    let [made, of] = [current.prepare(sql) as unknown as Record<string, unknown>, current]
    const now = (): Record<string, unknown> => {
      if (of !== current) {
        ;[made, of] = [current.prepare(sql) as unknown as Record<string, unknown>, current]
        said.repeatOn(made)
      }
      return made
    }
    return inFront(
      Object.getPrototypeOf(made),
      now,
      (name, call, self) =>
        (...args) => {
          const result = call(...args)
          if (ofTheStatement.includes(name)) said.add(name, args)
          return result === made ? self : result
        },
      () => handle,
    )
  }

  const transaction = (run: Method): unknown => {
    const [made, ways] = [new WeakMap<H, Method>(), ['default', 'deferred', 'immediate', 'exclusive']]
    const now = (): Method => {
      let one = made.get(current)
      if (one === undefined) {
        one = (current as unknown as { transaction(run: Method): Method }).transaction(run)
        made.set(current, one)
      }
      return one
    }
    const begin = function (this: unknown, ...args: unknown[]): unknown {
      return now().apply(this, args)
    }
    for (const way of ways) {
      Object.defineProperty(begin, way, {
        value(this: unknown, ...args: unknown[]) {
          return (now() as unknown as Record<string, Method>)[way]!.apply(this, args)
        },
      })
    }
    return Object.defineProperty(begin, 'database', { value: handle })
  }

  const handle = inFront(
    Object.getPrototypeOf(first),
    () => current as unknown as Record<string, unknown>,
    (name, call, self) => {
      if (name === 'prepare') return (sql) => statement(sql as string)
      if (name === 'transaction') return (run) => transaction(run as Method)
      return (...args) => {
        const result = call(...args)
        if (ofTheConnection.includes(name)) done.add(name, args)
        return result === current ? self : result
      }
    },
  ) as unknown as H

  return {
    handle,
    current: () => current,
    renew: (next) => {
      done.repeatOn(next)
      current.close()
      current = next
    },
  }
}

/** What has been said of an object, to be said of the next one too. */
class Calls {
  readonly #made = new Map<unknown, readonly [name: string, args: readonly unknown[]]>()

  add(name: string, args: readonly unknown[]): void {
    // What is switched on and off counts as it was last; of functions there are many.
    const key = typeof args[0] === 'string' ? Symbol(name) : name
    this.#made.delete(key)
    this.#made.set(key, [name, args])
  }

  repeatOn(object: object): void {
    for (const [name, args] of this.#made.values()) (object as Record<string, Method>)[name]!(...args)
  }
}

/** An object in front of another one, which may be another one each time it is asked for. */
function inFront(
  prototype: object,
  now: () => Record<string | symbol, unknown>,
  method: (name: string, call: Method, self: unknown) => Method,
  owner?: () => unknown,
): object {
  // What better-sqlite3 has on the object itself can't be exchanged, so the target is an empty one of the same class.
  return new Proxy(Object.create(prototype) as object, {
    get(_, name, self) {
      const object = now()
      const value = object[name]
      // A statement says which handle it is of.
      if (name === 'database' && value !== undefined) return owner?.() ?? value
      if (typeof value !== 'function' || typeof name === 'symbol' || name === 'constructor') return value
      return method(name, (...args) => value.apply(object, args), self)
    },
  })
}
