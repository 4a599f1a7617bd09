import { type MissingPiece, missingPiece } from '../engine/explain-error.ts'
import { type Handle, handleExecutor } from '../engine/handle.ts'
import { runSync } from '../engine/operation.ts'
import { openMemory, type Prepare, plain } from '../engine/setup.ts'
import { ConvergeError, type ErrorCode } from '../model/error.ts'
import { foldName, sameName } from '../model/name.ts'
import { emptySchema, objectsOf, type Schema } from '../model/schema.ts'
import { type CatalogRow, readObject } from '../sql/read-object.ts'
import { type StoredText, storedText } from '../sql/stored-text.ts'
import { type Match, matchKnown, orderAs, schemaOfKnown } from './match-known.ts'
import { readSchema } from './read-schema.ts'
import { refuseExpansive, refuseGrown } from './refuse-expansive.ts'
import { writeCatalog } from './write-catalog.ts'

export interface DdlStatement {
  readonly sql: string
  /** What to call it when SQLite refuses it. */
  readonly label: string
}

export interface ReadDdlOptions {
  /** The error for a statement that SQLite refuses. */
  readonly code: ErrorCode
  readonly known?: Schema
  readonly prepare?: Prepare
}

/**
 * Reads what some statements create: by running them in a scratch database and reading what SQLite made of them. What a known
 * schema holds to the letter is taken from there, and where that is all, no database is made.
 *
 * A statement that only lacks a piece which the application brings (a function, a collation, a module) is read as SQLite reads
 * it from a file: a plan that has to create the object is refused then, and no other. So is one with a text in double quotes,
 * which SQLite takes from a file and not anew, if the known schema has an object of that name.
 */
export function readDdl(
  statements: readonly DdlStatement[],
  { code, known = emptySchema, prepare = plain }: ReadDdlOptions,
): Schema {
  const matches = matchKnown(
    statements.map((statement) => statement.sql),
    known,
  )
  if (matches?.every((match) => match.object !== undefined)) return schemaOfKnown(matches)
  const rows = statements.map(rowOf)
  refuseExpansive(rows, code)
  refuseGrown(
    rows.map(readObject).filter((object) => object.kind === 'table'),
    code,
  )
  const handle = openMemory(prepare)
  try {
    handle.pragma('foreign_keys = OFF')
    const taken = new Set(takeable(matches ?? []))
    writeCatalog(
      handle,
      [...taken].map(({ stored }) => entryOf(stored)),
      'shared',
    )
    for (const [index, statement] of statements.entries()) {
      const match = matches?.[index]
      if (match === undefined || !taken.has(match)) create(handle, statement, code, known)
    }
    const schema = runSync(readSchema(), handleExecutor(handle))
    return matches === undefined ? schema : orderAs(schema, matches)
  } finally {
    handle.close()
  }
}

/** What need not be run again: known objects; of the indexes and triggers, those of known tables and views. */
function takeable(matches: readonly Match[]): readonly Match[] {
  const owners = new Set<string>()
  return matches.filter(({ stored, object }) => {
    // A virtual table makes the tables that it keeps its content in.
    if (object === undefined || object.kind === 'virtual table') return false
    if ('table' in object) return owners.has(foldName(object.table))
    owners.add(foldName(stored.name))
    return true
  })
}

function create(handle: Handle, { sql, label }: DdlStatement, code: ErrorCode, known: Schema): void {
  try {
    // `prepare` takes one statement and no more.
    handle.prepare(sql).run()
  } catch (cause) {
    const stored = storedText(sql)
    if (stored && isReadable(stored, missingPiece(cause), known)) {
      writeCatalog(handle, [entryOf(stored)], 'shared')
      return
    }
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConvergeError(code, `${label}: ${reason}`, { objects: [label], advice: [firstLines(sql)], cause })
  }
}

/** A name in double quotes that no column has is a mistake, unless the database holds such an object already. */
function isReadable(stored: StoredText, missing: MissingPiece | undefined, known: Schema): boolean {
  if (missing === undefined || readObject(entryOf(stored)).kind === 'unsupported') return false
  return missing.what !== 'text in double quotes' || objectsOf(known).some((one) => sameName(one.name, stored.name))
}

/** A statement as a row of the catalog. What is none, as CREATE TABLE … AS SELECT, is compiled like a view. */
function rowOf({ sql, label }: DdlStatement): CatalogRow {
  const stored = storedText(sql)
  return stored === undefined ? { type: 'statement', name: label, tbl_name: label, sql } : entryOf(stored)
}

function entryOf(stored: StoredText): CatalogRow {
  const { type, name, sql } = stored
  const object = readObject({ type, name, tbl_name: name, sql })
  return { type, name, tbl_name: 'table' in object ? object.table : name, sql }
}

/**
 * The statements that create a schema which was recorded as rows of a catalog. The texts come from a file, so each must be one
 * CREATE; `code` is the error where one is not.
 */
export function recordedStatements(rows: readonly CatalogRow[], code: ErrorCode): readonly DdlStatement[] {
  const order = ['table', 'index', 'view', 'trigger']
  const sorted = [...rows].sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type))
  for (const row of rows) {
    // What our reader follows to its end is one statement, and none that runs a query (CREATE TABLE … AS SELECT).
    const object = readObject(row)
    if (object.kind !== 'unsupported') continue
    throw new ConvergeError(code, `the recorded text of ${row.name} is not the CREATE of a ${row.type}`, {
      objects: [row.name],
    })
  }
  return sorted.map((row) => ({ sql: row.sql, label: `${row.type} ${row.name}` }))
}

function firstLines(sql: string): string {
  const lines = sql.split('\n')
  return lines.length > 4 ? `${lines.slice(0, 4).join('\n')} …` : sql
}
