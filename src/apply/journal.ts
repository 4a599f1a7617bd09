import { createHash } from 'node:crypto'
import { sqliteCode } from '../engine/explain-error.ts'
import { type Operation, query, queryOne, run } from '../engine/operation.ts'
import { ConvergeError } from '../model/error.ts'
import { isGlob, journalTable } from '../model/exclude.ts'
import { isKept, type Kept, keptTables } from '../model/kept.ts'
import { noRenames, type Renames } from '../model/renames.ts'
import type { Schema } from '../model/schema.ts'
import { objectsOf } from '../model/schema.ts'
import type { Origin } from '../plan/draft.ts'
import type { Reverse } from '../prove/plan.ts'
import { quoteName } from '../sql/quote.ts'
import type { CatalogRow } from '../sql/read-object.ts'

/** What the journal holds of one plan that was applied, or reverted. Its SQL is documentation: it is never run. */
export interface JournalEntry {
  readonly id: string
  readonly kind: 'apply' | 'revert' | 'prune'
  /** ISO 8601, UTC. */
  readonly appliedAt: string
  readonly toolVersion: string
  readonly from: string
  readonly to: string
  /** The id of the entry that a revert has undone. */
  readonly reverts: string | null
  readonly target: string | null
  readonly sql: readonly string[]
  readonly reverse: {
    readonly kind: Reverse['kind']
    readonly sql: readonly string[]
    readonly losses: readonly string[]
  }
  readonly record: JournalRecord
}

/** What reverting needs. */
export interface JournalRecord {
  /** Of this shape: an entry of another version is not read as if it were one of ours. */
  readonly version: 1
  readonly excludes: readonly string[]
  /** The managed objects before and after, as rows of the catalog. */
  readonly former: readonly CatalogRow[]
  readonly reached: readonly CatalogRow[]
  readonly origin: Origin
  /** The names that the plan changed. */
  readonly renames?: Renames
  /** What the plan has put aside. */
  readonly kept?: readonly Kept[]
  /** The tables that a prune has dropped. */
  readonly pruned?: readonly string[]
}

interface JournalRow {
  readonly id: string
  readonly kind: string
  readonly applied_at: string
  readonly tool_version: string
  readonly from_fingerprint: string
  readonly to_fingerprint: string
  readonly reverts: string | null
  readonly target: string | null
  readonly sql: string
  readonly reverse: string
  readonly record: string
}

const columns =
  'id, kind, applied_at, tool_version, from_fingerprint, to_fingerprint, reverts, target, sql, reverse, record'

/** Not STRICT: a database with such a table can't be opened by a SQLite before 3.37. */
const createTable = `CREATE TABLE IF NOT EXISTS ${quoteName(journalTable)} (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  applied_at TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  from_fingerprint TEXT NOT NULL,
  to_fingerprint TEXT NOT NULL,
  reverts TEXT,
  target TEXT,
  sql TEXT NOT NULL,
  reverse TEXT NOT NULL,
  record TEXT NOT NULL
)`

/**
 * Refuses a journal that is none of ours: a database from outside can hold a view or a trigger by its name, and an entry that is
 * written would make it act.
 *
 * @throws ConvergeError `journal-unreadable`
 */
export function* checkJournal(): Operation<void> {
  const found = yield* query<{ type: string; name: string }>(
    'SELECT type, name FROM main.sqlite_schema WHERE lower(name) = ? OR (lower(tbl_name) = ? AND type = ?)',
    [journalTable, journalTable, 'trigger'],
  )
  const other = found.find((row) => row.type !== 'table')
  if (other === undefined) return
  throw new ConvergeError('journal-unreadable', `${other.type} ${other.name} is in the place of the journal`, {
    objects: [other.name],
    advice: ['drop it, or go without a journal: --no-journal'],
  })
}

/**
 * Writes an entry, and makes the table where it is missing. Returns the entry's id.
 *
 * @throws ConvergeError `journal-unreadable` where the table of that name takes no entry.
 */
export function* writeJournal(entry: Omit<JournalEntry, 'id'>): Operation<string> {
  yield* checkJournal()
  try {
    return yield* writeEntry(entry)
  } catch (cause) {
    if (!/^SQLITE_(ERROR|CONSTRAINT|MISMATCH)/.test(sqliteCode(cause))) throw cause
    const reason = (cause as Error).message
    throw new ConvergeError('journal-unreadable', `table ${journalTable} takes no entry of this tool: ${reason}`, {
      objects: [journalTable],
      advice: ['rename or drop it, or go without a journal: --no-journal'],
      cause,
    })
  }
}

