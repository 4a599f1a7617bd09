/**
 * SQLite's tokenizer (https://www.sqlite.org/src/file/src/tokenize.c), with spans into the original text.
 *
 * It accepts every text; what SQLite would not is an `illegal` token, so that a reader can say where it stopped.
 */
export type TokenKind =
  | 'word' // a bare identifier or keyword
  | 'quoted' // "a", `a` or [a]
  | 'string' // 'a'
  | 'blob' // x'00'
  | 'number'
  | 'variable' // ?1 :a @a $a
  | 'operator' // also punctuation
  | 'illegal'

export interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
  /** The characters as written. */
  readonly text: string
  /** For a bare word its upper-case form, for punctuation itself; else empty. What the readers compare with. */
  readonly key: string
}

const idStart = /[A-Za-z_\u0080-\uffff]/
const digit = /[0-9]/
const hex = /[0-9A-Fa-f]/
/** Runs of characters, each matched from where it is due (`y`) to its end in one go. */
const idParts = /[A-Za-z0-9_$\u0080-\uffff]*/y
const digits = /[0-9]*/y
const digitsAndSeparators = /[0-9_]*/y
const hexDigits = /[0-9A-Fa-f]*/y
const hexDigitsAndSeparators = /[0-9A-Fa-f_]*/y
const spaces = /[ \t\n\v\f\r]*/y
const operators = ['->>', '||', '<<', '>>', '<=', '>=', '<>', '!=', '==', '->'] as const
const single = new Set('+-*/%&|~<>=(),.;')

/** The tokens of `sql`; spaces and comments are the gaps between them. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const push = (kind: TokenKind, end: number): void => {
    const text = sql.slice(at, end)
    const key = kind === 'word' ? text.toUpperCase() : kind === 'operator' ? text : ''
    tokens.push({ kind, start: at, end, text, key })
    at = end
  }
  while (at < sql.length) {
    const char = sql[at]!
    const gap = endOfGap(sql, at)
    if (gap > at) at = gap
    else if (char === "'") push(...quoted(sql, at, "'", 'string'))
    else if (char === '"' || char === '`') push(...quoted(sql, at, char, 'quoted'))
    else if (char === '[') push(...bracketed(sql, at))
    else if ((char === 'x' || char === 'X') && sql[at + 1] === "'") push(...blob(sql, at))
    else if (digit.test(char) || (char === '.' && digit.test(sql[at + 1] ?? ''))) push(...number(sql, at))
    else if (idStart.test(char)) push('word', endOfRun(sql, at + 1, idParts))
    else if (char === '?') push('variable', endOfRun(sql, at + 1, digits))
    else if (char === ':' || char === '@' || char === '$' || char === '#') push(...variable(sql, at))
    else {
      const operator = operators.find((candidate) => sql.startsWith(candidate, at)) ?? (single.has(char) ? char : '')
      push(operator === '' ? 'illegal' : 'operator', at + (operator.length || 1))
    }
  }
  return tokens
}

/** Where the run of spaces and comments that starts at `at` ends (`at` itself where there is none). */
function endOfGap(sql: string, at: number): number {
  const char = sql[at]!
  // SQLite skips a byte order mark too, wherever it stands.
  if (char === '\ufeff') return at + 1
  if (/[ \t\n\f\r]/.test(char)) return endOfRun(sql, at + 1, spaces)
  if (char === '-' && sql[at + 1] === '-') {
    const end = sql.indexOf('\n', at)
    return end < 0 ? sql.length : end + 1
  }
  if (char === '/' && sql[at + 1] === '*') {
    const end = sql.indexOf('*/', at + 2)
    return end < 0 ? sql.length : end + 2
  }
  return at
}

/** Where the run of characters that starts at `from` ends. */
function endOfRun(sql: string, from: number, run: RegExp): number {
  run.lastIndex = from
  run.test(sql)
  return run.lastIndex
}

function quoted(sql: string, at: number, quote: string, kind: TokenKind): [TokenKind, number] {
  for (let end = sql.indexOf(quote, at + 1); end >= 0; end = sql.indexOf(quote, end + 2)) {
    if (sql[end + 1] !== quote) return [kind, end + 1]
  }
  return ['illegal', sql.length]
}

function bracketed(sql: string, at: number): [TokenKind, number] {
  const end = sql.indexOf(']', at)
  return end < 0 ? ['illegal', sql.length] : ['quoted', end + 1]
}

function blob(sql: string, at: number): [TokenKind, number] {
  const end = endOfRun(sql, at + 2, hexDigits)
  if (sql[end] === "'" && (end - at) % 2 === 0) return ['blob', end + 1]
  const close = sql.indexOf("'", end)
  return ['illegal', close < 0 ? sql.length : close + 1]
}

function number(sql: string, at: number): [TokenKind, number] {
  let end: number
  if (sql[at] === '0' && /[xX]/.test(sql[at + 1] ?? '') && hex.test(sql[at + 2] ?? '')) {
    end = endOfRun(sql, at + 2, hexDigitsAndSeparators)
  } else {
    end = endOfRun(sql, at, digitsAndSeparators)
    if (sql[end] === '.') end = endOfRun(sql, end + 1, digitsAndSeparators)
    const exponent = /^[eE][+-]?[0-9]/.exec(sql.slice(end, end + 3))
    if (exponent) end = endOfRun(sql, end + exponent[0].length, digitsAndSeparators)
  }
  // `1abc` is one illegal token, not a number and a name.
  const stop = endOfRun(sql, end, idParts)
  return [stop > end ? 'illegal' : 'number', stop]
}

function variable(sql: string, at: number): [TokenKind, number] {
  const end = endOfRun(sql, at + 1, idParts)
  return [end > at + 1 ? 'variable' : 'illegal', end]
}

/** The name that an identifier token means: `"a""b"` is `a"b`. A string is a name where SQLite wants a name. */
export function nameOf(token: Token): string {
  const { text } = token
  const quote = text[0]
  if (token.kind === 'word' || quote === undefined) return text
  if (quote === '[') return text.slice(1, -1)
  return text.slice(1, -1).replaceAll(quote + quote, quote)
}
