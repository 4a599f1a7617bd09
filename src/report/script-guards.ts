import { foldName, freeName } from '../model/name.ts'
import type { SqliteVersion } from '../model/sqlite-version.ts'
import type { PlanDetails } from '../prove/plan.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import { hasHash, hashCatalog } from './catalog-hash.ts'
import { isAtLeast, orLater } from './needed-version.ts'

export interface GuardInput {
  /** What the script is called in its messages, as one line. */
  readonly title: string
  readonly version: SqliteVersion
  readonly details: Pick<PlanDetails, 'catalog' | 'reachedCatalog' | 'checkedTables' | 'renames'>
  /** Whether the script is the way back, which starts from what the plan leads to. */
  readonly back: boolean
}

/** The statements that stand before the first step of a script, and those that stand after the last. */
export interface Guards {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** What has to hold: the name of a guard, the SQL query that asks for it, and what is said where it does not. */
interface Guard {
  readonly name: string
  readonly holds: string
  readonly message: string
}

/**
 * Guards that stop a script where it would do another thing than it was made for. Each is a row that a temporary table takes
 * only if the guard holds. The last one asks whether all the others have, and rolls back where not: it is for those who
 * paste a script into a shell, which goes on after an error there whatever `.bail` says.
 */
export function writeGuards({ title, version, details, back }: GuardInput): Guards {
  const { catalog, reachedCatalog, checkedTables, renames } = details
  const [start, end] = back
    ? [checkedTables.reached, checkedTables.start]
    : [checkedTables.start, checkedTables.reached]
  const later = renames.tables.map(({ from, to }) => (back ? [to, from] : [from, to]).map(foldName))
  const taken = new Set([...catalog, ...reachedCatalog].map((entry) => foldName(entry.name)))
  const guards = freeName('_schema_guard', taken)
  const orphans = freeName('_schema_orphans', taken)
  const before: readonly Guard[] = [
    {
      name: 'version',
      holds: `SELECT ${isAtLeast(version)}`,
      message: `this script (${title}) needs SQLite ${orLater(version)}; nothing was changed`,
    },
    {
      name: 'transaction',
      holds: 'SELECT foreign_keys = 0 FROM pragma_foreign_keys',
      message: 'this script needs a transaction of its own, without foreign keys enforced; nothing was changed',
    },
    {
      name: 'temporary',
      holds: `SELECT count(*) = 0 FROM sqlite_temp_master WHERE tbl_name <> ${quoteText(guards)}`,
      message: 'a temporary table, view or trigger of this connection could be in the way; nothing was changed',
    },
    {
      name: 'schema',
      holds: hasHash(hashCatalog(back ? reachedCatalog : catalog)),
      message: `this script (${title}) was made for another schema than the one that is here; nothing was changed, plan again`,
    },
  ]
  const keys: readonly Guard[] = end.length === 0 ? [] : [keysGuard(end, orphans)]
  const last: Guard = {
    name: 'end',
    holds: `SELECT count(*) = ${before.length + keys.length} FROM temp.${quoteName(guards)}`,
    message: 'this script was stopped before; everything was rolled back',
  }
  const after = [...keys, last]
  return {
    before: [
      ...makeTable(guards, freeName('_schema_stop', taken), before, after),
      ...before.map((guard) => ask(guards, guard, 'INSERT')),
      ...keys.map(() => `CREATE TEMP TABLE ${quoteName(orphans)} AS ${countOrphans(start, later)}`),
    ],
    after: [
      ...after.map((guard) => ask(guards, guard, 'INSERT OR ROLLBACK')),
      ...keys.map(() => `DROP TABLE temp.${quoteName(orphans)}`),
      `DROP TABLE temp.${quoteName(guards)}`,
    ],
  }
}

/**
 * The trigger has the messages; the CHECK is for connections that run no triggers. Before the steps nothing is rolled back: for
 * who goes on after an error, the steps would be outside of any transaction.
 */
function makeTable(
  table: string,
  trigger: string,
  before: readonly Guard[],
  after: readonly Guard[],
): readonly string[] {
  const stop = ({ name, message }: Guard, how: 'ABORT' | 'ROLLBACK'): string =>
    `    WHEN ${quoteText(name)} THEN RAISE(${how}, ${quoteText(message)})`
  return [
    `CREATE TEMP TABLE ${quoteName(table)} (guard TEXT, holds INTEGER CHECK (holds IS 1))`,
    [
      `CREATE TEMP TRIGGER ${quoteName(trigger)} BEFORE INSERT ON ${quoteName(table)} WHEN new.holds IS NOT 1 BEGIN`,
      '  SELECT CASE new.guard',
      ...before.map((guard) => stop(guard, 'ABORT')),
      ...after.map((guard) => stop(guard, 'ROLLBACK')),
      '  END;',
      'END',
    ].join('\n'),
  ]
}

function ask(table: string, { name, holds }: Guard, insert: 'INSERT' | 'INSERT OR ROLLBACK'): string {
  return `${insert} INTO temp.${quoteName(table)} SELECT ${quoteText(name)}, (\n${holds}\n)`
}

function keysGuard(tables: readonly string[], orphans: string): Guard {
  return {
    name: 'foreign keys',
    holds: `SELECT count(*) = 0 FROM (${countOrphans(tables)}) AS a
LEFT JOIN temp.${quoteName(orphans)} AS b ON b.child = a.child AND b.parent = a.parent WHERE a.n > coalesce(b.n, 0)`,
    message: 'foreign keys would be worse than before: rows would be without their parent; everything was rolled back',
  }
}

/** How many rows are without a parent, by child and parent; each is called by the name that it will have. */
function countOrphans(tables: readonly string[], later: readonly (readonly string[])[] = []): string {
  const name = (folded: string): string => {
    const cases = later.map(([from, to]) => `WHEN ${quoteText(from!)} THEN ${quoteText(to!)}`)
    return cases.length === 0 ? folded : `CASE ${folded} ${cases.join(' ')} ELSE ${folded} END`
  }
  return `SELECT ${name('lower(t.name)')} AS child, ${name('lower(f.parent)')} AS parent, count(*) AS n
FROM main.sqlite_schema AS t JOIN pragma_foreign_key_check(t.name, 'main') AS f
WHERE t.type = 'table' AND lower(t.name) IN (${tables.map(quoteText).join(', ')}) GROUP BY 1, 2`
}
