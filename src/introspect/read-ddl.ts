import Database from 'better-sqlite3'
import { type Handle, handleExecutor } from '../engine/handle.ts'
import { runSync } from '../engine/operation.ts'
import { ConvergeError, type ErrorCode } from '../model/error.ts'
import type { Schema } from '../model/schema.ts'
import { type CatalogRow, readObject } from '../sql/read-object.ts'
import { splitStatements } from '../sql/split-statements.ts'
import { readSchema } from './read-schema.ts'

/** Schema statements that a script may hold; those of a transaction around them are passed over. */
const allowed = new Set(['CREATE', 'ALTER', 'DROP'])
const passedOver = new Set(['BEGIN', 'COMMIT', 'END', 'PRAGMA', 'ANALYZE'])

export interface DdlStatement {
  readonly sql: string
  /** What to call it when SQLite refuses it. */
  readonly label: string
}

/** Runs DDL in a scratch database and reads what SQLite made of it: the one way any schema text is read. */
export function readDdl(statements: readonly DdlStatement[], code: ErrorCode): Schema {
  const handle: Handle = new Database(':memory:')
  try {
    handle.pragma('foreign_keys = OFF')
    for (const { sql, label } of statements) {
      try {
        // `prepare` takes one statement and no more.
        handle.prepare(sql).run()
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new ConvergeError(code, `${label}: ${reason}`, { objects: [label], advice: [firstLines(sql)], cause })
      }
    }
    return runSync(readSchema(), handleExecutor(handle))
  } finally {
    handle.close()
  }
}

/**
 * Reads the text of a `.sql` target.
 *
 * @throws ConvergeError `target-invalid` where a statement is none of a schema, or SQLite refuses it.
 */
export function readScript(script: string, name: string): Schema {
  const statements = splitStatements(script).flatMap(({ sql, line, words }): DdlStatement[] => {
    const [first = '', second = ''] = words
    const label = `${name}:${line}`
    if (passedOver.has(first)) return []
    if (!allowed.has(first) || second === 'TEMP' || second === 'TEMPORARY') {
      const what = allowed.has(first) ? `${first} ${second}` : first || sql.slice(0, 20)
      throw new ConvergeError('target-invalid', `${label}: ${what} is not a statement of a schema`, {
        objects: [label],
        advice: ['a target says what the schema is: CREATE, ALTER and DROP statements only'],
      })
    }
    return [{ sql, label }]
  })
  return readDdl(statements, 'target-invalid')
}

/**
 * Reads a schema that was recorded as rows of a catalog. The texts come from a file, so each must be one CREATE; `code` is
 * the error where one is not.
 */
export function readRecorded(rows: readonly CatalogRow[], code: ErrorCode = 'journal-unreadable'): Schema {
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
  return readDdl(
    sorted.map((row) => ({ sql: row.sql, label: `${row.type} ${row.name}` })),
    code,
  )
}

function firstLines(sql: string): string {
  const lines = sql.split('\n')
  return lines.length > 4 ? `${lines.slice(0, 4).join('\n')} …` : sql
}
