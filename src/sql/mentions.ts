import { foldName } from '../model/name.ts'
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
