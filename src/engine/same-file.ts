import { statSync } from 'node:fs'
import { ConvergeError } from '../model/error.ts'
import type { Executor } from './operation.ts'

/**
 * Refuses to begin a transaction, and to commit it, where another file has taken the place of the one that was opened: what is
 * written then would be in a file that nobody finds any more. SQLite looks for that itself, but not in WAL mode, and only before its
 * first write. https://www.sqlite.org/howtocorrupt.html#_unlinking_or_renaming_a_database_file_while_in_use
 *
 * @throws ConvergeError `database-read-only` from the executor, as where SQLite finds it.
 */
export function whileSameFile(path: string, execute: Executor): Executor {
  const opened = fileAt(path)
  return (request) => {
    const isEdge = request.sql === 'BEGIN IMMEDIATE' || request.sql === 'COMMIT'
    if (isEdge && opened !== undefined && fileAt(path) !== opened) throw replaced(path)
    return execute(request)
  }
}

/** Which file a path leads to; asking opens nothing. */
function fileAt(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat && `${stat.dev} ${stat.ino}`
}

function replaced(path: string): ConvergeError {
  return new ConvergeError(
    'database-read-only',
    `${path} has been moved, or replaced by another file, since it was opened`,
    { objects: [path], advice: ['nothing was changed in either: apply again'] },
  )
}
