import { type Operation, run } from '../engine/operation.ts'

/** How our work is begun and ended: a transaction, or a savepoint in the one that the caller has under way. */
export interface Frame {
  readonly begin: string
  readonly commit: string
  readonly rollback: readonly string[]
}

export function frameOf(name: string, inTransaction: boolean): Frame {
  if (!inTransaction) return { begin: 'BEGIN IMMEDIATE', commit: 'COMMIT', rollback: ['ROLLBACK'] }
  // Rolled back to, a savepoint is still there.
  const rollback = [`ROLLBACK TO ${name}`, `RELEASE ${name}`]
  return { begin: `SAVEPOINT ${name}`, commit: `RELEASE ${name}`, rollback }
}

/** Takes back what has been done since the begin; to be called for an error, which is what the caller has to throw then. */
export function* rollBack({ rollback }: Frame): Operation<void> {
  try {
    for (const statement of rollback) yield* run(statement)
  } catch (error) {
    // A full disk or a failed write has rolled back already, a savepoint with everything around it:
    // https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
    const isGone = /no transaction is active|no such savepoint/
    if (!(error instanceof Error) || !isGone.test(error.message)) throw error
  }
}
