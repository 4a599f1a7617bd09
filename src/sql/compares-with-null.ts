import { tokenize } from './token.ts'

const comparisons = new Set(['=', '==', '<>', '!='])

/** The first `= NULL` or `<> NULL` in a text, as it is written; the one of `SET a = NULL` is none. */
export function comparisonWithNull(sql: string): string | undefined {
  const tokens = tokenize(sql)
  return tokens.find(({ key }, at) => {
    if (!comparisons.has(key) || tokens[at + 1]?.key !== 'NULL') return false
    return !['SET', ','].includes(tokens[at - 2]?.key ?? '')
  })?.key
}
