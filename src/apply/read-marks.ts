import { type Operation, query, queryOne } from '../engine/operation.ts'
import { foldName } from '../model/name.ts'

/** The AUTOINCREMENT marks, by table, as SQL literals. https://www.sqlite.org/autoinc.html */
export function* readMarks(): Operation<ReadonlyMap<string, string>> {
  const { n } = yield* queryOne<{ n: number }>(
    `SELECT count(*) AS n FROM main.sqlite_schema WHERE name = 'sqlite_sequence' AND type = 'table'`,
  )
  if (n === 0) return new Map()
  const rows = yield* query<{ name: string; seq: string }>('SELECT name, quote(seq) AS seq FROM main.sqlite_sequence')
  return new Map(rows.map(({ name, seq }) => [foldName(String(name)), seq]))
}
