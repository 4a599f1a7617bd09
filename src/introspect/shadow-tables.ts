import { type Operation, query } from '../engine/operation.ts'

/** The tables that virtual tables keep their content in. SQLite compiles every view to tell. */
export function* readShadowTables(): Operation<readonly string[]> {
  const rows = yield* query<{ name: string }>(
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'`,
  )
  return rows.map((row) => row.name)
}
