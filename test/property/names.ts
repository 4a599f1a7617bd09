import type Database from 'better-sqlite3'
import type { Hint } from './rename-model.ts'

/** What a plan calls by another name; tables are called by their new names, all of it in lower case. */
export interface Names {
  /** The hints that act. */
  readonly hints: readonly Hint[]
  /** Undefined for what is new, also where something that was renamed had its name. */
  formerTable(table: string): string | undefined
  formerColumn(table: string, column: string): string | undefined
  /** Undefined for what makes room for something that takes its name. */
  laterTable(table: string): string | undefined
  laterColumn(table: string, column: string): string | undefined
}

/**
 * Holds what somebody has renamed against what is there before and after. A name that is there before and goes on to be wanted
 * is not given up for another, nor is one renamed that is not there any more: such hints are left away.
 *
 * @param live The database before.
 * @param fresh The second schema.
 */
export function actingNames(hints: readonly Hint[], live: Database.Database, fresh: Database.Database): Names {
  const tables = acting(
    hints.filter((hint) => hint.column === undefined).map((hint) => ({ hint, from: hint.table, to: hint.to })),
    tableNames(live),
    tableNames(fresh),
  )
  const formerTable = (table: string): string | undefined => former(tables, table)
  const owners = [...new Set(hints.filter((hint) => hint.column !== undefined).map((hint) => hint.table))]
  const columns = owners.flatMap((table) => {
    // A hint may say a table's old name as well: of one whose name was another's, it would say something of both.
    const was = formerTable(table)
    if (was === undefined || tables.some((one) => one.from === table)) return []
    const own = hints.filter((hint) => hint.table === table && hint.column !== undefined)
    return acting(
      own.map((hint) => ({ hint, from: hint.column!, to: hint.to })),
      columnNames(live, was),
      columnNames(fresh, table),
    ).map((one) => ({ table, ...one }))
  })
  return {
    hints: [...tables, ...columns].map((one) => one.hint),
    formerTable,
    formerColumn: (table, column) =>
      former(
        columns.filter((one) => one.table === table),
        column,
      ),
    laterTable: (table) => later(tables, table),
    laterColumn: (table, column) =>
      later(
        columns.filter((one) => one.table === table),
        column,
      ),
  }
}

function former(renames: readonly Rename[], name: string): string | undefined {
  const renamed = renames.find((one) => one.to === name)
  if (renamed !== undefined) return renamed.from
  return renames.some((one) => one.from === name) ? undefined : name
}

function later(renames: readonly Rename[], name: string): string | undefined {
  const renamed = renames.find((one) => one.from === name)
  if (renamed !== undefined) return renamed.to
  return renames.some((one) => one.to === name) ? undefined : name
}

interface Rename {
  readonly hint: Hint
  readonly from: string
  readonly to: string
}

function acting(all: readonly Rename[], before: ReadonlySet<string>, after: ReadonlySet<string>): readonly Rename[] {
  const kept = all.filter(
    ({ from, to }) =>
      before.has(from) &&
      after.has(to) &&
      (!before.has(to) || !after.has(from) || all.some((other) => other.from === to || other.to === from)),
  )
  return kept.length === all.length ? kept : acting(kept, before, after)
}

function tableNames(db: Database.Database): ReadonlySet<string> {
  const sql = `SELECT lower(name) FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')`
  return new Set(db.prepare(sql).pluck().all() as string[])
}

function columnNames(db: Database.Database, table: string): ReadonlySet<string> {
  const sql = 'SELECT lower(name) FROM pragma_table_xinfo(?) WHERE hidden <> 1'
  return new Set(db.prepare(sql).pluck().all(table) as string[])
}
