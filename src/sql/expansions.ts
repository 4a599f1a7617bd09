import { foldName } from '../model/name.ts'
import { closingOf } from './normal.ts'
import { nameOf, type Token, tokenize } from './token.ts'

/** A text that names views: a view's own, or a trigger's. */
export interface Expanded {
  readonly name: string
  readonly sql: string
  readonly isView: boolean
}

/** WITH: its parts, and those of the WITH around it. */
export interface Scope {
  readonly parts: ReadonlyMap<string, Part>
  readonly outer: Scope | undefined
}

/** A view, or a part of a WITH: what its name stands for, as a range of tokens. */
export interface Part {
  readonly tokens: readonly Token[]
  readonly closers: readonly number[]
  readonly start: number
  readonly end: number
  readonly scope: Scope | undefined
  count?: number
  isBusy?: boolean
}

/** What is known of the inside of a parenthesis, or of the whole. */
interface Level {
  scope: Scope | undefined
  /** Whether a comma separates tables. */
  inFrom: boolean
}

/** Names in names in names, further than which nothing is followed. */
export const deepest = 1_000

const namesTable = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'IN'])
const endsFrom = new Set('SELECT VALUES WHERE GROUP HAVING ORDER LIMIT UNION EXCEPT INTERSECT SET'.split(' '))

/**
 * How many SELECTs SQLite compiles for each text. Wherever a view is named, or a part of a WITH, its query is put there and
 * compiled anew, so that 20 views which each join the one before twice are a million: and a statement that is being compiled
 * can't be interrupted. It never counts less than SQLite compiles; Infinity stands for what is too deep to be followed.
 */
export function countExpansions<T extends Expanded>(texts: readonly T[]): ReadonlyMap<T, number> {
  const views = new Map<string, Part[]>()
  const parts = texts.map((text) => {
    const tokens = tokenize(text.sql)
    const part: Part = { tokens, closers: closingOf(tokens), start: 0, end: tokens.length, scope: undefined }
    if (text.isView) views.set(foldName(text.name), [...(views.get(foldName(text.name)) ?? []), part])
    return part
  })
  return new Map(texts.map((text, index) => [text, countPart(parts[index]!, 0)]))

  function countPart(part: Part, depth: number): number {
    if (part.count !== undefined) return part.count
    // SQLite ends at a circle.
    if (part.isBusy) return 1
    if (depth > deepest) return Number.POSITIVE_INFINITY
    part.isBusy = true
    part.count = countRange(part, depth)
    part.isBusy = false
    return part.count
  }

  function countRange({ tokens, closers, start, end, scope }: Part, depth: number): number {
    let count = 0
    /** Whether the name of a table is next. */
    let due = false
    let level: Level = { scope, inFrom: false }
    const levels: Level[] = []
    for (let at = start; at < end; at++) {
      const { key, kind } = tokens[at]!
      const before = tokens[at - 1]?.key
      const list = key === 'WITH' ? readWith(tokens, closers, at, level.scope) : undefined
      if (list !== undefined) {
        level.scope = list.scope
        at = list.end - 1
        due = false
      } else if (key === '(') {
        levels.push(level)
        level = { scope: level.scope, inFrom: due && before !== 'IN' }
        due = level.inFrom
      } else if (key === ')') {
        level = levels.pop() ?? level
        due = false
      } else if (key === ';') {
        level = { scope, inFrom: false }
        due = false
      } else if (endsFrom.has(key)) {
        if (key === 'SELECT' || key === 'VALUES') count++
        level.inFrom = false
        due = false
      } else if (namesTable.has(key)) {
        // `IS DISTINCT FROM` compares.
        if (key === 'FROM' && before === 'DISTINCT') continue
        if (key === 'FROM' || key === 'JOIN') level.inFrom = true
        due = true
      } else if (key === ',') due = level.inFrom
      else if (due && key === 'OR') at++
      else if (due && (kind === 'word' || kind === 'quoted' || kind === 'string')) {
        if (tokens[at + 1]?.key === '.') at += 2
        count += countNamed(tokens[at], level.scope, depth)
        due = false
      }
    }
    return count
  }

  function countNamed(token: Token | undefined, scope: Scope | undefined, depth: number): number {
    if (token === undefined) return 0
    const name = foldName(nameOf(token))
    for (let one = scope; one !== undefined; one = one.outer) {
      const part = one.parts.get(name)
      if (part !== undefined) return countPart(part, depth + 1)
    }
    return Math.max(0, ...(views.get(name) ?? []).map((part) => countPart(part, depth + 1)))
  }
}

/** The parts of the WITH at `at`, and where its statement begins; undefined where it is a name. */
export function readWith(
  tokens: readonly Token[],
  closers: readonly number[],
  at: number,
  outer: Scope | undefined,
): { readonly scope: Scope; readonly end: number } | undefined {
  const parts = new Map<string, Part>()
  const scope: Scope = { parts, outer }
  let next = at + 1
  if (tokens[next]?.key === 'RECURSIVE') next++
  for (;;) {
    const name = tokens[next++]
    if (name === undefined || name.kind === 'operator') return undefined
    if (tokens[next]?.key === '(') next = closers[next]! + 1
    if (tokens[next++]?.key !== 'AS') return undefined
    if (tokens[next]?.key === 'NOT') next++
    if (tokens[next]?.key === 'MATERIALIZED') next++
    if (tokens[next]?.key !== '(') return undefined
    const end = closers[next]!
    parts.set(foldName(nameOf(name)), { tokens, closers, start: next + 1, end, scope })
    next = end + 1
    if (tokens[next]?.key !== ',') return { scope, end: next }
    next++
  }
}
