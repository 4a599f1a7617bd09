import { foldName } from '../model/name.ts'
import { keywords } from './keywords.ts'
import { quoteName } from './quote.ts'
import { nameOf, type Token, tokenize } from './token.ts'

/**
 * The normal form of a token run: two texts have the same one only if SQLite reads them as the same thing.
 *
 * Comments and spaces are gone, the case of keywords and identifiers is folded, an identifier is quoted only where
 * its bare form could be read as a keyword, `!=` is `<>`, `==` is `=`, and parentheses around the whole are gone.
 */
export function normalForm(tokens: readonly Token[]): string {
  return stripParentheses(tokens).map(normalToken).join(' ')
}

/** The normal form of an expression that is not part of a longer text. */
export function normalExpression(text: string): string {
  return normalForm(tokenize(text))
}

function normalToken(token: Token): string {
  switch (token.kind) {
    case 'word':
      return foldName(token.text)
    case 'quoted':
      return normalName(nameOf(token))
    case 'number':
      return token.text.toLowerCase().replaceAll('_', '')
    case 'blob':
      return token.text.toLowerCase()
    case 'operator':
      return token.text === '!=' ? '<>' : token.text === '==' ? '=' : token.text
    case 'string':
    case 'variable':
    case 'illegal':
      return token.text
  }
}

function normalName(name: string): string {
  const bare = /^[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*$/.test(name)
  return bare && keywords.get(name.toUpperCase()) !== 'ambiguous' ? foldName(name) : quoteName(foldName(name))
}

export function stripParentheses(tokens: readonly Token[]): readonly Token[] {
  let run = tokens
  while (run.length > 2 && run[0]!.key === '(' && closes(run) === run.length - 1) run = run.slice(1, -1)
  return run
}

/** The index of the `)` that closes the `(` at the start. */
function closes(tokens: readonly Token[]): number {
  let depth = 0
  return tokens.findIndex((token) => {
    if (token.key === '(') depth++
    else if (token.key === ')') depth--
    return depth === 0
  })
}
