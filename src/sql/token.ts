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

const digit = /[0-9]/
const hex = /[0-9A-Fa-f]/
/** Runs of characters, each matched from where it is due (`y`) to its end in one go. */
const digits = /[0-9]*/y
const digitsAndSeparators = /[0-9_]*/y
const hexDigits = /[0-9A-Fa-f]*/y
const hexDigitsAndSeparators = /[0-9A-Fa-f_]*/y
const operators = ['->>', '||', '<<', '>>', '<=', '>=', '<>', '!=', '==', '->'] as const
const single = new Set('+-*/%&|~<>=(),.;')
/** These begin no longer operator. */
const alone = new Set('(),.;*+%&~')

/** What a character can be in an identifier, by its code; whatever is not ASCII can be all of it. */
const [begins, continues] = [1, 2]
const idChars = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code)
  return /[A-Za-z_]/.test(char) ? begins | continues : /[0-9$]/.test(char) ? continues : 0
})

/** The tokens of `sql`; spaces and comments are the gaps between them. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  for (let token = tokenAt(sql, 0); token !== undefined; token = tokenAt(sql, token.end)) tokens.push(token)
  return tokens
}

/** The first token that starts at `from` or behind it; undefined where there is none. */
export function tokenAt(sql: string, from: number): Token | undefined {
  const at = startOfToken(sql, from)
  if (at >= sql.length) return undefined
  const code = sql.charCodeAt(at)
  if (code >= 128 || (idChars[code]! & begins) !== 0) {
    const isBlob = (code === 0x58 || code === 0x78) && sql[at + 1] === "'"
    return isBlob ? token(sql, at, ...blob(sql, at)) : token(sql, at, 'word', endOfName(sql, at + 1))
  }
  const char = sql[at]!
  if (alone.has(char) && !(char === '.' && digit.test(sql[at + 1] ?? ''))) return token(sql, at, 'operator', at + 1)
  return token(sql, at, ...scan(sql, at, char))
}

/** Where the first token starts from there on; the end where there is none. */
export function startOfToken(sql: string, from: number): number {
  let at = from
  for (let gap = endOfGap(sql, at); gap > at; gap = endOfGap(sql, at)) at = gap
  return at
}

function token(sql: string, start: number, kind: TokenKind, end: number): Token {
  const text = sql.slice(start, end)
  const key = kind === 'word' ? text.toUpperCase() : kind === 'operator' ? text : ''
  return { kind, start, end, text, key }
}

/** Where what starts with `char` ends, if it is no word. */
function scan(sql: string, at: number, char: string): [TokenKind, number] {
  if (char === "'") return quoted(sql, at, "'", 'string')
  if (char === '"' || char === '`') return quoted(sql, at, char, 'quoted')
  if (char === '[') return bracketed(sql, at)
  if (digit.test(char) || char === '.') return number(sql, at)
  if (char === '?') return ['variable', endOfRun(sql, at + 1, digits)]
  if (char === ':' || char === '@' || char === '$' || char === '#') return variable(sql, at)
  const operator = operators.find((candidate) => sql.startsWith(candidate, at)) ?? (single.has(char) ? char : '')
  return [operator === '' ? 'illegal' : 'operator', at + (operator.length || 1)]
}

/** Where the run of spaces and comments that starts at `at` ends (`at` itself where there is none). */
function endOfGap(sql: string, at: number): number {
  switch (sql.charCodeAt(at)) {
    // SQLite skips a byte order mark too, wherever it stands.
    case 0xfeff:
      return at + 1
    case 0x09:
    case 0x0a:
    case 0x0c:
    case 0x0d:
    case 0x20: {
      let end = at + 1
      for (let code = sql.charCodeAt(end); code === 0x20 || (code >= 0x09 && code <= 0x0d); )
        code = sql.charCodeAt(++end)
      return end
    }
    case 0x2d:
    case 0x2f:
      return endOfComment(sql, at)
    default:
      return at
  }
}

/** Where the comment that starts at `at` ends (`at` itself where there is none). */
export function endOfComment(sql: string, at: number): number {
  if (sql.startsWith('--', at)) {
    const end = sql.indexOf('\n', at)
    return end < 0 ? sql.length : end + 1
  }
  if (sql.startsWith('/*', at)) {
    const end = sql.indexOf('*/', at + 2)
    return end < 0 ? sql.length : end + 2
  }
  return at
}

/** Where the characters of an identifier end that start at `from`. */
function endOfName(sql: string, from: number): number {
  let end = from
  for (let code = sql.charCodeAt(end); code >= 128 || (idChars[code] ?? 0) !== 0; ) code = sql.charCodeAt(++end)
  return end
}

/** Where the run of characters that starts at `from` ends. */
function endOfRun(sql: string, from: number, run: RegExp): number {
  run.lastIndex = from
  run.test(sql)
  return run.lastIndex
}

/** Where what is in the quotes ends that start at `at`: of a string or a name, closed or not. */
export function endOfQuotes(sql: string, at: number): number {
  const quote = sql[at]!
  return quote === '[' ? bracketed(sql, at)[1] : quoted(sql, at, quote, 'quoted')[1]
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
  const stop = endOfName(sql, end)
  return [stop > end ? 'illegal' : 'number', stop]
}

function variable(sql: string, at: number): [TokenKind, number] {
  const end = endOfName(sql, at + 1)
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
