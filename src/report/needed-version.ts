import { type SqliteVersion, writeVersion } from '../model/sqlite-version.ts'
import type { StepKind } from '../plan/step.ts'
import type { Plan } from '../prove/plan.ts'

/** The oldest SQLite that a script can be for. */
export const oldestVersion: SqliteVersion = 3_035_000

/** The SQLite that a script is for when nobody says otherwise. */
export const usualVersion: SqliteVersion = 3_040_000

/** Kinds of steps that SQLite has not always had, and the version that brought them: https://www.sqlite.org/changes.html */
const since: Readonly<Partial<Record<StepKind, SqliteVersion>>> = {
  'drop-column': 3_035_000,
  'set-not-null': 3_053_000,
  'drop-not-null': 3_053_000,
  'drop-constraint': 3_053_000,
}

/** STRICT tables; an older SQLite can't open a database that has one. */
const strictTables: SqliteVersion = 3_037_000

/**
 * The oldest SQLite that a plan's steps run on, there or back. What the user's own expressions need is not known: a step
 * that SQLite refuses for them stops the script too.
 */
export function neededVersion({ steps, reverse, details }: Plan, back: boolean): SqliteVersion {
  const kinds = (back ? reverse.steps : steps).map((step) => since[step.kind] ?? oldestVersion)
  const strict = [...details.live.tables, ...details.target.tables].some((table) => table.strict)
  return Math.max(oldestVersion, ...new Set(kinds), strict ? strictTables : 0)
}

/** An SQL expression: whether the SQLite that runs it is at least this one. It is itself fit for any. */
export function isAtLeast(version: SqliteVersion): string {
  const rest = 'substr(sqlite_version(), 3)'
  const patch = `substr(${rest}, instr(${rest}, '.') + 1)`
  return `3000000 + CAST(${rest} AS INTEGER) * 1000 + CAST(${patch} AS INTEGER) >= ${version}`
}

/** `3.35 or later` */
export function orLater(version: SqliteVersion): string {
  return `${writeVersion(version)} or later`
}
