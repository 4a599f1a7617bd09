import type { StepKind } from '../plan/step.ts'
import type { Plan } from '../prove/plan.ts'
import { formatStep } from './format-sql.ts'
import { printable } from './printable.ts'

export interface ScriptOptions {
  readonly database: string
  readonly target: string
  /** The way back instead of the way there. */
  readonly reverse: boolean
}

/** The oldest SQLite that every step runs on: DROP COLUMN came with 3.35. */
const oldestVersion = '3.35'

/** A plan as a script that `sqlite3 -bail FILE < script` runs to the same result as applying it. */
export function planToScript(plan: Plan, { database, target, reverse }: ScriptOptions): string {
  const [first, second] = reverse ? [target, database] : [database, target]
  const steps = reverse ? plan.reverse.steps : plan.steps
  const head = `-- ${printable(first)} → ${printable(second)}`
  if (steps.length === 0) return `${head}\n-- in sync: nothing to do\n`
  const [from, to] = reverse ? [plan.to, plan.from] : [plan.from, plan.to]
  const warnings = reverse && plan.reverse.kind !== 'exact' ? [`-- ${plan.reverse.kind}: ${explainReverse(plan)}`] : []
  return [
    head,
    `-- from schema ${from} to ${to}; needs SQLite ${oldestVersion} or later`,
    '-- run it with: sqlite3 -bail FILE < script',
    ...warnings,
    '.bail on',
    'PRAGMA foreign_keys = OFF;',
    'PRAGMA legacy_alter_table = ON;',
    'BEGIN IMMEDIATE;',
    ...steps.map((step) => `\n-- ${printable(step.why)}\n${inItsMode(step.kind, terminated(formatStep(step)))}`),
    '',
    'COMMIT;',
    '',
  ].join('\n')
}

/** A rename rewrites what refers to the renamed thing only outside the legacy mode. */
function inItsMode(kind: StepKind, sql: string): string {
  if (kind !== 'rename-table' && kind !== 'rename-column') return sql
  return `PRAGMA legacy_alter_table = OFF;\n${sql}\nPRAGMA legacy_alter_table = ON;`
}

/**
 * A text may end in a comment, which would swallow a semicolon on the same line. Of each line the shell takes off a CR before
 * the LF (local_getline in its shell.c): where there are two, one stays.
 */
function terminated(sql: string): string {
  const end = sql.split('\n').at(-1)!.includes('--') ? '\n;' : ';'
  return (sql + end).replaceAll('\r\n', '\r\r\n')
}

function explainReverse({ reverse }: Plan): string {
  return [...reverse.losses, ...reverse.reasons].map(printable).join('; ')
}
