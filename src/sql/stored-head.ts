import type { CatalogRow } from './read-object.ts'
import type { StoredText } from './stored-text.ts'
import { nameOf, type Token, tokenAt } from './token.ts'

/** What the beginning of a stored text says. */
export interface StoredHead extends Pick<StoredText, 'type' | 'name'> {
  /** What an index or trigger is on. */
  readonly table?: string
}

/** How SQLite itself begins what it stores, and what has to follow the name. */
const beginnings: readonly (readonly [text: string, type: StoredText['type'], next: readonly string[]])[] = [
  ['CREATE TABLE ', 'table', ['(']],
  ['CREATE INDEX ', 'index', ['ON']],
  ['CREATE UNIQUE INDEX ', 'index', ['ON']],
  ['CREATE VIEW ', 'view', ['(', 'AS']],
  ['CREATE TRIGGER ', 'trigger', ['BEFORE', 'AFTER', 'INSTEAD', 'DELETE', 'INSERT', 'UPDATE']],
  ['CREATE VIRTUAL TABLE ', 'table', ['USING']],
]

/**
 * Reads the beginning of a text that is as SQLite stores it, without a look at the rest: of two such texts that are the same to the
 * letter, SQLite makes the same. Undefined for any other text, as with IF NOT EXISTS, TEMP or a schema's name in it.
 */
export function storedHead(sql: string): StoredHead | undefined {
  const beginning = beginnings.find(([text]) => sql.startsWith(text))
  if (beginning === undefined) return undefined
  const [text, type, wanted] = beginning
  const name = tokenAt(sql, text.length)
  const next = name && tokenAt(sql, name.end)
  if (next === undefined || name?.start !== text.length || !isName(name) || !wanted.includes(next.key)) return undefined
  const head = { type, name: nameOf(name) }
  if (type === 'table' || type === 'view') return head
  const table = tableBehind(sql, next)
  return table === undefined ? undefined : { ...head, table }
}

/**
 * Whether a row of the catalog is a table or index whose text begins with the names of the row, bare: which most are. Then the text need not
 * be read to know that they are true.
 */
export function beginsAsNamed({ type, name, tbl_name: table, sql }: CatalogRow): boolean {
  if (!bare.test(name)) return false
  if (type === 'table') return table === name && follows(sql, 'CREATE TABLE ', name, ' (', '(')
  const on = ` ON ${table}`
  return type === 'index' && bare.test(table) && (isIndex('CREATE INDEX ') || isIndex('CREATE UNIQUE INDEX '))

  function isIndex(beginning: string): boolean {
    return follows(sql, beginning, `${name}${on}`, ' (', '(')
  }
}

const bare = /^[A-Za-z_]\w*$/

function follows(sql: string, beginning: string, name: string, ...next: readonly string[]): boolean {
  const at = beginning.length + name.length
  return (
    sql.startsWith(beginning) && sql.startsWith(name, beginning.length) && next.some((text) => sql.startsWith(text, at))
  )
}

/** The name behind ON: an unquoted ON is nothing else there. */
function tableBehind(sql: string, from: Token): string | undefined {
  let token: Token | undefined = from
  while (token !== undefined && token.key !== 'ON') token = tokenAt(sql, token.end)
  const name = token && tokenAt(sql, token.end)
  const next = name && tokenAt(sql, name.end)
  return name !== undefined && isName(name) && next !== undefined && next.key !== '.' ? nameOf(name) : undefined
}

function isName({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quoted' || kind === 'string'
}
