import { tokenize } from './token.ts'

/** The comments of a text, as written, without the spaces around them. */
export function commentsIn(sql: string): readonly string[] {
  const ends = [...tokenize(sql).map(({ start, end }) => ({ start, end })), { start: sql.length, end: sql.length }]
  return ends.flatMap(({ start }, index) => {
    const gap = sql.slice(ends[index - 1]?.end ?? 0, start)
    return (gap.match(/--[^\n]*|\/\*[\s\S]*?(\*\/|$)/g) ?? []).map((comment) => comment.trim())
  })
}
