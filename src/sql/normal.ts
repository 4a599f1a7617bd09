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

/** Short texts, such as types, whose normal form is known: a schema has few types, and many columns of each. */
const known = new Map<string, string>()
const [longest, most] = [50, 1_000]

/** The normal form of an expression that is not part of a longer text. */
export function normalExpression(text: string): string {
  let normal = known.get(text)
  if (normal === undefined) {
    normal = normalForm(tokenize(text))
    if (text.length <= longest && known.size < most) known.set(text, normal)
  }
  return normal
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

/** Without the parentheses around the whole, however many. */
export function stripParentheses(tokens: readonly Token[]): readonly Token[] {
  if (tokens[0]?.key !== '(') return tokens
  const closers = closingOf(tokens)
  let [start, end] = [0, tokens.length]
  while (end - start > 2 && tokens[start]!.key === '(' && closers[start] === end - 1) {
    start++
    end--
  }
  return start === 0 ? tokens : tokens.slice(start, end)
}

/** For each `(` the place of the `)` that closes it; for one that none does, and for every other token, the end. */
export function closingOf(tokens: readonly Token[]): readonly number[] {
  const closers = new Array<number>(tokens.length).fill(tokens.length)
  const open: number[] = []
  tokens.forEach(({ key }, at) => {
    if (key === '(') open.push(at)
    else if (key === ')') {
      const opener = open.pop()
      if (opener !== undefined) closers[opener] = at
    }
  })
  return closers
}
