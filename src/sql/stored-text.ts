import { Cursor, DdlError } from './cursor.ts'
import { nameOf } from './token.ts'

/** What SQLite would store of a CREATE statement, and as what. */
export interface StoredText {
  readonly type: 'table' | 'index' | 'view' | 'trigger'
  readonly name: string
  readonly sql: string
}

/**
 * The text that SQLite stores of a CREATE statement: what stands before the name is written anew, the rest is kept to the
 * letter. Undefined where it stores no such text: for what is temporary, and for CREATE TABLE … AS SELECT, whose text SQLite
 * makes itself. https://www.sqlite.org/schematab.html#interpretation_of_the_schema_table
 */
export function storedText(sql: string): StoredText | undefined {
  const cursor = new Cursor(sql)
  if (!cursor.take('CREATE')) return undefined
  const unique = cursor.take('UNIQUE')
  const virtual = !unique && cursor.take('VIRTUAL')
  const word = unique
    ? cursor.takeAny(['INDEX'])
    : virtual
      ? cursor.takeAny(['TABLE'])
      : cursor.takeAny(['TABLE', 'INDEX', 'VIEW', 'TRIGGER'])
  if (word === undefined) return undefined
  cursor.take('IF', 'NOT', 'EXISTS')
  const first = readName(cursor)
  if (first === undefined) return undefined
  const name = cursor.take('.') ? readName(cursor) : first
  if (name === undefined || (word === 'TABLE' && cursor.is('AS'))) return undefined
  let end = cursor.tokens.length
  while (cursor.tokens[end - 1]?.key === ';') end--
  const what = `${unique ? 'UNIQUE ' : virtual ? 'VIRTUAL ' : ''}${word}`
  return {
    type: word.toLowerCase() as StoredText['type'],
    name: nameOf(name),
    sql: `CREATE ${what} ${sql.slice(name.start, cursor.tokens[end - 1]!.end)}`,
  }
}

function readName(cursor: Cursor): Cursor['token'] {
  const token = cursor.token
  try {
    cursor.name()
    return token
  } catch (error) {
    if (error instanceof DdlError) return undefined
    throw error
  }
}
