import { automaticKeys } from '../diff/automatic-keys.ts'
import { type Operation, query } from '../engine/operation.ts'
import { findByName } from '../model/name.ts'
import { formerColumn, formerName, noRenames } from '../model/renames.ts'
import type { Schema, Table } from '../model/schema.ts'
import { rowidName } from '../plan/projection.ts'
import type { Plan } from '../prove/plan.ts'
import { quoteName } from '../sql/quote.ts'

/** How many rows from each end of a table. */
const sampled = 50
/** SQLite gives a row of so many columns, and not of many more: https://www.sqlite.org/limits.html#max_column */
const together = 500

/** What the first and last rows of tables hold, as SQL literals, by the tables' new names. */
export type Samples = ReadonlyMap<string, string>

/**
 * Looks at the first and last rows of the tables that are changed where they are: in the columns that stay, they have to show after the
 * plan what they showed before it. No step touches them, and another text in the catalog could show them otherwise.
 *
 * @param schema The live schema, before the plan or after it.
 */
export function* sampleInPlace(plan: Plan, schema: Schema, when: 'before' | 'after'): Operation<Samples> {
  const renames = when === 'before' ? plan.details.renames : noRenames
  const samples = new Map<string, string>()
  for (const { table: name, way } of plan.fast) {
    const target = findByName(plan.details.target.tables, name)
    const table = findByName(schema.tables, formerName(name, renames))
    if (way !== 'in-place' || target === undefined || table === undefined) continue
    const stays = findByName(plan.details.renamed.tables, name)!.columns.filter(
      (column) => findByName(target.columns, column.name) !== undefined,
    )
    const columns = stays.map((column) => formerColumn(name, column.name, renames))
    samples.set(name, JSON.stringify(yield* readEnds(table, columns)))
  }
  return samples
}

function* readEnds(table: Table, columns: readonly string[]): Operation<readonly unknown[]> {
  const rowid = rowidName(table)
  const keys = rowid === undefined ? tableKey(table) : [rowid]
  // Nothing else tells a row from another.
  if (keys.length === 0) return []
  const found: unknown[] = []
  for (let at = 0; at < columns.length; at += together) {
    const values = columns.slice(at, at + together).map((name, index) => `quote(${quoteName(name)}) AS c${index}`)
    for (const direction of ['', ' DESC']) {
      const order = keys.map((key) => `${key}${direction}`).join(', ')
      found.push(
        yield* query(
          `SELECT ${values.join(', ')} FROM main.${quoteName(table.name)} ORDER BY ${order} LIMIT ${sampled}`,
        ),
      )
    }
  }
  return found
}

/** The key that a WITHOUT ROWID table is sorted by; as its column compares, rows could be tied, and come in any order. */
function tableKey(table: Table): readonly string[] {
  const key = automaticKeys(table).find(({ isTable }) => isTable)
  return (key?.columns ?? []).map(({ name, collation }) => `${quoteName(name)} COLLATE ${quoteName(collation)}`)
}
