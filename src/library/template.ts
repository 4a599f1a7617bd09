import Database from 'better-sqlite3'
import { openMemory, type Prepare, prepareWith, type Setup, type SetupHandle } from '../engine/setup.ts'
import { ConvergeError } from '../model/error.ts'
import { converge } from './converge.ts'
import type { PlanOptions, TargetLike } from './options.ts'
import { loadKysely, overKysely } from './over-kysely.ts'

/** Options of a template. */
export interface TemplateOptions extends Setup, Pick<PlanOptions, 'exclude'> {
  /** Puts rows into the template, which every copy begins with; foreign keys are enforced meanwhile. A promise is waited for. */
  fill?(db: TemplateHandle): unknown
}

/** A better-sqlite3 handle, as far as tests need one; say `open<Database.Database>()` for the whole of its type. */
export interface TemplateHandle extends SetupHandle {
  prepare(sql: string): TemplateStatement
  transaction<Args extends readonly unknown[], Result>(run: (...args: Args) => Result): (...args: Args) => Result
}

/** A prepared statement of a template's copy, as far as tests need one. */
export interface TemplateStatement {
  readonly reader: boolean
  all(...params: unknown[]): unknown[]
  get(...params: unknown[]): unknown
  iterate(...params: unknown[]): IterableIterator<unknown>
  pluck(toggle?: boolean): this
  run(...params: unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint }
  safeIntegers(toggle?: boolean): this
}

/** A database that is made once, and copied for whoever wants one of their own. */
export interface Template {
  /**
   * Opens a copy in memory, which nobody else sees: with foreign keys enforced, and with what `setup` and `loadExtensions` bring. Who opens
   * it closes it.
   */
  open<Handle = TemplateHandle>(): Handle
  /** The same as a Kysely instance; its `destroy` closes the copy. */
  openKysely<Tables>(): Promise<import('kysely').Kysely<Tables>>
}

/**
 * Makes a template of a declared schema, for tests that each want a database of their own: the schema is created once, and a copy of it
 * costs about as much as opening a database does.
 *
 * @example
 * ```ts
 * import { createTemplate, defineSchema, integer, table, text } from 'sqlite-converge'
 *
 * const schema = defineSchema({ users: table({ id: integer().notNull(), name: text() }).primaryKey(['id']) })
 * const template = await createTemplate(schema, {
 *   fill: (db) => db.exec("INSERT INTO users (name) VALUES ('Ada')"),
 * })
 *
 * const [one, other] = [template.open(), template.open()]
 * one.exec('DELETE FROM users')
 * console.log(other.prepare('SELECT name FROM users').pluck().get()) // Ada
 * ```
 * @throws ConvergeError as `converge` does; `setup-failed` also from `open`, `missing-dependency` from `openKysely`.
 */
export async function createTemplate(target: TargetLike, options: TemplateOptions = {}): Promise<Template> {
  const { fill, ...how } = options
  const prepare = prepareWith(options)
  const handle = openMemory(prepare) as TemplateHandle & { serialize(): Buffer }
  try {
    await converge(handle, target, { ...how, journal: false })
    handle.pragma('foreign_keys = ON')
    await fill?.(handle)
    if (handle.inTransaction) {
      throw new ConvergeError('in-transaction', 'the rows of the template are in a transaction that is not committed', {
        advice: ['commit at the end of fill'],
      })
    }
    return templateOf(handle.serialize(), prepare)
  } catch (error) {
    throw isBusy(error) ? stillReading(error) : error
  } finally {
    closeUnlessBusy(handle)
  }
}

/** better-sqlite3 closes no handle over which somebody still reads; then it goes when nobody holds it any more. */
export function closeUnlessBusy(handle: Pick<TemplateHandle, 'close'>): void {
  try {
    handle.close()
  } catch (error) {
    if (!isBusy(error)) throw error
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes('busy executing a query')
}

function stillReading(cause: unknown): ConvergeError {
  return new ConvergeError('usage', 'a query of fill is still being read', {
    advice: ['read its rows to the end, or leave the loop over them by break or return'],
    cause,
  })
}

function templateOf(content: Buffer, prepare: Prepare): Template {
  const open = <Handle>(): Handle => openCopy(content, prepare) as Handle
  return {
    open,
    openKysely: async <Tables>() => {
      // Where it is missing, no copy is left open.
      await loadKysely()
      return overKysely<Tables>(openCopy(content, prepare))
    },
  }
}

/** SQLite copies what it is given. https://www.sqlite.org/c3ref/deserialize.html */
function openCopy(content: Buffer, prepare: Prepare): Database.Database {
  const handle = new Database(content)
  try {
    handle.pragma('foreign_keys = ON')
    prepare(handle)
    return handle
  } catch (error) {
    handle.close()
    throw error
  }
}
