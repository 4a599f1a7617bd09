import { type Operation, query } from '../engine/operation.ts'
import type { Table } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'

/**
 * What `integrity_check` finds in one table and its indexes. In a table with a VIRTUAL column SQLite looks for the values of later columns in
 * the wrong place (seen in 3.53: it takes a default for the value), so what it says of values there is not heard; of indexes it is right.
 * https://www.sqlite.org/pragma.html#pragma_integrity_check
 */
export function* readDamage(table: Table): Operation<readonly string[]> {
  const rows = yield* query<{ integrity_check: string }>(`PRAGMA main.integrity_check(${quoteName(table.name)})`)
  const hasVirtual = table.columns.some(({ generated }) => generated?.stored === false)
  return rows
    .map((row) => row.integrity_check)
    .filter((line) => line !== 'ok' && !(hasVirtual && /^(TEXT|NUMERIC|NULL|non-\w+) value in /.test(line)))
}
