import { findByName, foldName, sameName } from '../../src/model/name.ts'
import type { Index, IndexedColumn, KeyColumn, Schema, Table } from '../../src/model/schema.ts'
import { readTable } from '../../src/sql/read-table.ts'
import { nameOf, tokenize } from '../../src/sql/token.ts'

/** What is needed of better-sqlite3 to ask SQLite. */
interface Asked {
  prepare(sql: string): { all(...params: unknown[]): unknown[] }
}

interface KeyPart {
  readonly name: string | null
  readonly desc: number
  readonly coll: string
}

interface IndexRow {
  readonly name: string
  readonly unique: number
  readonly origin: 'c' | 'u' | 'pk'
  readonly partial: number
}

/**
 * Holds what our reader found against what SQLite's pragmas say, one sentence for each disagreement.
 *
 * It is a second opinion on `readSchema`, which itself only looks at the columns: here SQLite is also asked about the
 * foreign keys with their actions, the columns, collations and directions of every index, and AUTOINCREMENT.
 */
export function pragmaDisagreements(handle: Asked, schema: Schema): readonly string[] {
  const found: string[] = schema.unsupported.map((object) => `${object.name} is unsupported: ${object.reason}`)
  const same = (what: string, read: unknown, asked: unknown): void => {
    const [ours, theirs] = [JSON.stringify(read), JSON.stringify(asked)]
    if (ours !== theirs) found.push(`${what}: the reader says ${ours}, SQLite says ${theirs}`)
  }
  compareCatalog(handle, schema, same)
  for (const table of schema.tables) compareTable(handle, table, schema, same)
  for (const view of schema.views) {
    const columns = viewColumns(handle, view.name)
    // Of two columns of one name, SQLite calls the second `x:1`.
    if (columns && view.columns && new Set(columns).size === new Set(view.columns.map(foldName)).size)
      same(`${view.name}: its columns`, view.columns, columns)
  }
  const sequence = ask<{ name: string }>(handle, `SELECT name FROM sqlite_schema WHERE name = 'sqlite_sequence'`)
  same('AUTOINCREMENT', schema.tables.some((table) => table.primaryKey?.autoincrement) ? 1 : 0, sequence.length)
  return found
}

type Same = (what: string, read: unknown, asked: unknown) => void

/** The columns of a view, which only one that compiles has. */
function viewColumns(handle: Asked, view: string): readonly string[] | undefined {
  try {
    return names(ask(handle, `SELECT name FROM pragma_table_xinfo(?, 'main') ORDER BY cid`, view))
  } catch {
    return undefined
  }
}

