import { type Operation, query } from '../engine/operation.ts'
import { foldName, foreignKeyName } from '../model/name.ts'
import { laterColumn, laterName, noRenames, type Renames } from '../model/renames.ts'
import type { ForeignKey, Schema, Table } from '../model/schema.ts'
import { haveParents } from './have-parents.ts'

/** How many rows are without a parent, by child table, parent and columns. */
export type Orphans = ReadonlyMap<string, number>

/**
 * Counts the rows without a parent by every foreign key of a table that changes, and by those that refer to one that does. Those that were
 * there before are not our fault; a foreign key that SQLite can't check (`foreign key mismatch`) is recorded as such.
 *
 * @param renames Renames that are still to come: what is found is called by the new names, to be compared with what comes.
 */
export function* countOrphans(
  schema: Schema,
  touched: ReadonlySet<string>,
  renames: Renames = noRenames,
): Operation<Orphans> {
  const counts = new Map<string, number>()
  for (const table of concernedTables(schema, touched)) {
    const keys = concernedKeys(table, touched)
    try {
      if (yield* haveParents(schema, table, keys)) continue
      const rows = yield* query<{ parent: string; columns: string; n: number }>(
        // Two foreign keys that say the same have the same orphans, once.
        `SELECT parent, columns, sum(n) AS n FROM (
           SELECT parent, columns, max(n) AS n FROM (
             SELECT f.parent AS parent, k.columns AS columns, k.referenced AS referenced, count(*) AS n
             FROM pragma_foreign_key_check(?, 'main') AS f
             JOIN (
               SELECT id, json_group_array("from") AS columns, json_group_array(coalesce("to",
                 (SELECT name FROM pragma_table_info("table", 'main') WHERE pk = seq + 1))) AS referenced
               FROM pragma_foreign_key_list(?, 'main') GROUP BY id) AS k ON k.id = f.fkid
             GROUP BY f.fkid)
           GROUP BY parent, columns, lower(referenced))
         GROUP BY 1, 2`,
        [table.name, table.name],
      )
      const name = laterName(table.name, renames)
      const asked = new Set(keys.map((key) => foreignKeyName(table.name, key.columns, key.table)))
      for (const { parent, columns, n } of rows) {
        const own = JSON.parse(columns) as string[]
        if (!asked.has(foreignKeyName(table.name, own, parent))) continue
        const list = own.map((column) => laterColumn(name, column, renames))
        counts.set(foreignKeyName(name, list, laterName(parent, renames)), n)
      }
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes(mismatch)) throw error
      counts.set(foldName(`${table.name}: ${error.message}`), 1)
    }
  }
  return counts
}

/** The tables, folded, whose foreign keys can be checked before some changes and after, as they are called then and then. */
export interface CheckableTables {
  readonly start: readonly string[]
  readonly reached: readonly string[]
}

/** Those among the concerned ones of which SQLite has refused none, neither before nor after. */
export function checkableTables(
  before: { readonly start: Schema; readonly orphans: Orphans; readonly renames: Renames },
  after: { readonly reached: Schema; readonly orphans: Orphans },
  touched: ReadonlySet<string>,
): CheckableTables {
  const isRefused = ({ name }: Table, orphans: Orphans): boolean =>
    [...orphans.keys()].some((key) => key.startsWith(mismatchOf(name)))
  const later = (table: Table): string => foldName(laterName(table.name, before.renames))
  const start = concernedTables(before.start, touched)
  const reached = concernedTables(after.reached, touched)
  const refused = new Set([
    ...start.filter((table) => isRefused(table, before.orphans)).map(later),
    ...reached.filter((table) => isRefused(table, after.orphans)).map((table) => foldName(table.name)),
  ])
  return {
    start: start.filter((table) => !refused.has(later(table))).map((table) => foldName(table.name)),
    reached: reached.map((table) => foldName(table.name)).filter((name) => !refused.has(name)),
  }
}

/** The tables whose foreign keys may break when the touched ones change: these themselves, and those that refer to them. */
function concernedTables(schema: Schema, touched: ReadonlySet<string>): readonly Table[] {
  return schema.tables.filter((table) => concernedKeys(table, touched).length > 0)
}

function concernedKeys({ name, foreignKeys }: Table, touched: ReadonlySet<string>): readonly ForeignKey[] {
  return touched.has(foldName(name)) ? foreignKeys : foreignKeys.filter((key) => touched.has(foldName(key.table)))
}

/** With what the record of a table begins whose foreign keys SQLite can't check. */
function mismatchOf(table: string): string {
  return foldName(`${table}: ${mismatch}`)
}

/** The foreign keys that SQLite can't check any more: their parent lost the key that they refer to. */
export function newMismatches(before: Orphans, after: Orphans): readonly string[] {
  return [...after.keys()].filter((key) => key.includes(mismatch) && !before.has(key))
}

const mismatch = 'foreign key mismatch'

/** The foreign keys that have more rows without a parent than before. */
export function newOrphans(before: Orphans, after: Orphans): readonly string[] {
  return [...after].flatMap(([key, n]) => {
    // That a foreign key can't be checked has been judged on the copy.
    if (key.includes(mismatch)) return []
    const was = before.get(key) ?? 0
    return n > was ? [`${key}: ${n - was} more ${n - was === 1 ? 'row' : 'rows'} without a parent`] : []
  })
}
