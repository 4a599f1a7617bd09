import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { convergeSync } from 'sqlite-converge'
import { expect, test } from 'vitest'
import { scriptPath } from '../library/script-path.ts'
import { makeNotes, notes, startOther } from './scene.ts'

const writers = 4

test.for(['wal', 'delete'])(
  'no write that was acknowledged is missing in a backup, in journal mode %s',
  { timeout: 180_000 },
  async (mode) => {
    const folder = mkdtempSync(join(tmpdir(), 'schema-test-'))
    const path = join(folder, 'app.db')
    makeNotes(path, { rows: 20_000, mode }).close()
    const log = (n: number): string => join(folder, `writer-${n}.log`)
    const others = await Promise.all(Array.from({ length: writers }, (_, n) => startOther(path, writer(n, log(n)))))
    const moreInLogs = async (): Promise<void> => {
      const lengths = (): readonly number[] => Array.from({ length: writers }, (_, n) => statSync(log(n)).size)
      const start = lengths()
      while (lengths().every((length, n) => length === start[n]))
        await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await moreInLogs()

    // Every row that is there when the lock is taken, and no other, is given an era by the plan.
    const to = scriptPath(notes.replace('n INTEGER', "n INTEGER, era TEXT NOT NULL DEFAULT 'after'"))
    const backfills = [{ table: 'notes', column: 'era', expression: "'before'" }]
    const { backup } = convergeSync(path, to, { backup: true, backfills, lockTimeout: 120 })
    await moreInLogs()
    await Promise.all(others.map((other) => other.end()))

    const texts = (file: string, where: string): readonly string[] => {
      const db = new Database(file)
      const rows = db.prepare(`SELECT text FROM notes WHERE ${where} ORDER BY 1`).pluck().all() as string[]
      db.close()
      return rows
    }
    const acknowledged = Array.from({ length: writers }, (_, n) => readFileSync(log(n), 'utf8').split('\n')).flatMap(
      (lines) => lines.slice(0, -1),
    )
    const [before, after] = [texts(path, "era = 'before'"), texts(path, "era = 'after'")]
    const saved = texts(backup!.path, 'true')
    console.info(
      `${mode}: ${acknowledged.length} acknowledged, ${saved.length - 20_000} of them before, ${after.length} after`,
    )
    expect(saved).toEqual(before)
    const live = new Set([...before, ...after])
    expect(acknowledged.filter((text) => !live.has(text))).toEqual([])
    expect(saved.length).toBeGreaterThan(20_000)
    expect(after.length).toBeGreaterThan(0)
    rmSync(folder, { recursive: true, force: true })
  },
)

/** Writes a row after the other, and each into its log when it was told that the row is committed. */
function writer(n: number, log: string): string {
  return `
    const { appendFileSync } = require('node:fs')
    db.pragma('busy_timeout = 120000')
    const insert = db.prepare('INSERT INTO notes (text, n) VALUES (?, 1)')
    let i = 0
    const write = () => {
      const text = 'writer ${n}, ' + i++
      insert.run(text)
      appendFileSync(${JSON.stringify(log)}, text + '\\n')
      // SQLite's locks are not fair: who never pauses can keep all others waiting.
      setTimeout(write, 3)
    }
    write()
    console.log()`
}
