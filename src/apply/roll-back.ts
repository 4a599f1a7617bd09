import { editCatalog, type Operation, queryOne, run } from '../engine/operation.ts'

/** How our work is begun and ended: a transaction, or a savepoint in the one that the caller has under way. */
export interface Frame {
  readonly begin: string
  readonly commit: string
  readonly rollback: readonly [back: string, ...end: string[]]
}

export function frameOf(name: string, inTransaction: boolean): Frame {
  if (!inTransaction) return { begin: 'BEGIN IMMEDIATE', commit: 'COMMIT', rollback: ['ROLLBACK'] }
  // Rolled back to, a savepoint is still there.
  const rollback = [`ROLLBACK TO ${name}`, `RELEASE ${name}`] as const
  return { begin: `SAVEPOINT ${name}`, commit: `RELEASE ${name}`, rollback }
}

/**
 * Takes back what has been done since the begin; to be called for an error, which is what the caller has to throw then.
 *
 * @param editsCatalog Whether the catalog may have been edited.
 */
export function* rollBack({ rollback: [back, ...end] }: Frame, editsCatalog = false): Operation<void> {
  try {
    yield* run(back)
    if (editsCatalog && end.length > 0) yield* rememberChange()
    for (const statement of end) yield* run(statement)
  } catch (error) {
    // A full disk or a failed write has rolled back already, a savepoint with everything around it:
    // https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
    const isGone = /no transaction is active|no such savepoint/
    if (!(error instanceof Error) || !isGone.test(error.message)) throw error
    if (editsCatalog) yield* run('PRAGMA writable_schema = RESET')
  }
}

/**
 * Has SQLite read the catalog again, and once more when the transaction around a savepoint is rolled back: reading it again for an edit has
 * made it forget that the schema was changed in this transaction. The number stays; that it is written counts.
 * https://www.sqlite.org/pragma.html#pragma_schema_version
 */
function* rememberChange(): Operation<void> {
  const { schema_version } = yield* queryOne<{ schema_version: number }>('PRAGMA schema_version')
  yield* editCatalog(`PRAGMA schema_version = ${schema_version}`)
}
