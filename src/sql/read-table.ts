import type {
  Check,
  Column,
  ConflictAction,
  Default,
  ForeignKey,
  ForeignKeyAction,
  KeyColumn,
  PrimaryKey,
  SortOrder,
  Table,
  Unique,
} from '../model/schema.ts'
import { Cursor, splitAtCommas } from './cursor.ts'
import { normalForm, stripParentheses } from './normal.ts'
import { OperandScan } from './operand-scan.ts'
import { quoteText } from './quote.ts'
import { nameOf, type Token } from './token.ts'

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }
type Draft = {
  columns: Column[]
  primaryKey?: PrimaryKey
  uniques: Unique[]
  checks: Check[]
  foreignKeys: Writable<ForeignKey>[]
}

const conflictActions = ['ROLLBACK', 'ABORT', 'FAIL', 'IGNORE', 'REPLACE'] as const
const tableConstraints = ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'] as const
const endsType = new Set('CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT COLLATE REFERENCES AS DEFERRABLE'.split(' '))
/** SQLite reports these in upper case, however they were written (sqlite3StdType in its global.c). */
const standardTypes = new Set(['ANY', 'BLOB', 'INT', 'INTEGER', 'REAL', 'TEXT'])

/**
 * Reads a CREATE TABLE statement as SQLite stores it: https://www.sqlite.org/lang_createtable.html
 *
 * @throws DdlError where the text is not one.
 */
export function readTable(sql: string): Table {
  const cursor = new Cursor(sql)
  cursor.expect('CREATE')
  // SQLite reads a stored TEMP over, and creates something else by it.
  if (cursor.is('TEMP') || cursor.is('TEMPORARY')) cursor.fail('a temporary table is none of a file')
  cursor.expect('TABLE')
  cursor.take('IF', 'NOT', 'EXISTS')
  const name = cursor.qualifiedName()
  const draft: Draft = { columns: [], uniques: [], checks: [], foreignKeys: [] }

  cursor.expect('(')
  do {
    if (tableConstraints.some((key) => cursor.is(key))) break
    readColumn(cursor, draft)
  } while (cursor.take(','))
  // The commas between table constraints are optional.
  while (!cursor.is(')')) {
    cursor.take(',')
    readTableConstraint(cursor, draft)
  }
  cursor.expect(')')

  let strict = false
  let withoutRowid = false
  do {
    if (cursor.take('WITHOUT')) {
      cursor.expect('ROWID')
      withoutRowid = true
    } else if (cursor.take('STRICT')) strict = true
  } while (cursor.take(','))
  cursor.end()
  return { kind: 'table', name, sql, ...draft, strict, withoutRowid }
}

function readColumn(cursor: Cursor, draft: Draft): void {
  const column: Writable<Column> = { name: cursor.name(), type: readType(cursor) }
  let name: string | undefined
  for (;;) {
    if (cursor.take('CONSTRAINT')) {
      name = cursor.name()
      continue
    }
    const named = name === undefined ? {} : { name }
    if (!readColumnConstraint(cursor, draft, column, named)) break
    name = undefined
  }
  draft.columns.push(column)
}

function readColumnConstraint(
  cursor: Cursor,
  draft: Draft,
  column: Writable<Column>,
  named: { name?: string },
): boolean {
  const onlyColumn: KeyColumn = { name: column.name, order: 'ASC' }
  if (cursor.take('NOT', 'NULL')) column.notNull = { ...named, ...readOnConflict(cursor) }
  else if (cursor.take('NULL')) readOnConflict(cursor)
  else if (cursor.take('PRIMARY', 'KEY')) {
    const columns = [{ ...onlyColumn, order: readOrder(cursor) }]
    const onConflict = readOnConflict(cursor)
    const autoincrement = cursor.take('AUTOINCREMENT')
    const uniquesBefore = draft.uniques.length
    draft.primaryKey = { ...named, columns, ...onConflict, autoincrement, atColumn: true, uniquesBefore }
  } else if (cursor.take('UNIQUE')) draft.uniques.push({ ...named, columns: [onlyColumn], ...readOnConflict(cursor) })
  else if (cursor.take('CHECK')) draft.checks.push({ ...readCheck(cursor, named), atColumn: column.name })
  else if (cursor.take('DEFAULT')) column.default = { ...named, ...readDefault(cursor) }
  else if (cursor.take('COLLATE')) column.collation = cursor.name()
  else if (cursor.is('REFERENCES')) {
    draft.foreignKeys.push({ ...readReferences(cursor, named, [column.name]), atColumn: column.name })
  } else if (cursor.is('DEFERRABLE') || cursor.is('NOT', 'DEFERRABLE')) {
    // It belongs to the table's last foreign key, also one of another column; without one it means nothing.
    const deferrable = readDeferrable(cursor)
    const last = draft.foreignKeys.at(-1)
    if (last === undefined) return true
    Object.assign(last, deferrable)
    if (last.atColumn !== column.name) {
      // Then it is not written at one column alone.
      delete last.atColumn
      last.deferredAt = column.name
    }
  } else if (cursor.take('GENERATED', 'ALWAYS', 'AS') || cursor.take('AS')) {
    const expression = cursor.expression(cursor.parenthesised())
    column.generated = { ...named, expression, stored: cursor.takeAny(['STORED', 'VIRTUAL']) === 'STORED' }
  } else return false
  return true
}

