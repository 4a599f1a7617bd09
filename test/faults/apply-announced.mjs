/**
 * Applies a target to a database, and says on descriptor 3 what it is about to do before each statement, so that somebody who
 * ends this process knows where it was. Every line is a phase, and the time since the start in milliseconds.
 *
 * node apply-announced.mjs DIST DATABASE TARGET fast|plain [LINES]
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'

const [, , dist, path, target, how, last] = process.argv
const { apply, plan } = await import(pathToFileURL(join(dist, 'src/index.js')).href)

const steps = new Map()
let phase = 'planning'
let said = 0
const say = (now) => {
  phase = now
  writeSync(3, `${performance.now().toFixed(1)} ${phase}\n`)
  said += 1
  if (said === Number(last)) process.kill(process.pid, 'SIGKILL')
}

/** What a statement belongs to; what is none of these belongs to what came before it. */
function phaseOf(sql) {
  if (phase === 'planning') return sql.startsWith('PRAGMA foreign_keys = OFF') ? 'before the lock' : phase
  if (sql.startsWith('BEGIN')) return 'taking the lock'
  if (phase === 'taking the lock') return 'checks under the lock'
  if (sql === 'COMMIT') return 'COMMIT'
  if (phase === 'COMMIT') return 'after COMMIT'
  if (sql.includes('"_schema_journal"') && /^(CREATE|INSERT)/.test(sql)) return 'journal'
  if (steps.has(sql)) return steps.get(sql)
  if (phase === 'journal' || phase === 'verify' || !phase.startsWith(`step ${made.steps.at(-1).kind}`)) return phase
  // The pragma before a step belongs to the step before it.
  return sql.startsWith('PRAGMA') ? phase : 'verify'
}

const db = new Database(path, { timeout: 60_000 })
const handle = new Proxy(db, {
  get(target, key) {
    if (key === 'prepare') return prepare
    const value = target[key]
    return typeof value === 'function' ? value.bind(target) : value
  },
})

function prepare(sql) {
  const statement = db.prepare(sql)
  const told =
    (run) =>
    (...params) => {
      say(phaseOf(sql))
      return run.apply(statement, params)
    }
  return {
    reader: statement.reader,
    safeIntegers: (toggle) => statement.safeIntegers(toggle),
    all: told(statement.all),
    run: told(statement.run),
  }
}

const made = await plan(handle, target, { fast: how === 'fast' })
for (const step of made.steps) {
  steps.set(step.sql, `step ${step.kind}`)
  if (step.confirm !== undefined) steps.set(step.confirm, `confirm after ${step.kind}`)
  if (step.compare !== undefined) steps.set(step.compare, `compare before ${step.kind}`)
  // With somebody who watches, rows are copied and compared in parts.
  if (step.ranged !== undefined) steps.set(step.ranged.sql, `step ${step.kind}`)
  if (step.compareRanged !== undefined) steps.set(step.compareRanged.sql, `compare before ${step.kind}`)
}
await apply(handle, made, { onProgress: () => {} })
say('closing')
db.close()
say('done')
