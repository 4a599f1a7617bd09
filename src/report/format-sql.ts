import { format } from 'sql-formatter'
import type { Step, StepKind } from '../plan/step.ts'
import { tokenize } from '../sql/token.ts'

/** Steps whose text is ours throughout; in all others stands what the user wrote, which is shown as it is. */
const ours: ReadonlySet<StepKind> = new Set<StepKind>(['copy-rows', 'keep-sequence', 'keep-statistics'])

/**
 * A step's SQL, laid out for people. What is run is never this text, except by who pipes it into a shell: so it is shown
 * only if it has token for token the statement's meaning, and the raw text otherwise.
 */
export function formatStep(step: Step): string {
  if (!ours.has(step.kind)) return step.sql
  try {
    const pretty = format(step.sql, { language: 'sqlite', keywordCase: 'preserve', expressionWidth: 100 })
    return sameTokens(pretty, step.sql) ? pretty : step.sql
  } catch {
    // sql-formatter does not know all of SQLite's SQL.
    return step.sql
  }
}

function sameTokens(a: string, b: string): boolean {
  const texts = (sql: string): string => JSON.stringify(tokenize(sql).map((token) => token.text))
  return texts(a) === texts(b)
}
