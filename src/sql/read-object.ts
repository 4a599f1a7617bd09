import type { Index, IndexedColumn, SchemaObject, Trigger, View, VirtualTable } from '../model/schema.ts'
import { Cursor, DdlError, splitAtCommas } from './cursor.ts'
import { normalForm } from './normal.ts'
import { readTable, takeOrder } from './read-table.ts'
import { nameOf, type Token } from './token.ts'

/** A row of sqlite_schema that has a text. */
export interface CatalogRow {
  readonly type: string
  readonly name: string
  readonly tbl_name: string
  readonly sql: string
}

/**
 * Reads any statement that SQLite stores in its catalog.
 *
 * What the reader cannot follow becomes an `unsupported` object with the reason: it is never skipped.
 */
export function readObject(row: CatalogRow): SchemaObject {
  try {
    switch (row.type) {
      case 'table':
        return new Cursor(row.sql).is('CREATE', 'VIRTUAL') ? readVirtualTable(row.sql) : readTable(row.sql)
      case 'index':
        return readIndex(row.sql)
      case 'view':
        return readView(row.sql)
      case 'trigger':
        return readTrigger(row.sql)
      default:
        throw new DdlError(`unknown type of object ${JSON.stringify(row.type)}`)
    }
  } catch (error) {
    if (!(error instanceof DdlError)) throw error
    return {
      kind: 'unsupported',
      type: row.type,
      name: row.name,
      table: row.tbl_name,
      sql: row.sql,
      reason: error.message,
    }
  }
}

/** https://www.sqlite.org/lang_createindex.html */
export function readIndex(sql: string): Index {
  const cursor = new Cursor(sql)
  cursor.expect('CREATE')
  const unique = cursor.take('UNIQUE')
  cursor.expect('INDEX')
  cursor.take('IF', 'NOT', 'EXISTS')
  const name = cursor.qualifiedName()
  cursor.expect('ON')
  const table = cursor.name()
  const columns = splitAtCommas(cursor.parenthesised()).map((part) => readIndexedColumn(cursor, part))
  const where = cursor.take('WHERE') ? cursor.expression(withoutSemicolons(cursor.rest())) : undefined
  cursor.end()
  return { kind: 'index', name, sql, table, unique, columns, ...(where === undefined ? {} : { where }) }
}

function readIndexedColumn(cursor: Cursor, part: readonly Token[]): IndexedColumn {
  const { run, order } = takeOrder(part)
  // Only at a plain column is COLLATE the index's own; in an expression it belongs to an operand.
  if (run.length === 3 && run[1]!.key === 'COLLATE') {
    return { expression: cursor.expression(run.slice(0, 1)), collation: nameOf(run[2]!), order }
  }
  return { expression: cursor.expression(run), order }
}

/** https://www.sqlite.org/lang_createview.html */
export function readView(sql: string): View {
  const cursor = new Cursor(sql)
  cursor.expect('CREATE')
  cursor.takeAny(['TEMP', 'TEMPORARY'])
  cursor.expect('VIEW')
  cursor.take('IF', 'NOT', 'EXISTS')
  const name = cursor.qualifiedName()
  const rest = withoutSemicolons(cursor.rest())
  if (rest.length === 0) cursor.fail('expected AS')
  return { kind: 'view', name, sql, normal: normalForm(rest) }
}

/** https://www.sqlite.org/lang_createtrigger.html */
export function readTrigger(sql: string): Trigger {
  const cursor = new Cursor(sql)
  cursor.expect('CREATE')
  cursor.takeAny(['TEMP', 'TEMPORARY'])
  cursor.expect('TRIGGER')
  cursor.take('IF', 'NOT', 'EXISTS')
  const name = cursor.qualifiedName()
  const timing = cursor.take('INSTEAD', 'OF')
    ? 'instead of'
    : (cursor.takeAny(['BEFORE', 'AFTER'])?.toLowerCase() ?? 'before')
  const event = cursor.takeAny(['DELETE', 'INSERT', 'UPDATE']) ?? cursor.fail('expected DELETE, INSERT or UPDATE')
  const of: Token[] = []
  if (cursor.take('OF')) while (!cursor.is('ON')) of.push(cursor.next())
  cursor.expect('ON')
  const table = cursor.qualifiedName()
  cursor.take('FOR', 'EACH', 'ROW')
  const rest = withoutSemicolons(cursor.rest())
  if (rest.length === 0) cursor.fail('expected BEGIN')
  const normal = [timing, event.toLowerCase(), normalForm(of), 'on', table.toLowerCase(), normalForm(rest)].join(' ')
  return { kind: 'trigger', name, sql, table, normal }
}

/** https://www.sqlite.org/lang_createvtab.html — the arguments are the module's own language: kept to the letter. */
export function readVirtualTable(sql: string): VirtualTable {
  const cursor = new Cursor(sql)
  cursor.expect('CREATE', 'VIRTUAL', 'TABLE')
  cursor.take('IF', 'NOT', 'EXISTS')
  const name = cursor.qualifiedName()
  cursor.expect('USING')
  const module = cursor.name()
  const rest = withoutSemicolons(cursor.rest())
  const normal = [module.toLowerCase(), ...rest.map((token) => token.text)].join(' ')
  return { kind: 'virtual table', name, sql, module, normal }
}

function withoutSemicolons(tokens: readonly Token[]): readonly Token[] {
  let end = tokens.length
  while (tokens[end - 1]?.key === ';') end--
  return tokens.slice(0, end)
}
