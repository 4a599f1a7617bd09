import { foldName } from '../model/name.ts'
import { commentsIn } from './comments.ts'
import { nameOf, type Token, tokenize } from './token.ts'

const constraints = new Set(['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'])

/**
 * A CREATE TABLE with the definitions of its columns in another order, each as it is written. Undefined where comments stand among
 * them, which nobody could tell what they are about.
 *
 * @param names All of its columns, in the order that is wanted.
 */
export function orderColumns(sql: string, names: readonly string[]): string | undefined {
  const definitions = columnDefinitions(sql)
  const [first, last] = [definitions[0], definitions.at(-1)]
  if (first === undefined || last === undefined || definitions.length !== names.length) return undefined
  if (commentsIn(sql.slice(first.start, last.end)).length > 0) return undefined
  const byName = new Map(definitions.map((one) => [foldName(one.name), sql.slice(one.start, one.end)]))
  let ordered = sql.slice(0, first.start)
  for (const [index, { end }] of definitions.entries()) {
    const text = byName.get(foldName(names[index]!))
    if (text === undefined) return undefined
    ordered += text + sql.slice(end, definitions[index + 1]?.start ?? sql.length)
  }
  return ordered
}

interface Definition {
  readonly name: string
  readonly start: number
  readonly end: number
}

function columnDefinitions(sql: string): readonly Definition[] {
  const tokens = tokenize(sql)
  const definitions: Definition[] = []
  let depth = 0
  let part: Token[] = []
  for (const token of tokens.slice(tokens.findIndex(({ key }) => key === '('))) {
    if (token.key === ')') depth--
    const isEnd = depth === 0 || (depth === 1 && token.key === ',')
    if (isEnd && part.length > 0) {
      // What begins the constraints of the table ends its columns.
      if (part[0]!.kind === 'word' && constraints.has(part[0]!.key)) return definitions
      definitions.push({ name: nameOf(part[0]!), start: part[0]!.start, end: part.at(-1)!.end })
      part = []
    } else if (depth >= 1) part.push(token)
    if (depth === 0 && token.key === ')') return definitions
    if (token.key === '(') depth++
  }
  return definitions
}
