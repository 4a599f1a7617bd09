import { foldName } from '../model/name.ts'
import { deepest, type Expanded, type Part, readWith, type Scope } from './expansions.ts'
import { keywords } from './keywords.ts'
import { closingOf } from './normal.ts'
import { nameOf, type Token, tokenize } from './token.ts'

type Text = Pick<Part, 'tokens' | 'closers'> & { readonly sql: string }

/** A query: a view, a part of WITH, or what stands in parentheses. */
interface Query {
  /** Names that are given to its columns. */
  readonly names: readonly string[]
  readonly cores: readonly Core[]
  readonly sizes: Map<string, number>
  total?: number
  isBusy?: boolean
}

/** One SELECT of a query. */
interface Core {
  /** Its columns, each with the names it may be called by, and the names it reads. */
  readonly items: { readonly names: readonly string[]; readonly reads: readonly string[] }[]
  hasStar: boolean
  /** What stands behind its FROM; a name can mean several. */
  readonly sources: (() => readonly Query[])[]
  /** Those of them, and of its expressions, that nobody else counts. */
  readonly inner: (() => readonly Query[])[]
  readonly reads: string[]
  /** Its rows are made before they are read, and what reads them is no expression over its own. */
  isApart: boolean
}

/** Queries in parentheses in queries in parentheses: nobody writes so many. */
const mostNested = 64

const endsItems = new Set('WHERE GROUP HAVING ORDER LIMIT UNION EXCEPT INTERSECT'.split(' '))
const startsQuery = new Set(['SELECT', 'WITH', 'VALUES'])

/**
 * How many names SQLite resolves for each text, once it has put the expressions of a view's columns where they are read: 20 views
 * which each add a column of the one before to itself are a million. It never counts less than SQLite makes of it.
 * https://www.sqlite.org/optoverview.html#subquery_flattening
 */
