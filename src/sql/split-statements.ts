import { type Token, tokenize } from './token.ts'

/** One statement of a script, with the line it starts on. */
export interface Statement {
  readonly sql: string
  readonly line: number
  /** Where it starts in the script. */
  readonly start: number
  /** Its first words, in upper case: what kind of statement it is. */
  readonly words: readonly string[]
}

/**
 * Splits a script at its semicolons as the sqlite3 shell does: those inside a trigger's body end nothing until the
 * `;` after `END` (https://www.sqlite.org/c3ref/complete.html). Comments between statements are left out.
 */
export function splitStatements(script: string): readonly Statement[] {
  const statements: Statement[] = []
  let run: Token[] = []
  let line = 1
  let counted = 0
  const finish = (): void => {
    const first = run[0]
    if (first === undefined) return
    const sql = script.slice(first.start, run.at(-1)!.end)
    for (; counted < first.start; counted++) if (script[counted] === '\n') line++
    statements.push({ sql, line, start: first.start, words: run.slice(0, 6).map((token) => token.key) })
    run = []
  }
  for (const token of tokenize(script)) {
    if (token.key === ';' && (!isTrigger(run) || (run.at(-1)?.key === 'END' && run.at(-2)?.key === ';'))) finish()
    else run.push(token)
  }
  finish()
  return statements
}

function isTrigger(run: readonly Token[]): boolean {
  if (run[0]?.key !== 'CREATE') return false
  const next = run[1]?.key === 'TEMP' || run[1]?.key === 'TEMPORARY' ? run[2] : run[1]
  return next?.key === 'TRIGGER'
}
