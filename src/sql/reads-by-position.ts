import { foldName } from '../model/name.ts'
import { nameOf, type Token, tokenize } from './token.ts'

/**
 * Whether what a text gives or writes depends on how the columns of a table stand: a `*` that is handed on, or an INSERT
 * that lists no columns. Unlike `readsInOrder`, which errs on the safe side, it is meant to be said to people.
 */
export function readsByPosition(sql: string, table: string): boolean {
  const tokens = tokenize(sql)
  const depths = depthsOf(tokens)
  const stars = tokens.flatMap((_, at) => (isStar(tokens, at) ? [at] : []))
  // What a query inside takes whole, the one around it has to take whole too, or to name.
  const handsOn = stars.some((at) => depths[at] === 0)
  return (
    (handsOn && stars.some((at) => standsFor(tokens, depths, at, table))) ||
    tokens.some((_, at) => insertsWithoutList(tokens, at, table))
  )
}

/** How many parentheses are open at each token. */
function depthsOf(tokens: readonly Token[]): readonly number[] {
  let depth = 0
  return tokens.map(({ key }) => {
    if (key === ')') depth--
    const own = depth
    if (key === '(') depth++
    return own
  })
}

/** A `*` that stands for columns. `EXISTS (SELECT * …)` asks for rows only. */
function isStar(tokens: readonly Token[], at: number): boolean {
  if (tokens[at]!.key !== '*') return false
  const before = tokens[at - 1]?.key ?? ''
  return ['SELECT', ',', '.', 'DISTINCT', 'ALL'].includes(before) && tokens[at - 3]?.key !== 'EXISTS'
}

function standsFor(tokens: readonly Token[], depths: readonly number[], at: number, table: string): boolean {
  const sources = sourcesOf(tokens, depths, at)
  const isTable = (source: number): boolean => isName(tokens[source], table)
  if (tokens[at - 1]!.key !== '.') return sources.some(isTable)
  const qualifier = nameOf(tokens[at - 2]!)
  return sources.some(
    (source) => isTable(source) && [table, aliasOf(tokens, source)].some((name) => same(name, qualifier)),
  )
}

const endsFrom = new Set('WHERE GROUP HAVING WINDOW ORDER LIMIT UNION INTERSECT EXCEPT ;'.split(' '))

/** The places of the names between the FROM of the query that a `*` is in, and its end; a query inside has its own. */
function sourcesOf(tokens: readonly Token[], depths: readonly number[], star: number): readonly number[] {
  const own = depths[star]!
  const isOwn = (at: number): boolean => depths[at] === own
  const rest = tokens.map((_, at) => at).slice(star)
  const end = rest.find((at) => depths[at]! < own || (isOwn(at) && endsFrom.has(tokens[at]!.key))) ?? tokens.length
  const from = rest.find((at) => isOwn(at) && tokens[at]!.key === 'FROM') ?? end
  return rest.filter((at) => at > from && at < end && isOwn(at))
}

function aliasOf(tokens: readonly Token[], table: number): string {
  const next = tokens[table + 1]
  const alias = next?.key === 'AS' ? tokens[table + 2] : next
  return alias === undefined ? '' : nameOf(alias)
}

function insertsWithoutList(tokens: readonly Token[], at: number, table: string): boolean {
  if (tokens[at]!.key !== 'INTO' || !isName(tokens[at + 1], table)) return false
  const next = tokens[at + 2]?.key === 'AS' ? at + 4 : at + 2
  return !['(', 'DEFAULT'].includes(tokens[next]?.key ?? '')
}

function isName(token: Token | undefined, name: string): boolean {
  return token !== undefined && same(nameOf(token), name)
}

function same(a: string, b: string): boolean {
  return foldName(a) === foldName(b)
}
