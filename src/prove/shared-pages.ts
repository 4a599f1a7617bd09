import { type Operation, query } from '../engine/operation.ts'
import { ConvergeError } from '../model/error.ts'

/**
 * Refuses a file in which two tables or indexes are on one page: SQLite reads both, and dropping one frees the page of the other.
 *
 * @throws ConvergeError `database-corrupt`
 */
export function* refuseSharedPages(): Operation<void> {
  const shared = yield* query<{ first: string; second: string }>(
    `SELECT min(CAST(name AS TEXT)) AS first, max(CAST(name AS TEXT)) AS second FROM main.sqlite_schema
     WHERE rootpage > 0 GROUP BY rootpage HAVING count(*) > 1`,
  )
  const [one] = shared
  if (one === undefined) return
  throw new ConvergeError('database-corrupt', `${one.first} and ${one.second} are stored on the same page`, {
    objects: [one.first, one.second],
    advice: ['restore a backup, or see https://www.sqlite.org/recovery.html'],
  })
}
