import { ConvergeError } from '../model/error.ts'
import { splitStatements } from '../sql/split-statements.ts'
import type { DdlStatement } from './read-ddl.ts'

/** Schema statements that a script may hold; those of a transaction around them are passed over. */
const allowed = new Set(['CREATE', 'ALTER', 'DROP'])
const passedOver = new Set(['BEGIN', 'COMMIT', 'END', 'PRAGMA', 'ANALYZE'])

/**
 * The statements of a `.sql` target.
 *
 * @param name What the script is called in messages.
 * @throws ConvergeError `target-invalid` where a statement is none of a schema.
 */
export function scriptStatements(script: string, name: string): readonly DdlStatement[] {
  const statements: DdlStatement[] = []
  for (const { sql, line, words } of splitStatements(script)) {
    const [first = '', second = ''] = words
    const label = `${name}:${line}`
    if (passedOver.has(first)) continue
    const isTemporary = second === 'TEMP' || second === 'TEMPORARY' || (words.includes('.') && words.includes('TEMP'))
    if (!allowed.has(first) || isTemporary) {
      const what = allowed.has(first) ? `${first} ${second}` : first || sql.slice(0, 20)
      throw new ConvergeError('target-invalid', `${label}: ${what} is not a statement of a schema`, {
        objects: [label],
        advice: ['a target says what the schema is: CREATE, ALTER and DROP statements only'],
      })
    }
    statements.push({ sql, label })
  }
  return statements
}
