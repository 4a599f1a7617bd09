import { ConvergeError } from '../model/error.ts'
import { isSingleExpression } from '../sql/expression.ts'
import { nameOf, type Token, tokenize } from '../sql/token.ts'

/** `--rename users.name=full_name`, `--rename old_table=new_table`. */
export interface ParsedRename {
  readonly table: string
  readonly column?: string
  readonly to: string
}

/**
 * Reads a value of `--rename`; names are written as in SQL, with quotes where they need some.
 *
 * @throws ConvergeError `usage`
 */
export function parseRename(text: string): ParsedRename {
  const { names, rest } = readAssignment(text) ?? malformed('rename', text)
  const [to, ...more] = tokenize(rest)
  const [table, column, ...others] = names
  if (to === undefined || !isName(to) || more.length > 0 || others.length > 0) return malformed('rename', text)
  return { table: table!, ...(column !== undefined && { column }), to: nameOf(to) }
}

/** `--fill users.name='nobody'`. */
export interface ParsedFill {
  readonly table: string
  readonly column: string
  readonly expression: string
}

/**
 * Reads a value of `--fill` or `--using`: a column, and the SQL expression for its rows.
 *
 * @throws ConvergeError `usage`
 */
export function parseFill(text: string, option: 'fill' | 'using'): ParsedFill {
  const { names, rest } = readAssignment(text) ?? malformed(option, text)
  const [table, column, ...others] = names
  if (column === undefined || others.length > 0 || !isSingleExpression(rest)) return malformed(option, text)
  return { table: table!, column, expression: rest.trim() }
}

const forms = {
  rename: 'write --rename TABLE.COLUMN=NEW for a column, --rename TABLE=NEW for a table',
  fill: 'write --fill TABLE.COLUMN=EXPRESSION, such as --fill "users.name=\'nobody\'"',
  using: 'write --using TABLE.COLUMN=EXPRESSION, such as --using "users.age=CAST(age AS INTEGER)"',
} as const

/** `a.b = rest`. */
function readAssignment(text: string): { readonly names: readonly string[]; readonly rest: string } | undefined {
  const tokens = tokenize(text)
  const names: string[] = []
  for (let at = 0; at < tokens.length; at += 2) {
    const [name, mark] = [tokens[at]!, tokens[at + 1]]
    if (!isName(name)) return undefined
    names.push(nameOf(name))
    if (mark?.key === '=') return { names, rest: text.slice(mark.end) }
    if (mark?.key !== '.') return undefined
  }
  return undefined
}

function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted'
}

function malformed(option: 'rename' | 'fill' | 'using', text: string): never {
  throw new ConvergeError('usage', `--${option} ${text} can't be read`, {
    advice: [forms[option], 'a name that is no word goes into double quotes: "a name"'],
  })
}
