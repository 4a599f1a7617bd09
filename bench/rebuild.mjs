import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { measure, printTable } from './measure.mjs'

const before = `CREATE TABLE paths (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, source VARCHAR, target VARCHAR, priority INTEGER,
  performance REAL, made DATETIME, UNIQUE (name))`
const after = before.replace('UNIQUE (name)', 'UNIQUE (name, source)')

/** What a rebuild costs at each level of verification, against the same by hand, which verifies nothing. */
export function benchRebuild({ folder, rows, rounds }) {
  const file = join(folder, 'paths.db')
  const db = new Database(file)
  db.exec(`${before}; CREATE INDEX paths_priority ON paths (priority)`)
  db.exec(`WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO paths SELECT i, 'path ' || (i * 7919 % ${rows * 10 + 1}) || '-' || i, 'source ' || i % 10, 'target ' || i % 100, i % 5, i / 3.0, '2026-01-01' FROM n`)
  db.close()
  const target = join(folder, 'paths.sql')
  writeFileSync(target, `${after};\nCREATE INDEX paths_priority ON paths (priority);\n`)
  const copy = join(folder, 'copy.db')
  const run = (task, ...more) => {
    const runs = Array.from({ length: rounds }, () => {
      copyFileSync(file, copy)
      const measured = measure(task, [copy, target, ...more], 1)
      rmSync(copy)
      return measured
    })
    const times = runs.map((one) => one.milliseconds).sort((a, b) => a - b)
    return { milliseconds: times[Math.floor(rounds / 2)], megabytes: Math.max(...runs.map((one) => one.megabytes)) }
  }
  const byHand = run('rebuild by hand')
  const levels = ['none', 'counts', 'values', 'digest'].map((level) => [
    `converge, --verify ${level}`,
    run('converge', level),
  ])
  const watched = ['converge, watched', 'converge in a process of its own'].map((task) => [
    `${task}, --verify values`,
    run(task, 'values'),
  ])
  const lines = [['by hand, nothing verified', byHand], ...levels, ...watched].map(
    ([what, { milliseconds, megabytes }]) => [
      what,
      `${milliseconds.toFixed(0)} ms`,
      `${(milliseconds / byHand.milliseconds).toFixed(2)}×`,
      `${megabytes.toFixed(0)} MB`,
    ],
  )
  const head = ['', 'time', 'ratio', 'peak memory']
  printTable(
    `Another UNIQUE for a table of ${rows.toLocaleString('en')} rows, planned and applied (median of ${rounds})`,
    [head, ...lines],
  )
}