/** The declared type, as `PRAGMA table_xinfo` reports it. */
function readType(cursor: Cursor): string {
  const start = cursor.at
  for (let token = cursor.token; token !== undefined; token = cursor.token) {
    const part = token.kind === 'word' || token.kind === 'quoted' || token.kind === 'string'
    if (!part || endsType.has(token.key)) break
    cursor.at++
  }
  if (cursor.at > start && cursor.is('(')) cursor.parenthesised()
  if (cursor.at === start) return ''
  const text = cursor.sql.slice(cursor.tokens[start]!.start, cursor.tokens[cursor.at - 1]!.end)
  const type = withoutGenerated(text)
  return standardTypes.has(type.toUpperCase()) ? type.toUpperCase() : type
}

/** `GENERATED ALWAYS` after a type is read as part of it, and cut off by its letters: sqlite3AddColumn in build.c. */
function withoutGenerated(type: string): string {
  if (Buffer.byteLength(type) < 16 || !/always$/i.test(type.slice(-6))) return type
  const rest = withoutSpaces(type.slice(0, -6))
  return /generated$/i.test(rest.slice(-9)) ? withoutSpaces(rest.slice(0, -9)) : rest
}

/** Without the spaces at its end; a regular expression would start anew at each of many spaces before. */
function withoutSpaces(text: string): string {
  let end = text.length
  while (' \t\n\v\f\r'.includes(text[end - 1] ?? '-')) end--
  return text.slice(0, end)
}

function readDefault(cursor: Cursor): Default {
  if (cursor.is('(')) {
    return { expression: cursor.expression(cursor.parenthesised()), constant: false }
  }
  const start = cursor.at
  cursor.takeAny(['+', '-'])
  const token = cursor.next()
  const tokens = cursor.tokens.slice(start, cursor.at)
  const { text } = cursor.expression(tokens)
  // `DEFAULT foo` and `DEFAULT "foo"` mean the text 'foo'.
  const bare = token.kind === 'quoted' || (token.kind === 'word' && !constants.has(token.key))
  const normal = bare && tokens.length === 1 ? quoteText(nameOf(token)) : normalForm(tokens)
  return { expression: { text, normal }, constant: !token.key.startsWith('CURRENT_') }
}

const constants = new Set(['NULL', 'TRUE', 'FALSE', 'CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP'])

function readTableConstraint(cursor: Cursor, draft: Draft): void {
  let named: { name?: string } = {}
  while (cursor.take('CONSTRAINT')) named = { name: cursor.name() }
  if (cursor.take('PRIMARY', 'KEY')) {
    const inside = [...cursor.parenthesised()]
    const autoincrement = inside.at(-1)?.key === 'AUTOINCREMENT'
    if (autoincrement) inside.pop()
    draft.primaryKey = {
      ...named,
      columns: readKey(cursor, inside),
      ...readOnConflict(cursor),
      autoincrement,
      atColumn: false,
      uniquesBefore: draft.uniques.length,
    }
  } else if (cursor.take('UNIQUE')) {
    draft.uniques.push({ ...named, columns: readKey(cursor, cursor.parenthesised()), ...readOnConflict(cursor) })
  } else if (cursor.take('CHECK')) {
    draft.checks.push(readCheck(cursor, named))
  } else if (cursor.take('FOREIGN', 'KEY')) {
    const columns = readKey(cursor, cursor.parenthesised()).map((column) => column.name)
    draft.foreignKeys.push(readReferences(cursor, named, columns))
  } else if (named.name === undefined || !(cursor.is(')') || cursor.is(','))) {
    // A name with nothing after it is legal, and means nothing.
    cursor.fail('expected a table constraint')
  }
}

