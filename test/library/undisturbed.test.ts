import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { ConvergeError, converge, defineSchema, integer, openDatabase, plan, table, text } from 'sqlite-converge'
import { afterAll, beforeAll, expect, test } from 'vitest'

const from = defineSchema({ users: table({ id: integer(), name: text() }).primaryKey(['id']) })
const to = defineSchema({
  users: table({ id: integer(), name: text().notNull().default('') }).primaryKey(['id']),
  posts: table({ id: integer(), title: text() }).primaryKey(['id']).index('posts_by_title', ['title']),
})

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'undisturbed-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A handle for which somebody else converges the file just before a statement; and how many statements there have been. */
async function disturbed(file: string, at: number): Promise<{ handle: Database.Database; count(): number }> {
  await converge(file, from, { create: true })
  const handle = new Database(file)
  const prepare = handle.prepare.bind(handle)
  let statements = 0
  handle.prepare = ((sql: string) => {
    statements += 1
    if (statements === at) {
      const other = new Database(file, { timeout: 0 })
      try {
        // What `to` wants, made by others.
        other.exec(
          "BEGIN IMMEDIATE; DROP TABLE users; CREATE TABLE users (id INTEGER, name TEXT NOT NULL DEFAULT '', PRIMARY KEY (id)); CREATE TABLE posts (id INTEGER, title TEXT, PRIMARY KEY (id)); CREATE INDEX posts_by_title ON posts (title); COMMIT",
        )
      } catch (error) {
        // The lock is ours already, or all is done: then there is nobody to come between.
        if (!/database is locked|posts already exists/.test((error as Error).message)) throw error
      } finally {
        other.close()
      }
    }
    return prepare(sql)
  }) as Database.Database['prepare']
  return { handle, count: () => statements }
}

const ways = {
  plan: (handle) => plan(handle, to),
  'openDatabase, which converges': (handle) => openDatabase(handle, to),
  'openDatabase, which may refuse': (handle) => openDatabase(handle, to, { whenDifferent: 'refuse' }),
} as const satisfies Record<string, (handle: Database.Database) => Promise<unknown>>

test.for(Object.entries(ways))('%s is right, before whichever statement somebody else writes', async ([what, act]) => {
  const outcomes: Record<string, number> = {}
  for (let at = 1; ; at++) {
    const { handle, count } = await disturbed(join(folder, `${what}-${at}.db`), at)
    const outcome = await act(handle).then(
      () => 'done',
      (error) => (error instanceof ConvergeError ? error.code : `${error}`),
    )
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    const isBeyond = count() < at
    handle.close()
    if (isBeyond) break
  }
  // Whoever refuses what differs has seen it in time.
  const expected = what.includes('refuse') ? ['done', 'out-of-sync'] : ['done']
  expect(Object.keys(outcomes).toSorted()).toEqual(expected)
  expect(outcomes.done).toBeGreaterThan(5)
})
