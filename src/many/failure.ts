import { explainDatabaseError } from '../engine/explain-error.ts'
import { ConvergeError } from '../model/error.ts'

/** What went wrong with one database, as an error of ours: it is none of the others. */
export function asFailure(error: unknown, database: string): ConvergeError {
  const explained = explainDatabaseError(error, database)
  if (explained instanceof ConvergeError) return explained
  const { code, message } = (explained ?? {}) as { code?: unknown; message?: string }
  if (code === 'ENOENT') {
    return new ConvergeError('no-such-database', `${database} is not there any more`, {
      objects: [database],
      cause: error,
    })
  }
  return new ConvergeError('internal', message ?? String(explained), {
    objects: [database],
    advice: ['this is a mistake in sqlite-converge; please report it'],
    cause: error,
  })
}
