import type { DeclaredSchema } from '../declare/define-schema.ts'
import type { TableDeclaration } from '../declare/table.ts'
import { sqliteCode } from '../engine/explain-error.ts'
import { ConvergeError } from '../model/error.ts'
import { quoteName } from '../sql/quote.ts'
import { parentsFirst } from './parents-first.ts'
import type { TemplateHandle, TemplateStatement } from './template.ts'

export type Row = Readonly<Record<string, unknown>>
type Rows = Readonly<Record<string, readonly Row[]>>

/** A row as a statement: Kysely writes it where it has plugins, since they may make other values of it. */
export type WriteRow = (table: string, row: Row) => { readonly sql: string; readonly parameters: readonly unknown[] }

interface Inserted {
  readonly table: string
  readonly index: number
  readonly row: Row
  readonly rowid: number | bigint
}

/**
 * Inserts rows in one transaction, parents before their children, and the tables of a circle as they come: what has no parent is looked for at
 * its end. The schema's triggers fire, as they do for an application.
 *
 * @throws ConvergeError `rows-do-not-fit`, with the table and the place of the row in its list; `usage` for a table that is not declared
 */
export function insertRows(
  handle: TemplateHandle,
  schema: DeclaredSchema,
  rows: object,
  write: WriteRow = writeRow,
): void {
  const lists = rows as Rows
  if (typeof rows !== 'object' || rows === null || Array.isArray(rows)) {
    throw new ConvergeError('usage', 'rows are given by their tables: { users: [{ … }] }')
  }
  for (const [name, list] of Object.entries(lists)) {
    if (list !== undefined && !Array.isArray(list)) {
      throw new ConvergeError('usage', `rows.${name} is no list of rows`, { objects: [name] })
    }
    if (Object.hasOwn(schema.objects, name)) continue
    throw new ConvergeError('usage', `rows are given for ${name}, and no such table is declared`, { objects: [name] })
  }
  const prepare = preparer(handle)
  handle.exec('BEGIN')
  try {
    // Until the end of the transaction. https://www.sqlite.org/pragma.html#pragma_defer_foreign_keys
    handle.pragma('defer_foreign_keys = ON')
    const inserted = parentsFirst(schema).flatMap((table) =>
      (lists[table] ?? []).map((row, index): Inserted => {
        const isTable = !('query' in declarationOf(schema, table))
        return { table, index, row, rowid: insert(prepare, write, { table, index, row }, isTable) }
      }),
    )
    commit(handle, schema, inserted)
  } finally {
    if (handle.inTransaction) handle.exec('ROLLBACK')
  }
}

function writeRow(table: string, row: Row): ReturnType<WriteRow> {
  // As with Kysely, what is undefined is left out.
  const given = Object.entries(row).filter(([, value]) => value !== undefined)
  const columns = given.map(([name]) => quoteName(name)).join(', ')
  const values = given.map(() => '?').join(', ')
  const sql = `INSERT INTO ${quoteName(table)} ${given.length === 0 ? 'DEFAULT VALUES' : `(${columns}) VALUES (${values})`}`
  return { sql, parameters: given.map(([, value]) => value) }
}

/** Many rows of one shape are one statement. */
function preparer(handle: TemplateHandle): (sql: string) => TemplateStatement {
  const prepared = new Map<string, TemplateStatement>()
  return (sql) => {
    let statement = prepared.get(sql)
    if (statement === undefined) {
      // A rowid of more than 2⁵³ is rounded otherwise, and two rows are taken for one.
      statement = handle.prepare(sql).safeIntegers(true)
      prepared.set(sql, statement)
    }
    return statement
  }
}

function insert(
  prepare: (sql: string) => TemplateStatement,
  write: WriteRow,
  at: Omit<Inserted, 'rowid'>,
  isTable: boolean,
): bigint {
  if (typeof at.row !== 'object' || at.row === null) throw misfit(at, 'is no row')
  let done: ReturnType<TemplateStatement['run']>
  try {
    const { sql, parameters } = write(at.table, at.row)
    for (const value of parameters) refuseUnstorable(at, value)
    done = prepare(sql).run(...parameters)
  } catch (error) {
    if (error instanceof ConvergeError) throw error
    throw misfit(at, `is not taken: ${error instanceof Error ? error.message : String(error)}`, error)
  }
  // What an INSTEAD OF trigger does is not counted. https://www.sqlite.org/c3ref/changes.html
  if (isTable && done.changes === 0) {
    throw misfit(at, 'is left out: a constraint with ON CONFLICT IGNORE, or a trigger, ignores it')
  }
  return BigInt(done.lastInsertRowid)
}