function* writeEntry(entry: Omit<JournalEntry, 'id'>): Operation<string> {
  yield* run(createTable)
  const { n } = yield* queryOne<{ n: number }>(`SELECT count(*) AS n FROM main.${quoteName(journalTable)}`)
  const id = createHash('sha256').update(`${n} ${entry.appliedAt} ${entry.from} ${entry.to}`).digest('hex').slice(0, 12)
  yield* run(`INSERT INTO main.${quoteName(journalTable)} (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, [
    id,
    entry.kind,
    entry.appliedAt,
    entry.toolVersion,
    entry.from,
    entry.to,
    entry.reverts,
    entry.target,
    JSON.stringify(entry.sql),
    JSON.stringify(entry.reverse),
    JSON.stringify(entry.record),
  ])
  return id
}

/**
 * Reads the journal, oldest entry first; empty where there is none.
 *
 * @throws ConvergeError `journal-unreadable`
 */
export function* readJournal(): Operation<readonly JournalEntry[]> {
  const found = yield* query(`SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?`, [journalTable])
  if (found.length === 0) return []
  let rows: readonly JournalRow[]
  try {
    rows = yield* query<JournalRow>(`SELECT ${columns} FROM main.${quoteName(journalTable)} ORDER BY seq`)
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.startsWith('no such column')) throw cause
    throw new ConvergeError('journal-unreadable', `table ${journalTable} is not a journal of this tool`, { cause })
  }
  return rows.map(readEntry)
}

function readEntry(row: JournalRow): JournalEntry {
  try {
    const record = JSON.parse(row.record) as JournalRecord
    const reverse = JSON.parse(row.reverse) as JournalEntry['reverse']
    const sql = JSON.parse(row.sql) as readonly string[]
    const known = ['apply', 'revert', 'prune'].includes(row.kind) && record.version === 1
    const texts = [
      row.id,
      row.from_fingerprint,
      row.to_fingerprint,
      row.target ?? '',
      row.applied_at ?? '',
      ...sql,
      ...reverse.sql,
    ]
    if (!known || !isRecord(record) || !areTexts(texts)) throw new TypeError('not the shape of an entry')
    return {
      id: row.id,
      kind: row.kind as JournalEntry['kind'],
      appliedAt: row.applied_at,
      toolVersion: row.tool_version,
      from: row.from_fingerprint,
      to: row.to_fingerprint,
      reverts: row.reverts,
      target: row.target,
      sql,
      reverse,
      record,
    }
  } catch (cause) {
    throw new ConvergeError('journal-unreadable', `entry ${row.id} of ${journalTable} can't be read`, {
      objects: [String(row.id)],
      advice: ['the journal was written by another version of this tool, or changed by hand'],
      cause,
    })
  }
}

/** Whether every part of a record is what it has to be; the journal is data from outside. */
function isRecord({ excludes, former, reached, origin, renames = noRenames, ...rest }: JournalRecord): boolean {
  const { kept = [], pruned = [] } = rest
  const rows = [...former, ...reached].flatMap((one) => [one.type, one.name, one.tbl_name, one.sql])
  const names = [
    ...origin.tables.map((one) => one.table),
    ...origin.definitions.flatMap((one) => [one.name, one.normal]),
    ...origin.columns.flatMap((one) => [one.table, one.column, one.fill]),
    ...renames.tables.flatMap((one) => [one.from, one.to]),
    ...renames.columns.flatMap((one) => [one.table, one.from, one.to]),
  ]
  const texts = [...excludes, ...rows, ...names, ...origin.broken, ...pruned]
  return areTexts(texts) && excludes.every(isGlob) && kept.every(isKeptRecord)
}

/** Names that are not ours would make a revert read, and drop, a table of somebody's own. */
function isKeptRecord(kept: Kept): boolean {
  const tables = keptTables(kept)
  return areTexts([kept.table, ...tables]) && tables.every(isKept) && isOfKind(kept)
}

function isOfKind(kept: Kept): boolean {
  const reasons = ['dropped', 'replaced']
  const areNames = (list: readonly string[]): boolean => list.length > 0 && areTexts(list)
  switch (kept.kind) {
    case 'table': {
      const watches = kept.watches.every(
        ({ name, keys, column = '' }) => areNames([name, ...keys]) && areTexts([column]),
      )
      const counts = Object.values(kept.orphans ?? {}).every((n) => Number.isSafeInteger(n) && n >= 0)
      return areNames(kept.columns) && watches && counts
    }
    case 'column':
      return areNames(kept.keys) && areTexts([kept.column]) && reasons.includes(kept.why)
    case 'copy':
      return areNames(kept.of) && reasons.includes(kept.why)
    default:
      return false
  }
}

function areTexts(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'string')
}

/** The plans that are in force, oldest first: applied, and not reverted. Reverts are never reverted themselves. */
export function plansInForce(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const reverted = new Set(entries.flatMap((entry) => (entry.kind === 'revert' ? (entry.reverts ?? []) : [])))
  return entries.filter((entry) => entry.kind === 'apply' && !reverted.has(entry.id))
}

/** A schema's objects as rows of the catalog. */
export function catalogOf(schema: Schema): readonly CatalogRow[] {
  return objectsOf(schema).map((object) => ({
    type: object.kind === 'virtual table' ? 'table' : object.kind === 'unsupported' ? object.type : object.kind,
    name: object.name,
    tbl_name: 'table' in object ? object.table : object.name,
    sql: object.sql,
  }))
}
