import Database from 'better-sqlite3'
import { apply, plan } from 'sqlite-converge'
import { expect, test, vi } from 'vitest'
import { scriptPath } from '../library/script-path.ts'

/** An engine that takes another default for a change of the text alone. */
vi.mock(import('../../src/plan/in-place.ts'), async (original) => {
  const { changeInPlace } = await original()
  return {
    changeInPlace: (input) => {
      const columns = input.table.columns.map((column) => {
        const { default: _, ...rest } = column
        const after = input.to.columns.find(({ name }) => name === column.name)?.default
        return { ...rest, ...(after && { default: after }) }
      })
      const changes = input.changes.filter(({ kind }) => kind !== 'change-default')
      return changeInPlace({ ...input, changes, table: { ...input.table, columns } })
    },
  }
})

const target = scriptPath('CREATE TABLE t (a, d DEFAULT 2, UNIQUE (a))')

function filled(): Database.Database {
  const db = new Database(':memory:')
  db.exec(`CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); ALTER TABLE t ADD COLUMN d DEFAULT 1`)
  return db
}

test('rows that show other values, although none was touched, are seen before COMMIT', async () => {
  const db = filled()
  const made = await plan(db, target, { fast: true })
  expect(made.fast).toMatchObject([{ table: 't', way: 'in-place' }])
  const before = db.serialize()
  for (const verify of ['values', 'digest'] as const) {
    await expect(apply(db, made, { verify })).rejects.toMatchObject({
      code: 'verification-failed',
      message: expect.stringContaining('rows of t show other values than before'),
    })
    expect(before.equals(db.serialize())).toBe(true)
  }
})

test('counts does not look at rows', async () => {
  const db = filled()
  await apply(db, await plan(db, target, { fast: true }), { verify: 'counts' })
  expect(db.prepare('SELECT DISTINCT d FROM t').pluck().all()).toEqual([2])
})
