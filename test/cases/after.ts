import type { Database } from 'better-sqlite3'

/** A statement of `after.sql`, and what it must give. */
export interface Question {
  readonly sql: string
  readonly answer: readonly string[]
}

const marker = '-- expect: '

/**
 * Reads an `after.sql`: statements, each followed by its answer, one comment line per row.
 *
 * ```sql
 * SELECT id, name FROM users;
 * -- expect: 1, 'Ada'
 * INSERT INTO users (id) VALUES (1);
 * -- expect: error UNIQUE constraint failed: users.id
 * DELETE FROM users;
 * -- expect: nothing
 * ```
 */
export function parseAfter(script: string, name: string): readonly Question[] {
  const questions: { sql: string; answer: string[] }[] = []
  let sql: string[] = []
  for (const line of script.split('\n')) {
    if (line.startsWith(marker)) {
      if (sql.length > 0) questions.push({ sql: sql.join('\n'), answer: [] })
      sql = []
      if (questions.length === 0) throw new Error(`${name}: after.sql begins with an answer`)
      questions.at(-1)!.answer.push(line.slice(marker.length).trim())
    } else if (line.trim() !== '') sql.push(line)
  }
  if (sql.length > 0) throw new Error(`${name}: after.sql has no answer to ${sql.join(' ')}`)
  return questions
}

/** Puts the questions, in a savepoint that is rolled back: what they write is gone afterwards. */
export function answer(db: Database, questions: readonly Question[]): readonly Question[] {
  db.exec('SAVEPOINT after')
  try {
    return questions.map(({ sql }) => ({ sql, answer: answerOne(db, sql) }))
  } finally {
    db.exec('ROLLBACK TO after; RELEASE after')
  }
}

function answerOne(db: Database, sql: string): readonly string[] {
  try {
    const statement = db.prepare(sql)
    if (!statement.reader) statement.run()
    const rows = statement.reader ? (statement.raw().safeIntegers().all() as unknown[][]) : []
    return rows.length === 0 ? ['nothing'] : rows.map((row) => row.map(literal).join(', '))
  } catch (error) {
    return [`error ${(error as Error).message}`]
  }
}

function literal(value: unknown): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (Buffer.isBuffer(value)) return `x'${value.toString('hex')}'`
  return typeof value === 'number' && Number.isInteger(value) ? value.toFixed(1) : String(value)
}
