import { Cursor, DdlError } from './cursor.ts'
import { nameOf, type Token, tokenize } from './token.ts'

/** A comment `@renamed from=old`, and what it stands at. */
export interface CommentedName {
  readonly from: string
  readonly table?: string
  readonly column?: string
}

interface Place {
  /** Where its first and its last token are. */
  readonly start: number
  readonly end: number
  readonly column?: string
}

/**
 * Finds the comments of a CREATE TABLE that say a former name. A comment belongs to what ends on its line; on a line of its own,
 * to what comes next.
 *
 * @param around What stands on the lines before the statement, and behind it on its last line: about the table.
 */
export function renameComments(around: string, sql: string): readonly CommentedName[] {
  const above = commentsIn(around, 0, around.length)
  const inside = commentsBetween(sql)
  if (above.length + inside.length === 0) return []
  const read = readPlaces(sql)
  if (read === undefined) return [...above, ...inside].map(({ from }) => ({ from }))
  const { table, places } = read
  return [
    ...above.map(({ from }) => ({ from, table })),
    ...inside.map(({ from, start }) => {
      const around = places.find((place) => place.start <= start && start < place.end)
      const before = places.filter((place) => place.end <= start).at(-1)
      const sameLine = before !== undefined && !sql.slice(before.end, start).includes('\n')
      const place = around ?? (sameLine ? before : (places.find((one) => one.start >= start) ?? before))
      return { from, table, ...(place?.column !== undefined && { column: place.column }) }
    }),
  ]
}

interface Comment {
  readonly from: string
  readonly start: number
}

function commentsBetween(sql: string): readonly Comment[] {
  const tokens = tokenize(sql)
  return [...tokens, undefined].flatMap((token, index) =>
    commentsIn(sql, tokens[index - 1]?.end ?? 0, token?.start ?? sql.length),
  )
}

/** The comments of a gap between two tokens that say `@renamed`. */
function commentsIn(sql: string, start: number, end: number): readonly Comment[] {
  const gap = sql.slice(start, end)
  return [...gap.matchAll(/@renamed\b[ \t]*([^\n]*)/g)].map((match) => ({
    from: formerName(match[1]!),
    start: start + match.index,
  }))
}

/** `from=old`, `from="an old"`: the name, in any of SQLite's quotes; empty where there is none. */
function formerName(text: string): string {
  const [word, equals, name] = tokenize(text.replace(/\*\/\s*$/, ''))
  const isNamed = word?.key === 'FROM' && equals?.key === '=' && name !== undefined
  return isNamed && ['word', 'quoted', 'string'].includes(name.kind) ? nameOf(name) : ''
}

/** The table's name and its columns, with where they stand; undefined for anything but a CREATE TABLE with columns. */
function readPlaces(sql: string): { readonly table: string; readonly places: readonly Place[] } | undefined {
  const cursor = new Cursor(sql)
  try {
    cursor.expect('CREATE')
    const virtual = cursor.take('VIRTUAL')
    cursor.expect('TABLE')
    cursor.take('IF', 'NOT', 'EXISTS')
    const table = cursor.qualifiedName()
    if (virtual) return { table, places: [] }
    const open = cursor.token!
    const parts = splitWithSpans(cursor.parenthesised(), open)
    const head = { start: 0, end: open.end }
    return { table, places: [head, ...parts] }
  } catch (error) {
    if (error instanceof DdlError) return undefined
    throw error
  }
}

const constraints = new Set(['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'])

/** The columns between the parentheses, each up to and with its comma. */
function splitWithSpans(tokens: readonly Token[], open: Token): readonly Place[] {
  const places: Place[] = []
  let depth = 0
  let part: Token[] = []
  const finish = (end: number): void => {
    const [first] = part
    // What follows the columns is about the table, and can't be renamed.
    if (first !== undefined && !constraints.has(first.key))
      places.push({ start: first.start, end, column: nameOf(first) })
    part = []
  }
  for (const token of tokens) {
    if (token.key === '(') depth++
    else if (token.key === ')') depth--
    if (token.key === ',' && depth === 0) finish(token.end)
    else part.push(token)
  }
  finish(part.at(-1)?.end ?? open.end)
  return places
}
