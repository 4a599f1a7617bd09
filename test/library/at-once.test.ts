import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { converge, convergeSync, status } from 'sqlite-converge'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { narrow, wide } from './parent-and-child.ts'

/** Two windows of one application, or two servers, that start at the same time. */
let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'schema-test-'))
  path = join(folder, 'app.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Does something on another connection each time when all is planned, and the lock is still free. */
function meanwhile(work: (time: number) => void): { onProgress: (progress: { phase: string }) => void } {
  let time = 0
  return {
    onProgress: ({ phase }): void => {
      if (phase === 'locking') work(time++)
    },
  }
}

const starts: readonly (readonly [string, () => void])[] = [
  ['used', () => convergeSync(path, narrow, { create: true })],
  ['empty', () => new Database(path).close()],
]

describe.each(starts)('of a database that is %s', (_, make) => {
  test('the second one finds that all is done', async () => {
    make()
    const { plan, id } = await converge(
      path,
      wide,
      meanwhile(() => void convergeSync(path, wide)),
    )
    expect({ inSync: plan.inSync, id }).toEqual({ inSync: true, id: undefined })
    expect((await status(path, wide)).inSync).toBe(true)
  })

  test('what another one has left to do is planned anew, and done', async () => {
    make()
    const { plan, id } = convergeSync(path, wide, {
      allow: ['drop-table'],
      ...meanwhile((time) => {
        if (time === 0) run('CREATE TABLE since (x)')
      }),
    })
    expect(plan.changes.map(({ kind }) => kind)).toContain('drop-table')
    expect(id).toBeDefined()
    expect((await status(path, wide)).inSync).toBe(true)
  })

  test('it gives up where the schema is another one each time', async () => {
    make()
    const times: number[] = []
    const restless = meanwhile((time) => {
      times.push(time)
      run(`CREATE TABLE since_${time} (x)`)
    })
    const allowed = { allow: ['drop-table'], ...restless }
    await expect(converge(path, wide, allowed)).rejects.toMatchObject({ code: 'schema-drifted' })
    expect(times).toEqual([0, 1, 2])
  })
})

function run(sql: string): void {
  const db = new Database(path)
  db.exec(sql)
  db.close()
}
