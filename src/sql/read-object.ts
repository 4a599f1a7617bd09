import { foldName } from '../model/name.ts'
import type { Expression, Index, IndexedColumn, SchemaObject, Trigger, View, VirtualTable } from '../model/schema.ts'
import { Cursor, DdlError, splitAtCommas } from './cursor.ts'
import { stripParentheses } from './normal.ts'
import { OperandScan } from './operand-scan.ts'
import { quoteName } from './quote.ts'
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
  const { type, sql } = row
  const known = read.get(type)?.get(sql)
  if (known !== undefined) return known
  const object = readAnew(row)
  if (object.kind !== 'unsupported') remember(type, sql, object)
  return object
}

/**
 * What has been read, by type and text, which are all that it depends on: a plan reads most texts several times, from the database, from
 * the target, and from the copy on which it is proven.
 */
const read = new Map<string, Map<string, SchemaObject>>()
/** So many characters are remembered: then it begins anew. */
const most = 1_000_000
let remembered = 0

function remember(type: string, sql: string, object: SchemaObject): void {
  remembered += sql.length
  if (remembered > most) {
    read.clear()
    remembered = sql.length
  }
  const ofType = read.get(type) ?? new Map<string, SchemaObject>()
  read.set(type, ofType.set(sql, object))
}

function readAnew(row: CatalogRow): SchemaObject {
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
  const where = cursor.take('WHERE') ? cursor.expression(lastStatement(cursor)) : undefined
  cursor.end()
  return { kind: 'index', name, sql, table, unique, columns, ...(where === undefined ? {} : { where }) }
}

function readIndexedColumn(cursor: Cursor, part: readonly Token[]): IndexedColumn {
  const { run, order } = takeOrder(part)
  // Only at a plain column is COLLATE the index's own; in an expression it belongs to an operand.
  let bare = run
  let collations = 0
  for (; bare.at(-2)?.key === 'COLLATE'; collations++) bare = bare.slice(0, -2)
  // A string is a column here, as it is for SQLite: but not below two COLLATE.
  const isName = collations < 2 || stripParentheses(bare)[0]?.kind !== 'string'
  if (bare.length === 1 && collations > 0 && isName) {
    return { expression: columnOrExpression(cursor, bare), collation: nameOf(run.at(-1)!), order }
  }
  return { expression: columnOrExpression(cursor, run), order }
}

/** A name alone is a column, whatever keyword it spells. */
function columnOrExpression(cursor: Cursor, run: readonly Token[]): Expression {
  const expression = cursor.expression(run)
  const [only, ...more] = stripParentheses(run)
  const isName =
    more.length === 0 &&
    (['quoted', 'string'].includes(only!.kind) || (only!.kind === 'word' && !constants.has(only!.key)))
  return isName ? { ...expression, normal: quoteName(foldName(nameOf(only!))) } : expression
}

const constants = new Set(['NULL', 'TRUE', 'FALSE'])

/** https://www.sqlite.org/lang_createview.html */
export function readView(sql: string): View {
  const cursor = new Cursor(sql)
  cursor.expect('CREATE')
  cursor.takeAny(['TEMP', 'TEMPORARY'])
  cursor.expect('VIEW')
  cursor.take('IF', 'NOT', 'EXISTS')
  const name = cursor.qualifiedName()
  const columns = cursor.is('(') ? splitAtCommas(cursor.parenthesised()).map((part) => nameOf(part[0]!)) : undefined
  cursor.expect('AS')
  const query = cursor.expression(lastStatement(cursor))
  // A list of columns holds names, however they are spelt.
  const list = columns === undefined ? '' : `${columns.map((column) => quoteName(foldName(column))).join(' ')} `
  return {
    kind: 'view',
    name,
    sql,
    ...(columns && { columns }),
    query: query.text,
    normal: `${list}AS ${query.normal}`,
  }
}

