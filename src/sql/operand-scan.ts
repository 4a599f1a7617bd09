import type { Token } from './token.ts'

/** Words that stand between two operands. LIKE, GLOB, REGEXP and MATCH are also names, where an operand is due. */
const betweenOperands = new Set(
  'AND OR IS IN LIKE GLOB REGEXP MATCH BETWEEN ESCAPE COLLATE WHEN THEN ELSE DISTINCT FROM'.split(' '),
)
/** Words that stand before an operand, and are never one. */
const beforeOperand = new Set('NOT CASE WHEN DISTINCT FROM EXISTS'.split(' '))
const prefixes = new Set(['-', '+', '~'])

/**
 * Follows an expression token by token and knows where an operand is due. There SQLite takes most keywords for names: in
 * `WHEN begin AND new.end IS NOT glob BEGIN`, only the last BEGIN begins the body. https://www.sqlite.org/lang_keywords.html
 */
export class OperandScan {
  /** How many parentheses are open. */
  depth = 0
  /** Whether the next token is an operand, or stands before one. */
  due = true

  take(token: Token): void {
    const { key, kind } = token
    if (key === '(') {
      this.depth++
      this.due = true
    } else if (key === ')') {
      this.depth--
      this.due = false
    } else if (this.due) this.due = beforeOperand.has(key) || prefixes.has(key)
    else this.due = betweenOperands.has(key) || kind === 'operator'
  }
}