function readCheck(cursor: Cursor, named: { name?: string }): Check {
  const expression = cursor.expression(cursor.parenthesised())
  // SQLite parses a conflict clause here, and ignores it.
  readOnConflict(cursor)
  return { ...named, expression }
}

function readKey(cursor: Cursor, tokens: readonly Token[]): KeyColumn[] {
  return splitAtCommas(tokens).map((part) => {
    const { run, order } = takeOrder(part)
    const collate = run.at(-2)?.key === 'COLLATE' ? run.at(-1)! : undefined
    let bare = run
    while (bare.at(-2)?.key === 'COLLATE') bare = bare.slice(0, -2)
    const [name, ...more] = stripParentheses(bare)
    if (name === undefined || more.length > 0) cursor.fail('expected a column', part[0])
    return { name: nameOf(name), ...(collate === undefined ? {} : { collation: nameOf(collate) }), order }
  })
}

/** Takes ASC, DESC and NULLS FIRST from the end of a key column or indexed column. */
export function takeOrder(part: readonly Token[]): { run: readonly Token[]; order: SortOrder } {
  let run = part
  if (run.at(-2)?.key === 'NULLS') run = run.slice(0, -2)
  const last = run.at(-1)?.key
  // Where an operand is due, it is a column of that name: `-desc`.
  const scan = new OperandScan()
  for (const token of run.slice(0, -1)) scan.take(token)
  if (!scan.due && (last === 'ASC' || last === 'DESC')) return { run: run.slice(0, -1), order: last }
  return { run, order: 'ASC' }
}

function readReferences(cursor: Cursor, named: { name?: string }, columns: readonly string[]): Writable<ForeignKey> {
  cursor.expect('REFERENCES')
  const key: Writable<ForeignKey> = {
    ...named,
    columns,
    table: cursor.name(),
    referencedColumns: cursor.is('(') ? readKey(cursor, cursor.parenthesised()).map((column) => column.name) : [],
    onDelete: 'NO ACTION',
    onUpdate: 'NO ACTION',
  }
  for (;;) {
    if (cursor.take('ON', 'DELETE')) key.onDelete = readAction(cursor)
    else if (cursor.take('ON', 'UPDATE')) key.onUpdate = readAction(cursor)
    else if (cursor.take('ON', 'INSERT')) readAction(cursor)
    else if (cursor.take('MATCH')) key.match = cursor.name()
    else if (cursor.is('DEFERRABLE') || cursor.is('NOT', 'DEFERRABLE')) Object.assign(key, readDeferrable(cursor))
    else return key
  }
}

function readAction(cursor: Cursor): ForeignKeyAction {
  if (cursor.take('NO', 'ACTION')) return 'NO ACTION'
  if (cursor.take('SET', 'NULL')) return 'SET NULL'
  if (cursor.take('SET', 'DEFAULT')) return 'SET DEFAULT'
  return cursor.takeAny(['RESTRICT', 'CASCADE']) ?? cursor.fail('expected a foreign key action')
}

function readDeferrable(cursor: Cursor): Pick<ForeignKey, 'deferrable' | 'initially'> {
  const deferrable = cursor.take('NOT') ? 'NOT DEFERRABLE' : 'DEFERRABLE'
  cursor.expect('DEFERRABLE')
  if (!cursor.take('INITIALLY')) return { deferrable }
  return { deferrable, initially: cursor.takeAny(['DEFERRED', 'IMMEDIATE']) ?? cursor.fail('expected DEFERRED') }
}

function readOrder(cursor: Cursor): SortOrder {
  return cursor.takeAny(['ASC', 'DESC']) ?? 'ASC'
}

function readOnConflict(cursor: Cursor): { onConflict?: ConflictAction } {
  if (!cursor.take('ON', 'CONFLICT')) return {}
  return { onConflict: cursor.takeAny(conflictActions) ?? cursor.fail('expected a conflict action') }
}
