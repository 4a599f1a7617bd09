import type { Expression } from '../model/schema.ts'
import { normalForm } from './normal.ts'
import { nameOf, type Token, tokenize } from './token.ts'

/** A statement the reader cannot follow, with the place where it stopped. */
export class DdlError extends Error {
  override readonly name: string = 'DdlError'
}

/** Walks over the tokens of one statement. */
export class Cursor {
  readonly sql: string
  readonly tokens: readonly Token[]
  at = 0

  constructor(sql: string) {
    this.sql = sql
    this.tokens = tokenize(sql)
  }

  get token(): Token | undefined {
    return this.tokens[this.at]
  }

  /** Whether the next tokens are these keywords or marks. */
  is(...keys: readonly string[]): boolean {
    return keys.every((key, offset) => this.tokens[this.at + offset]?.key === key)
  }

  /** Takes the keywords if they are next. */
  take(...keys: readonly string[]): boolean {
    const there = this.is(...keys)
    if (there) this.at += keys.length
    return there
  }

  expect(...keys: readonly string[]): void {
    if (!this.take(...keys)) this.fail(`expected ${keys.join(' ')}`)
  }

  /** One of several keywords, or undefined. */
  takeAny<const Key extends string>(keys: readonly Key[]): Key | undefined {
    const key = keys.find((candidate) => this.is(candidate))
    if (key !== undefined) this.at++
    return key
  }

  next(): Token {
    const token = this.token
    if (token === undefined) this.fail('unexpected end')
    this.at++
    return token
  }

  /** A name: a bare word, or quoted in any of the four styles. */
  name(): string {
    const token = this.next()
    if (token.kind !== 'word' && token.kind !== 'quoted' && token.kind !== 'string') this.fail('expected a name', token)
    return nameOf(token)
  }

  /** A name that may be qualified with a schema (`main.t`), of which only the last part is returned. */
  qualifiedName(): string {
    const first = this.name()
    return this.take('.') ? this.name() : first
  }

  /** The tokens between a `(`, which must be next, and the `)` that closes it. */
  parenthesised(): readonly Token[] {
    this.expect('(')
    const start = this.at
    for (let depth = 1; ; this.at++) {
      const key = this.token?.key
      if (this.token === undefined) this.fail('a parenthesis is not closed')
      if (key === '(') depth++
      else if (key === ')' && --depth === 0) break
    }
    const inside = this.tokens.slice(start, this.at)
    this.at++
    return inside
  }

  /** All tokens that are left. */
  rest(): readonly Token[] {
    const rest = this.tokens.slice(this.at)
    this.at = this.tokens.length
    return rest
  }

  end(): void {
    while (this.take(';')) {}
    if (this.token !== undefined) this.fail('unexpected text')
  }

  fail(reason: string, token: Token | undefined = this.token): never {
    const place =
      token === undefined ? 'at the end' : `at ${JSON.stringify(this.sql.slice(token.start, token.start + 30))}`
    throw new DdlError(`${reason} ${place}`)
  }

  expression(tokens: readonly Token[]): Expression {
    const first = tokens[0]
    const last = tokens.at(-1)
    if (first === undefined || last === undefined) this.fail('expected an expression')
    return { text: this.sql.slice(first.start, last.end), normal: normalForm(tokens) }
  }
}

/** Splits a token run at its commas, not looking into parentheses. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.key === '(') depth++
    else if (token.key === ')') depth--
    if (token.key === ',' && depth === 0) parts.push([])
    else parts.at(-1)!.push(token)
  }
  return parts
}
