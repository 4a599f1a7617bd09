import { ConvergeError } from '../model/error.ts'
import type { RenameHint } from '../model/renames.ts'
import { type CommentedName, renameComments } from '../sql/rename-comments.ts'
import { splitStatements } from '../sql/split-statements.ts'

/**
 * The renames that comments of a `.sql` target speak of: `-- @renamed from=old`, on the line of a column or of the table's name,
 * or on a line of its own before it.
 *
 * @param name What the script is called in messages.
 * @throws ConvergeError `target-invalid` where such a comment stands at nothing that can be renamed.
 */
export function scriptRenames(script: string, name: string): readonly RenameHint[] {
  if (!script.includes('@renamed')) return []
  const statements = splitStatements(script)
  return statements.flatMap(({ sql, start, line }, index) => {
    const previous = statements[index - 1]
    const end = start + sql.length
    const before = script.slice(
      previous === undefined ? 0 : endOfLine(script, previous.start + previous.sql.length),
      start,
    )
    const behind = script.slice(end, Math.min(endOfLine(script, end), statements[index + 1]?.start ?? script.length))
    return renameComments(`${before}\n${behind}`, sql).map((found) => toHint(found, `${name}:${line}`))
  })
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function toHint({ from, table, column }: CommentedName, label: string): RenameHint {
  if (table === undefined || from === '') {
    throw new ConvergeError('target-invalid', `${label}: a comment @renamed stands at no table and no column`, {
      objects: [label],
      advice: ['write -- @renamed from=OLD behind the column, or behind CREATE TABLE name ('],
    })
  }
  const by = 'declaration'
  return column === undefined ? { table: from, to: table, by } : { table, column: from, to: column, by }
}
