import { type SqliteVersion, writeVersion } from '../model/sqlite-version.ts'
import type { StepKind } from '../plan/step.ts'
import type { Plan } from '../prove/plan.ts'
import { formatStep } from './format-sql.ts'
import { neededVersion, orLater, usualVersion } from './needed-version.ts'
import { printable } from './printable.ts'
import { writeGuards } from './script-guards.ts'

export interface ScriptOptions {
  readonly database: string
  readonly target: string
  /** The way back instead of the way there. */
  readonly reverse: boolean
  /** The SQLite that the script is for, where somebody has said so: it then stops on an older one. */
  readonly version?: SqliteVersion
}

/**
 * A plan as a script that `sqlite3 -bail FILE < script` runs to the same result as applying it. On another schema than its
 * own, or an older SQLite, it stops before its first change.
 */
export function planToScript(plan: Plan, { database, target, reverse, version }: ScriptOptions): string {
  const [first, second] = reverse ? [target, database] : [database, target]
  const steps = reverse ? plan.reverse.steps : plan.steps
  const title = `${printable(first)} → ${printable(second)}`
  if (steps.length === 0) {
    const impossible = reverse && plan.reverse.kind === 'impossible'
    return `-- ${title}\n-- ${impossible ? `impossible: ${explainReverse(plan)}` : 'in sync: nothing to do'}\n`
  }
  const [from, to] = reverse ? [plan.to, plan.from] : [plan.from, plan.to]
  const warnings = reverse && plan.reverse.kind !== 'exact' ? [`-- ${plan.reverse.kind}: ${explainReverse(plan)}`] : []
  const needed = Math.max(neededVersion(plan, reverse), version ?? 0)
  const guards = writeGuards({ title, version: needed, details: plan.details, back: reverse })
  return [
    '.bail on',
    `-- ${title}`,
    `-- from schema ${from} to ${to}`,
    `-- for SQLite ${writeVersion(version ?? usualVersion)}; needs ${orLater(needed)}`,
    '-- run it with: sqlite3 -bail FILE < script',
    '-- where it stops nothing is changed, and a session that stays open has to ROLLBACK',
    ...warnings,
    ...(steps.some((step) => step.kind === 'edit-catalog') ? ['.dbconfig defensive off'] : []),
    'PRAGMA foreign_keys = OFF;',
    'BEGIN IMMEDIATE;',
    '-- does nothing inside the transaction; where BEGIN has failed, the guards see it',
    'PRAGMA foreign_keys = ON;',
    'SAVEPOINT _schema_script;',
    'PRAGMA legacy_alter_table = ON;',
    '\n-- what has to hold before anything is changed',
    ...guards.before.map(terminated),
    ...steps.map((step) => `\n-- ${printable(step.why)}\n${inItsMode(step.kind, terminated(formatStep(step)))}`),
    '\n-- what has to hold before anything is committed',
    ...guards.after.map(terminated),
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