export function countGrowth<T extends Expanded>(texts: readonly T[]): ReadonlyMap<T, number> {
  const views = new Map<string, Query[]>()
  let nesting = 0
  const queries = texts.map(({ name, sql, isView }) => {
    const tokens = tokenize(sql)
    const text: Text = { sql, tokens, closers: closingOf(tokens) }
    const as = tokens.findIndex((token) => token.key === 'AS')
    const list = isView && tokens[as - 1]?.key === ')' ? tokens.slice(0, as - 1) : []
    const from = list.findIndex((token) => token.key === '(')
    const names = from < 0 ? [] : listed(list.slice(from + 1))
    const query = readQuery(text, isView ? as + 1 : 0, tokens.length, undefined, names)
    if (isView) views.set(foldName(name), [...(views.get(foldName(name)) ?? []), query])
    return query
  })
  return new Map(texts.map((text, index) => [text, totalOf(queries[index]!, 0)]))

  function readQuery(
    text: Text,
    start: number,
    end: number,
    outer: Scope | undefined,
    names: readonly string[],
  ): Query {
    const { tokens, closers } = text
    const cores: Core[] = []
    if (nesting > mostNested) return { names, cores, sizes: new Map(), total: Number.POSITIVE_INFINITY }
    nesting++
    let scope = outer
    for (let at = start; at < end; at++) {
      const { key } = tokens[at]!
      const list = key === 'WITH' ? readWith(tokens, closers, at, scope) : undefined
      if (list !== undefined) {
        scope = list.scope
        at = list.end - 1
      } else if (key === 'SELECT') at = readCore(text, at + 1, end, scope, cores) - 1
      else if (key === '(' && startsQuery.has(tokens[at + 1]?.key ?? '')) {
        const inside = readQuery(text, at + 1, closers[at]!, scope, [])
        cores.push({ ...emptyCore(), inner: [() => [inside]] })
        at = closers[at]!
      } else if (key === ';') scope = outer
    }
    nesting--
    return { names, cores, sizes: new Map() }
  }

  /** Reads a SELECT, and says where it ends. */
  function readCore(text: Text, start: number, end: number, scope: Scope | undefined, cores: Core[]): number {
    const { tokens, closers, sql } = text
    const core = emptyCore()
    cores.push(core)
    let phase: 'items' | 'from' | 'rest' = 'items'
    let due = false
    let depth = 0
    let from = start
    const finish = (to: number): void => {
      const run = tokens.slice(from, to)
      const last = run.at(-1)
      if (last === undefined) return
      if (last.key === '*' && (run.length === 1 || run.at(-2)?.key === '.')) core.hasStar = true
      const written = sql.slice(run[0]!.start, last.end)
      core.items.push({ names: [foldName(nameOf(last)), foldName(written)], reads: readsOf(withoutAlias(run)) })
    }
    let at = start
    if (tokens[at]?.key === 'DISTINCT') core.isApart = true
    for (; at < end; at++) {
      const token = tokens[at]!
      const { key, kind } = token
      if (key === ';' || key === 'UNION' || key === 'EXCEPT' || key === 'INTERSECT') break
      if (key === '(') {
        const isTable = phase === 'from' && due && depth === 0
        if (startsQuery.has(tokens[at + 1]?.key ?? '')) {
          const inside = readQuery(text, at + 1, closers[at]!, scope, [])
          if (isTable) core.sources.push(() => [inside])
          else if (phase !== 'items') core.reads.push(...readsOf(tokens.slice(at + 1, closers[at])))
          core.inner.push(() => [inside])
          at = closers[at]!
          due = false
          // Tables in parentheses are tables like others.
        } else if (!isTable) depth++
      } else if (key === ')') depth = Math.max(0, depth - 1)
      else if (depth > 0) {
        if (phase !== 'items') core.reads.push(...readsOf([token]))
      } else if (key === ',' && phase === 'items') {
        finish(at)
        from = at + 1
      } else if (key === 'FROM' && (at === start || tokens[at - 1]?.key !== 'DISTINCT')) {
        if (phase === 'items') finish(at)
        phase = 'from'
        due = true
      } else if (endsItems.has(key)) {
        if (phase === 'items') finish(at)
        if (key === 'GROUP') core.isApart = true
        phase = 'rest'
      } else if (phase === 'from' && (key === ',' || key === 'JOIN')) due = true
      else if (phase === 'from' && due && (kind === 'word' || kind === 'quoted' || kind === 'string')) {
        if (tokens[at + 1]?.key === '.') at += 2
        addSource(core, text, tokens[at], scope)
        due = false
      } else if (phase !== 'items') core.reads.push(...readsOf([token]))
    }
    if (phase === 'items') finish(at)
    return at
  }

  function addSource(core: Core, text: Text, token: Token | undefined, scope: Scope | undefined): void {
    if (token === undefined) return
    const name = foldName(nameOf(token))
    for (let one = scope; one !== undefined; one = one.outer) {
      const part = one.parts.get(name)
      if (part === undefined) continue
      const query = (): readonly Query[] => [queryOf(part, text)]
      core.sources.push(query)
      core.inner.push(query)
      return
    }
    core.sources.push(() => views.get(name) ?? [])
  }

  function queryOf(part: Part, text: Text): Query {
    const known = parts.get(part)
    if (known !== undefined) return known
    const query = readQuery(text, part.start, part.end, part.scope, namesOf(part))
    parts.set(part, query)
    return query
  }

  function totalOf(query: Query, depth: number): number {
    if (query.total !== undefined) return query.total
    if (query.isBusy) return 0
    if (depth > deepest) return Number.POSITIVE_INFINITY
    query.isBusy = true
    let total = 0
    for (const core of query.cores) {
      for (const item of core.items) total += sizeOfReads(core, item.reads, depth)
      total += sizeOfReads(core, core.reads, depth)
      for (const inner of core.inner) for (const one of inner()) total += totalOf(one, depth + 1)
    }
    query.isBusy = false
    query.total = total
    return total
  }

  function sizeOfReads(core: Core, reads: readonly string[], depth: number): number {
    let size = 1
    for (const name of reads) size += sizeIn(core, name, depth)
    return size
  }

  /** How large a column is that a SELECT finds behind its FROM. */
  function sizeIn(core: Core, name: string, depth: number): number {
    return Math.max(0, ...core.sources.flatMap((source) => source().map((query) => sizeOf(query, name, depth + 1))))
  }

  function sizeOf(query: Query, name: string, depth: number): number {
    const known = query.sizes.get(name)
    if (known !== undefined) return known
    if (depth > deepest) return Number.POSITIVE_INFINITY
    query.sizes.set(name, 0)
    const first = query.cores[0]
    const named = query.names.indexOf(name)
    const place = named >= 0 ? named : (first?.items.findIndex((item) => item.names.includes(name)) ?? -1)
    let size = 0
    for (const core of query.cores) {
      const item = core.items[place]
      // Behind a star nobody knows the places.
      const items = core.hasStar && named >= 0 ? core.items : item === undefined ? [] : [item]
      for (const one of items) size = Math.max(size, core.isApart ? 1 : sizeOfReads(core, one.reads, depth))
      if (core.hasStar && !core.isApart) size = Math.max(size, sizeIn(core, name, depth))
    }
    query.sizes.set(name, size)
    return size
  }
}

const parts = new WeakMap<Part, Query>()

function emptyCore(): Core {
  return { items: [], hasStar: false, sources: [], inner: [], reads: [], isApart: false }
}

/** A column without the name that it is given: `x AS y`, or `x y`. */
function withoutAlias(run: readonly Token[]): readonly Token[] {
  const [before, last] = [run.at(-2), run.at(-1)]
  if (before === undefined || last === undefined || last.kind === 'operator') return run
  if (before.key === 'AS') return run.slice(0, -2)
  const endsOperand =
    before.kind === 'operator' ? before.key === ')' : !keywords.has(before.key) || before.key === 'END'
  return endsOperand ? run.slice(0, -1) : run
}

/** The names that a text reads; those of functions are none. */
function readsOf(run: readonly Token[]): readonly string[] {
  return run.flatMap((token, at) =>
    token.kind === 'quoted' || (token.kind === 'word' && run[at + 1]?.key !== '(') ? [foldName(nameOf(token))] : [],
  )
}

function listed(run: readonly Token[]): readonly string[] {
  return run.flatMap((token) => (token.kind === 'operator' ? [] : [foldName(nameOf(token))]))
}

/** The columns that a part of WITH names: `c (x, y) AS (…)`. */
function namesOf({ tokens, start }: Part): readonly string[] {
  let as = start - 2
  while (tokens[as]?.key === 'NOT' || tokens[as]?.key === 'MATERIALIZED') as--
  if (tokens[as - 1]?.key !== ')') return []
  let open = as - 2
  while (open > 0 && tokens[open]!.key !== '(') open--
  return listed(tokens.slice(open + 1, as - 1))
}
