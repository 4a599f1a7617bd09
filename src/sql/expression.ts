import { tokenize } from './token.ts'

/** Whether a text, put into parentheses, stays one expression: nothing in it closes them or starts another statement. */
export function isSingleExpression(text: string): boolean {
  let depth = 0
  for (const token of tokenize(text)) {
    if (token.kind === 'illegal' || token.key === ';') return false
    if (token.key === '(') depth++
    if (token.key === ')' && --depth < 0) return false
  }
  return depth === 0 && text.trim() !== ''
}