function compareCatalog(handle: Asked, schema: Schema, same: Same): void {
  const rows = ask<{ type: string; name: string; tbl_name: string; sql: string }>(
    handle,
    `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  )
  const read = [
    ...schema.tables.map((table) => ['table', table.name, table.name, table.sql]),
    ...schema.virtualTables.map((table) => ['table', table.name, table.name, table.sql]),
    ...schema.indexes.map((index) => ['index', index.name, foldName(index.table), index.sql]),
    ...schema.views.map((view) => ['view', view.name, view.name, view.sql]),
    ...schema.triggers.map((trigger) => ['trigger', trigger.name, foldName(trigger.table), trigger.sql]),
    ...schema.unsupported.map((object) => [object.type, object.name, object.table, object.sql]),
  ]
  const shadows = ask<{ name: string }>(handle, `SELECT name FROM pragma_table_list WHERE type = 'shadow'`)
  const asked = rows
    .filter((row) => !shadows.some((shadow) => sameName(shadow.name, row.tbl_name)))
    .map((row) => {
      const attached = row.type === 'index' || row.type === 'trigger'
      return [row.type, row.name, attached ? foldName(row.tbl_name) : row.tbl_name, row.sql]
    })
  const sorted = (list: readonly (readonly string[])[]): readonly string[] =>
    list.map((item) => JSON.stringify(item)).sort()
  same('the catalog', sorted(read), sorted(asked))
}

function compareTable(handle: Asked, table: Table, schema: Schema, same: Same): void {
  const options = ask<{ strict: number; wr: number }>(
    handle,
    `SELECT strict, wr FROM pragma_table_list WHERE schema = 'main' AND name = ?`,
    table.name,
  )
  same(`${table.name}: its options`, [{ strict: Number(table.strict), wr: Number(table.withoutRowid) }], options)
  compareColumns(handle, table, same)
  compareForeignKeys(handle, table, same)
  compareIndexes(handle, table, schema, same)
}

function compareColumns(handle: Asked, table: Table, same: Same): void {
  const rows = ask<{
    name: string
    type: string
    notnull: number
    dflt_value: string | null
    pk: number
    hidden: number
  }>(
    handle,
    `SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid`,
    table.name,
  )
  same(`${table.name}: its columns`, names(table.columns), names(rows))
  const raw = readTable(table.sql)
  const said = (table.primaryKey?.columns ?? []).map((part) => {
    const own = table.columns.find((column) => sameName(column.name, part.name))?.collation ?? 'BINARY'
    return { name: foldName(part.name), coll: foldName(part.collation ?? own) }
  })
  // `PRIMARY KEY (a, a, b)` keeps its repetition, except where the key is the table itself.
  const key = (table.withoutRowid ? withoutRepeats(said) : said).map((part) => part.name)
  for (const [index, row] of rows.entries()) {
    const column = table.columns[index]!
    const what = `${table.name}.${row.name}`
    // SQLite looks no further than as many places as there are columns (sqlite3 pragma.c, table_info).
    const position = Math.min(key.indexOf(foldName(row.name)) + 1, rows.length + 1)
    const implied = position > 0 && (table.strict || table.withoutRowid)
    // A type that starts with a quoted word is reported cut at the closing quote.
    const quoted = startsWithQuote(raw.columns[index]!.type)
    if (!quoted) same(`${what}: its type`, [raw.columns[index]!.type, column.type], [row.type, row.type])
    if (!implied) same(`${what}: NOT NULL`, Number(column.notNull !== undefined), row.notnull)
    same(`${what}: its place in the key`, position, row.pk)
    same(`${what}: generated`, column.generated === undefined ? 0 : column.generated.stored ? 3 : 2, row.hidden)
    same(`${what}: its default`, words(column.default?.expression.text ?? ''), words(row.dflt_value ?? ''))
    if (column.default === undefined) same(`${what}: no default`, null, row.dflt_value)
  }
}

function compareForeignKeys(handle: Asked, table: Table, same: Same): void {
  const rows = ask<{
    id: number
    table: string
    from: string
    to: string | null
    on_update: string
    on_delete: string
  }>(
    handle,
    `SELECT id, "table", "from", "to", on_update, on_delete FROM pragma_foreign_key_list(?, 'main') ORDER BY id DESC, seq`,
    table.name,
  )
  const asked = rows.map((row) => [
    row.table,
    foldName(row.from),
    row.to === null ? null : foldName(row.to),
    row.on_update,
    row.on_delete,
  ])
  const read = table.foreignKeys.flatMap((foreignKey) =>
    foreignKey.columns.map((column, index) => {
      const to = foreignKey.referencedColumns[index]
      const { onUpdate, onDelete } = foreignKey
      return [foreignKey.table, foldName(column), to === undefined ? null : foldName(to), onUpdate, onDelete]
    }),
  )
  same(`${table.name}: its foreign keys`, read, asked)
}

function compareIndexes(handle: Asked, table: Table, schema: Schema, same: Same): void {
  const collations = new Map(table.columns.map((column) => [foldName(column.name), column.collation ?? 'BINARY']))
  const rows = ask<IndexRow>(
    handle,
    `SELECT name, "unique", origin, partial FROM pragma_index_list(?, 'main')`,
    table.name,
  )
  const partsOf = (index: string): readonly KeyPart[] =>
    ask(handle, `SELECT name, "desc", coll FROM pragma_index_xinfo(?, 'main') WHERE key = 1 ORDER BY seqno`, index)

  // SQLite makes one index for constraints over the same columns and collations, and one constraint's directions win.
  const read = new Map<string, Set<string>>()
  const add = (columns: readonly KeyColumn[]): void => {
    const parts = columns.map((part) => {
      const name = foldName(part.name)
      return { name, coll: foldName(part.collation ?? collations.get(name)!), order: part.order }
    })
    const distinct = table.withoutRowid && columns === table.primaryKey?.columns ? withoutRepeats(parts) : parts
    const key = distinct.map((part) => `${part.name} ${part.coll}`).join(', ')
    read.set(key, (read.get(key) ?? new Set()).add(distinct.map((part) => part.order).join(' ')))
  }
  if (table.primaryKey !== undefined && !isRowidAlias(table)) add(table.primaryKey.columns)
  for (const unique of table.uniques) add(unique.columns)
  const asked = new Map<string, string>()
  for (const row of rows) {
    if (row.origin === 'c') continue
    const parts = partsOf(row.name)
    const key = parts.map((part) => `${foldName(part.name!)} ${foldName(part.coll)}`).join(', ')
    asked.set(key, parts.map((part) => (part.desc === 1 ? 'DESC' : 'ASC')).join(' '))
  }
  same(`${table.name}: its keys`, [...read.keys()].sort(), [...asked.keys()].sort())
  for (const [key, orders] of asked) {
    if (read.get(key)?.has(orders) === false) same(`${table.name}: directions of ${key}`, [...read.get(key)!], orders)
  }

  const explicit = schema.indexes.filter((index) => sameName(index.table, table.name))
  same(
    `${table.name}: its indexes`,
    explicit.map((index) => [index.name, Number(index.unique), Number(index.where !== undefined)]).sort(),
    rows
      .filter((row) => row.origin === 'c')
      .map((row) => [row.name, row.unique, row.partial])
      .sort(),
  )
  for (const index of explicit) compareIndexColumns(index, partsOf(index.name), collations, same)
}

function compareIndexColumns(
  index: Index,
  parts: readonly KeyPart[],
  collations: ReadonlyMap<string, string>,
  same: Same,
): void {
  same(`${index.name}: how many columns`, index.columns.length, parts.length)
  for (const [at, part] of parts.entries()) {
    const column = index.columns[at]!
    const what = `${index.name}[${at}]`
    same(`${what}: its direction`, column.order, part.desc === 1 ? 'DESC' : 'ASC')
    const plain = plainColumn(column)
    const known = plain !== undefined && (collations.has(foldName(plain.name)) || part.name !== null)
    same(`${what}: its column`, known ? foldName(plain.name) : null, part.name === null ? null : foldName(part.name))
    if (!known) continue
    const collation = plain.collation ?? collations.get(foldName(plain.name)) ?? 'BINARY'
    same(`${what}: its collation`, foldName(collation), foldName(part.coll))
  }
}

/** The column that an indexed expression is, where it is no more than that: `a`, `(a)`, `(a COLLATE nocase)`. */
function plainColumn(column: IndexedColumn): { name: string; collation?: string } | undefined {
  const tokens = tokenize(column.expression.text).filter((token) => token.key !== '(' && token.key !== ')')
  const [name, ...collates] = tokens
  if (name === undefined || !['word', 'quoted', 'string'].includes(name.kind)) return undefined
  // Of several COLLATE, the last wins.
  if (!collates.every((token, at) => (at % 2 === 0) === (token.key === 'COLLATE'))) return undefined
  const last = collates.at(-1)
  const collation = column.collation ?? (last && nameOf(last))
  return { name: nameOf(name), ...(collation !== undefined && { collation }) }
}

/** https://www.sqlite.org/lang_createtable.html#rowid */
function isRowidAlias(table: Table): boolean {
  const { columns, atColumn } = table.primaryKey!
  if (columns.length > 1 || table.withoutRowid || (atColumn && columns[0]!.order === 'DESC')) return false
  // `"INTEGER"` makes a rowid too, but `"INTEGER" TEXT`, of which only the first word is reported, does not.
  const [type, ...more] = tokenize(findByName(readTable(table.sql).columns, columns[0]!.name)?.type ?? '')
  return type !== undefined && more.length === 0 && foldName(nameOf(type)) === 'integer'
}

function startsWithQuote(type: string): boolean {
  return ['"', "'", '`', '['].includes(type[0] ?? '')
}

function withoutRepeats<T extends { name: string; coll: string }>(parts: readonly T[]): readonly T[] {
  return parts.filter(
    (part, index) => parts.findIndex((other) => other.name === part.name && other.coll === part.coll) === index,
  )
}

function names(list: readonly { readonly name: string }[]): readonly string[] {
  return list.map((item) => item.name)
}

/** The words of an expression, without spaces and comments. */
function words(text: string): readonly string[] {
  return tokenize(text).map((token) => token.text)
}

function ask<Row>(handle: Asked, sql: string, ...params: readonly string[]): Row[] {
  return handle.prepare(sql).all(...params) as Row[]
}
