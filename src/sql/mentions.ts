import { foldName } from '../model/name.ts'
import { keywords } from './keywords.ts'
import { nameOf, tokenize } from './token.ts'

/**
 * Whether a text names `name` anywhere, as a bare word or quoted. It errs on the safe side: a column of another
 * table that is called the same counts too.
 */
export function mentions(sql: string, name: string): boolean {
  const folded = foldName(name)
  return tokenize(sql).some(
    (token) => (token.kind === 'word' || token.kind === 'quoted') && foldName(nameOf(token)) === folded,
  )
}

/** Whether an expression qualifies a column with the name of its table: `CHECK (t.a > 0)`. */
export function qualifies(sql: string, table: string): boolean {
  const folded = foldName(table)
  const tokens = tokenize(sql)
  return tokens.some(
    (token, index) =>
      tokens[index + 1]?.key === '.' &&
      (token.kind === 'word' || token.kind === 'quoted') &&
      foldName(nameOf(token)) === folded,
  )
}

/** Whether a text has a `*` that can stand for columns, or an INSERT into `table` that lists none. */
export function readsInOrder(sql: string, table: string): boolean {
  const folded = foldName(table)
  const tokens = tokenize(sql)
  return tokens.some((token, index) => {
    const before = tokens[index - 1]?.key ?? ''
    if (token.key === '*') return ['SELECT', ',', '.', 'DISTINCT', 'ALL', 'RETURNING'].includes(before)
    return before === 'INTO' && foldName(nameOf(token)) === folded && tokens[index + 1]?.key !== '('
  })
}

/** The names in an expression, without those of functions and keywords that are none. */
export function identifiersOf(sql: string): readonly string[] {
  const tokens = tokenize(sql)
  return tokens.flatMap((token, index) => {
    if (tokens[index + 1]?.key === '(') return []
    if (token.kind === 'quoted') return [nameOf(token)]
    return token.kind === 'word' && keywords.get(token.key) !== 'ambiguous' ? [token.text] : []
  })
}

/** Whether an expression calls a function, whose value may be another each time. */
export function callsFunction(sql: string): boolean {
  const tokens = tokenize(sql)
  return tokens.some((token, index) => {
    const isName = token.kind === 'quoted' || (token.kind === 'word' && !keywords.has(token.key))
    return isName && tokens[index + 1]?.key === '('
  })
}