/** https://www.sqlite.org/lang_createtrigger.html */
export function readTrigger(sql: string): Trigger {
  const cursor = new Cursor(sql)
  cursor.expect('CREATE')
  cursor.takeAny(['TEMP', 'TEMPORARY'])
  cursor.expect('TRIGGER')
  cursor.take('IF', 'NOT', 'EXISTS')
  const name = cursor.qualifiedName()
  const timing = cursor.take('INSTEAD', 'OF') ? 'INSTEAD OF' : (cursor.takeAny(['BEFORE', 'AFTER']) ?? 'BEFORE')
  const event = cursor.takeAny(['DELETE', 'INSERT', 'UPDATE']) ?? cursor.fail('expected DELETE, INSERT or UPDATE')
  const updateOf: string[] = []
  if (cursor.take('OF')) {
    do updateOf.push(cursor.name())
    while (cursor.take(','))
  }
  cursor.expect('ON')
  const table = cursor.qualifiedName()
  cursor.take('FOR', 'EACH', 'ROW')
  const when = cursor.take('WHEN') ? readWhen(cursor) : undefined
  cursor.expect('BEGIN')
  const rest = withoutSemicolons(cursor.rest())
  // No statement begins with END, so the first one that would is the end of the body.
  const end = rest.findIndex((token, index) => token.key === 'END' && rest[index - 1]?.key === ';')
  if (end !== rest.length - 1) cursor.fail('expected END, and nothing behind it')
  const body = cursor.expression(rest.slice(0, -1))
  const of = updateOf.map((column) => quoteName(foldName(column))).sort()
  const normal = [
    timing,
    event,
    ...of,
    'ON',
    quoteName(foldName(table)),
    when?.normal ?? '',
    'BEGIN',
    body.normal,
  ].join(' ')
  return {
    kind: 'trigger',
    name,
    sql,
    table,
    timing,
    event,
    ...(updateOf.length > 0 && { updateOf }),
    ...(when && { when }),
    body: body.text,
    normal,
  }
}

/** The condition of a trigger, which ends at the first BEGIN that is not a column's name. */
function readWhen(cursor: Cursor): Expression {
  const start = cursor.at
  const scan = new OperandScan()
  for (let token = cursor.token; token !== undefined; token = cursor.token) {
    if (token.key === 'BEGIN' && scan.depth === 0 && !scan.due) {
      return cursor.expression(cursor.tokens.slice(start, cursor.at))
    }
    scan.take(token)
    cursor.at++
  }
  return cursor.fail('expected BEGIN')
}

/** https://www.sqlite.org/lang_createvtab.html — the arguments are the module's own language: kept to the letter. */
export function readVirtualTable(sql: string): VirtualTable {
  const cursor = new Cursor(sql)
  cursor.expect('CREATE', 'VIRTUAL', 'TABLE')
  cursor.take('IF', 'NOT', 'EXISTS')
  const name = cursor.qualifiedName()
  cursor.expect('USING')
  const module = cursor.name()
  const inside = cursor.is('(') ? cursor.parenthesised() : undefined
  cursor.end()
  const first = inside?.[0]
  const text = inside && (first === undefined ? '' : sql.slice(first.start, inside.at(-1)!.end))
  const normal = [foldName(module), ...(inside ?? []).map((token) => token.text)].join(' ')
  return { kind: 'virtual table', name, sql, module, ...(text !== undefined && { arguments: text }), normal }
}

/** What is left of a statement. SQLite reads no further than its semicolon; what a hostile file appends is no part of it. */
function lastStatement(cursor: Cursor): readonly Token[] {
  const tokens = withoutSemicolons(cursor.rest())
  const other = tokens.find((token) => token.key === ';')
  if (other !== undefined) cursor.fail('unexpected text', other)
  return tokens
}

function withoutSemicolons(tokens: readonly Token[]): readonly Token[] {
  let end = tokens.length
  while (tokens[end - 1]?.key === ';') end--
  return tokens.slice(0, end)
}
