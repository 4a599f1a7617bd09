import { endOfComment, endOfQuotes, startOfToken, type Token, tokenAt } from './token.ts'

/** One statement of a script, with the line it starts on. */
export interface Statement {
  readonly sql: string
  readonly line: number
  /** Where it starts in the script. */
  readonly start: number
  /** Its first words, in upper case: what kind of statement it is. */
  readonly words: readonly string[]
}

/** What kind of statement it is, its first words tell. */
const telling = 6

/**
 * Splits a script at its semicolons as the sqlite3 shell does: those inside a trigger's body end nothing until the
 * `;` after `END` (https://www.sqlite.org/c3ref/complete.html). Comments between statements are left out.
 */
export function splitStatements(script: string): readonly Statement[] {
  const statements: Statement[] = []
  const nextSemicolon = finder((from) => script.indexOf(';', from))
  const nextLine = finder((from) => script.indexOf('\n', from))
  const nextHiding = finder((from) => {
    hiding.lastIndex = from
    return hiding.test(script) ? hiding.lastIndex - 1 : -1
  })
  let line = 1
  let counted = 0
  for (let start = startOfToken(script, 0); start < script.length; ) {
    if (script[start] === ';') {
      start = startOfToken(script, start + 1)
      continue
    }
    const { words, behind, isTrigger } = usualHead(script, start) ?? readHead(script, start)
    const end = isTrigger ? endOfTrigger(script, start) : endOfPlain(script, start, behind, nextSemicolon, nextHiding)
    for (; nextLine(counted) < start; counted = nextLine(counted) + 1) line++
    statements.push({ sql: script.slice(start, end), line, start, words })
    start = startOfToken(script, end)
  }
  return statements
}

interface Head {
  readonly words: readonly string[]
  /** Where it ends, which is where a token does. */
  readonly behind: number
  readonly isTrigger: boolean
}

/** How nearly all statements of a long script begin; none of them has a schema's name in it, or makes something temporary. */
const usual: readonly (readonly [pattern: RegExp, words: readonly string[]])[] = [
  [/CREATE TABLE [A-Za-z_]\w* ?\(/y, ['CREATE', 'TABLE']],
  [/CREATE INDEX [A-Za-z_]\w* ON\b/y, ['CREATE', 'INDEX']],
  [/CREATE UNIQUE INDEX [A-Za-z_]\w* ON\b/y, ['CREATE', 'UNIQUE', 'INDEX']],
]

function usualHead(script: string, start: number): Head | undefined {
  for (const [pattern, words] of usual) {
    pattern.lastIndex = start
    if (pattern.test(script)) return { words, behind: pattern.lastIndex, isTrigger: false }
  }
  return undefined
}

function readHead(script: string, start: number): Head {
  const words: string[] = []
  let behind = start
  for (let token = tokenAt(script, start); token && token.key !== ';' && words.length < telling; ) {
    words.push(token.key)
    behind = token.end
    token = tokenAt(script, token.end)
  }
  const [first, second, third] = words
  const isTrigger = first === 'CREATE' && (second === 'TEMP' || second === 'TEMPORARY' ? third : second) === 'TRIGGER'
  return { words, behind, isTrigger }
}

/** What can hide a semicolon, or belongs to a space or to a word as it comes. */
const hiding = /['"`[\-/\v\ufeff]/g

/** Finds the first place from another on; asked in rising order, it looks at nothing twice. */
function finder(find: (from: number) => number): (from: number) => number {
  let known = -1
  return (from) => {
    if (known < from) {
      const found = find(from)
      known = found < 0 ? Number.POSITIVE_INFINITY : found
    }
    return known
  }
}

/** Where the last token of a trigger ends. */
function endOfTrigger(script: string, start: number): number {
  let [before, last]: (Token | undefined)[] = []
  for (let token = tokenAt(script, start); token !== undefined; token = tokenAt(script, token.end)) {
    if (token.key === ';' && last?.key === 'END' && before?.key === ';') break
    before = last
    last = token
  }
  return last!.end
}

/**
 * Where the last token before the next semicolon ends. A long script is mostly such text, so its tokens are not made: only what can
 * hide a semicolon is looked at.
 */
function endOfPlain(
  script: string,
  start: number,
  behind: number,
  nextSemicolon: (from: number) => number,
  nextHiding: (from: number) => number,
): number {
  let end = behind
  for (let at = behind; ; ) {
    const stop = Math.min(nextSemicolon(at), nextHiding(at), script.length)
    end = Math.max(end, withoutSpaces(script, at, stop))
    const char = script[stop]
    if (char === undefined || char === ';') return end
    if (char === '\v' || char === '\ufeff') return endByTokens(script, start)
    const comment = char === '-' || char === '/' ? endOfComment(script, stop) : stop
    if (comment > stop) at = comment
    else at = end = char === '-' || char === '/' ? stop + 1 : endOfQuotes(script, stop)
  }
}

/** Where a text between two places ends without the spaces at its end; 0 where there is nothing else. */
function withoutSpaces(script: string, start: number, end: number): number {
  for (let at = end; at > start; at--) if (!' \t\n\f\r'.includes(script[at - 1]!)) return at
  return 0
}

function endByTokens(script: string, start: number): number {
  let end = start
  for (let token = tokenAt(script, start); token && token.key !== ';'; token = tokenAt(script, end)) end = token.end
  return end
}
