import { splitAtCommas } from './cursor.ts'
import { keywords } from './keywords.ts'
import { closingOf } from './normal.ts'
import { nameOf, type Token, tokenize } from './token.ts'

/** What can ask rows, or calls what an application brings. */
const never = new Set('SELECT VALUES WITH MATCH REGEXP REPLACE OVER'.split(' '))

/** A pattern is tried at every place for each of these that it has. */
const wildcards: Readonly<Record<string, RegExp>> = { LIKE: /%/g, GLOB: /\*/g }
const mostWildcards = 2
/** What may stand behind a pattern: an operator would make another one of it. */
const endsPattern = new Set([')', ',', ...'AND OR WHEN THEN ELSE END'.split(' ')])

/** SQLite's functions that take as long as their arguments are, and make nothing longer. */
const functions = new Set(
  `abs ceil ceiling char coalesce date datetime floor ifnull iif json_extract json_valid julianday length lower ltrim max min
  nullif octet_length round rtrim sign strftime substr substring time trim typeof unicode unixepoch upper`.split(/\s+/),
)
/** Those that take as long as one argument times the other. */
const ofOneArgument = new Set(['ltrim', 'rtrim', 'trim'])

/**
 * Whether an expression is made of columns, values, operators and functions that end soon: it can be asked of every row,
 * whoever wrote it. A statement that is under way can't be interrupted.
 */
export function isPlainExpression(text: string): boolean {
  const tokens = tokenize(text)
  const closers = closingOf(tokens)
  return tokens.every((token, at) => {
    if (never.has(token.key)) return false
    const wildcard = wildcards[token.key]
    if (wildcard !== undefined) {
      const [pattern, next] = tokens.slice(at + 1)
      const count = pattern?.kind === 'string' ? (pattern.text.match(wildcard)?.length ?? 0) : Infinity
      return count <= mostWildcards && endsPattern.has(next?.key ?? ')')
    }
    const isCall = tokens[at + 1]?.key === '('
    // Without a parenthesis, the rows of a table are meant.
    if (token.key === 'IN') return isCall
    const isName = token.kind === 'quoted' || (token.kind === 'word' && !keywords.has(token.key))
    if (!isCall || !isName) return true
    const name = nameOf(token).toLowerCase()
    if (ofOneArgument.has(name)) return splitAtCommas(tokens.slice(at + 2, closers[at + 1])).length === 1
    return functions.has(name)
  })
}

/** Whether an expression is one value, whatever row it is asked of. */
export function isLiteral(text: string): boolean {
  const tokens = tokenize(text)
  const [value, ...more] = tokens.slice(tokens.findIndex(({ key }) => key !== '+' && key !== '-'))
  const kinds: readonly Token['kind'][] = ['string', 'number', 'blob']
  return value !== undefined && more.length === 0 && (kinds.includes(value.kind) || value.key === 'NULL')
}

/** What gives the time of its statement. https://www.sqlite.org/lang_datefunc.html */
const clocks = new Set(
  `current_date current_time current_timestamp date datetime julianday strftime time unixepoch`
    .toUpperCase()
    .split(' '),
)

/** Whether a plain expression gives a row the same value in whichever statement it is asked. */
export function isSteadyExpression(text: string): boolean {
  const tokens = tokenize(text)
  const isClock = (token: Token, at: number): boolean => {
    const canBe = token.kind === 'word' || (token.kind === 'quoted' && tokens[at + 1]?.key === '(')
    return canBe && clocks.has(nameOf(token).toUpperCase())
  }
  return isPlainExpression(text) && !tokens.some(isClock)
}
