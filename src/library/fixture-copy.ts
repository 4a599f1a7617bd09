import type { Kysely, SqliteDatabase } from 'kysely'
import { explainDatabaseError } from '../engine/explain-error.ts'
import { renewableHandle } from '../engine/renewable-handle.ts'
import { ConvergeError } from '../model/error.ts'
import type { KyselyOptions } from './over-kysely.ts'
import { renewableKysely } from './renewable-kysely.ts'
import { closeUnlessBusy, type TemplateHandle } from './template.ts'

/** A database for one test. */
export interface FixtureCopy<Database, Handle = TemplateHandle> {
  readonly db: Kysely<Database>
  /** The better-sqlite3 handle behind it; say `open<Database.Database>()` for the whole of its type. */
  readonly handle: Handle
  /**
   * Makes the database what it was when it was opened, to the byte: rows, schema, AUTOINCREMENT marks, pragmas. A transaction that is under way
   * is rolled back, and what is temporary or attached is gone. `db`, `handle`, its statements and functions stay.
   *
   * @throws ConvergeError `database-locked` while a query is being read, `database-unreadable` for a copy that is closed
   */
  reset(): Promise<void>
  /** Closes the copy. A second time it does nothing. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Opens a copy that can be reset.
 *
 * @param open Opens the database of a copy; for each reset anew.
 * @throws ConvergeError as `open` does, and `missing-dependency`
 */
export async function openFixtureCopy<Database>(
  open: () => TemplateHandle,
  options: KyselyOptions | undefined,
): Promise<FixtureCopy<Database>> {
  const { handle, current, renew } = renewableHandle(open())
  /** What Kysely holds until the copy is reset. */
  const connect = (): SqliteDatabase => {
    const connection = current()
    return {
      prepare: (sql) => {
        if (connection !== current()) throw wasReset()
        return connection.prepare(sql)
      },
      close: () => closeUnlessBusy(connection),
    }
  }
  const { db, renew: renewKysely } = await renewableKysely<Database>(connect, { ...options, wasReset, wasClosed })
  let isClosed = false
  const close = async (): Promise<void> => {
    isClosed = true
    await db.destroy()
    // What was being read the first time may have been read to its end.
    closeUnlessBusy(current())
  }
  return {
    db,
    handle,
    reset: async () => {
      if (isClosed || !current().open) throw wasClosed()
      const next = open()
      try {
        renew(next)
      } catch (error) {
        next.close()
        throw explainDatabaseError(error, 'the copy')
      }
      await renewKysely()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function wasReset(): ConvergeError {
  return new ConvergeError(
    'database-unreadable',
    'the copy has been reset since this query, or its transaction, began',
    { advice: ['wait for the queries of a test, and end its transactions, before the copy is reset'] },
  )
}

function wasClosed(): ConvergeError {
  return new ConvergeError('database-unreadable', 'the copy has been closed')
}