/** What better-sqlite3 does not store as it is, and what to write instead. */
function refuseUnstorable(at: Omit<Inserted, 'rowid'>, value: unknown): void {
  const instead = insteadOf(value)
  if (instead === undefined) return
  const column = Object.keys(at.row).find((name) => Object.is(at.row[name], value))
  throw misfit(at, `${column === undefined ? 'has' : `has in ${column}`} ${instead}`)
}

function insteadOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'boolean':
      return `${value}, and SQLite stores no booleans: write ${value ? 1 : 0}`
    case 'number':
      return Number.isNaN(value) ? 'NaN, which SQLite would store as NULL' : undefined
    case 'string':
    case 'bigint':
      return undefined
    case 'object':
      if (value === null || value instanceof Uint8Array) return undefined
      if (value instanceof Date) return 'a Date, and SQLite stores none: write it as your application does'
      return 'an object, and SQLite stores none: write it with toJson'
    default:
      return `a ${typeof value}, which SQLite can't store`
  }
}

function commit(handle: TemplateHandle, schema: DeclaredSchema, inserted: readonly Inserted[]): void {
  try {
    handle.exec('COMMIT')
  } catch (error) {
    if (!sqliteCode(error).startsWith('SQLITE_CONSTRAINT')) throw error
    throw orphanOf(handle, schema, inserted, error)
  }
}

interface Violation {
  readonly table: string
  readonly rowid: bigint | null
  readonly parent: string
  readonly fkid: bigint
}

/** Which row has no parent, as far as SQLite says; a table without rowids gives none, and a row of a trigger is nobody's. */
function orphanOf(
  handle: TemplateHandle,
  schema: DeclaredSchema,
  inserted: readonly Inserted[],
  cause: unknown,
): ConvergeError {
  const check = handle.prepare('SELECT * FROM pragma_foreign_key_check ORDER BY rowid').safeIntegers(true)
  const violations = check.all() as Violation[]
  const found = violations.flatMap((violation) => {
    const at = inserted.find((one) => isOf(handle, schema, violation, one))
    return at === undefined ? [] : [{ at, violation }]
  })
  const [first] = found
  if (first === undefined) {
    const [{ table, parent } = { table: 'a table', parent: 'its parent' }] = violations
    return new ConvergeError('rows-do-not-fit', `a row of ${table} has no parent in ${parent}`, {
      objects: [table],
      advice: ['give the parent a row too, or leave the reference out'],
      // A bigint has no place in JSON.
      data: {
        violations: violations.map((one) => ({
          ...one,
          rowid: one.rowid && Number(one.rowid),
          fkid: Number(one.fkid),
        })),
      },
      cause,
    })
  }
  const { at, violation } = first
  const columns = columnsOf(handle, violation).map(({ child }) => `${child} ${String(at.row[child] ?? 'by default')}`)
  return misfit(at, `has no parent: there is no row of ${violation.parent} for ${columns.join(', ')}`, cause)
}

function isOf(
  handle: TemplateHandle,
  schema: DeclaredSchema,
  violation: Violation,
  { table, row, rowid }: Inserted,
): boolean {
  if (table !== violation.table) return false
  if (!(declarationOf(schema, table) as Partial<TableDeclaration>).withoutRowid) return rowid === violation.rowid
  const keys = columnsOf(handle, violation)
  if (!keys.every(({ child, parent }) => parent !== null && row[child] !== undefined && row[child] !== null))
    return false
  const where = keys.map(({ parent }) => `${quoteName(parent!)} = ?`).join(' AND ')
  const found = handle.prepare(`SELECT count(*) FROM ${quoteName(violation.parent)} WHERE ${where}`).pluck()
  return Number(found.get(...keys.map(({ child }) => row[child]))) === 0
}

function columnsOf(
  handle: TemplateHandle,
  { table, fkid }: Violation,
): readonly { readonly child: string; readonly parent: string | null }[] {
  const sql = 'SELECT "from" AS child, "to" AS parent FROM pragma_foreign_key_list(?) WHERE id = ? ORDER BY seq'
  return handle.prepare(sql).all(table, fkid) as { child: string; parent: string | null }[]
}

function declarationOf(schema: DeclaredSchema, table: string): object {
  return (schema.objects[table] as { readonly declaration: object }).declaration
}

/** An error that says which row it is about, by its place in the list. */
function misfit({ table, index }: Omit<Inserted, 'rowid'>, what: string, cause?: unknown): ConvergeError {
  return new ConvergeError('rows-do-not-fit', `rows.${table}[${index}] ${what}`, {
    objects: [table],
    data: { table, index },
    ...(cause !== undefined && { cause }),
  })
}
