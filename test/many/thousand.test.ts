import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { test } from '../cli/run-cli.ts'
import { executeOn, makeTenants, read, twoAlike } from './tenants.ts'

const apply = ['apply', 'tenants/*.db', '--to', 'to.sql', '--yes', '--keep-going', '--format', 'json']

interface Document {
  readonly databases: readonly { readonly database: string; readonly state: string; readonly error?: object }[]
  readonly groups: readonly { readonly databases: number }[]
  readonly summary: object
}

describe('a thousand files of three versions, two of them with rows that do not fit', () => {
  test('998 converge, two are reported with their rows, and when these are mended they do too', async ({
    folder,
    schema,
  }) => {
    const names = makeTenants(folder, 1_000)
    const bad = ['tenants/0007.db', 'tenants/0500.db']
    for (const name of bad) executeOn(join(folder, name), twoAlike)

    const planned = await schema('plan', 'tenants/*.db', '--to', 'to.sql')
    expect(planned.code).toBe(0)
    for (const name of bad)
      expect(planned.stdout).toContain(`in ${name}\n x duplicate-key   rows that do not fit UNIQUE`)
    expect(planned.stdout).toContain('same@example.org   2      1, 2')
    expect(planned.stdout.match(/^group \d/gm)).toEqual(['group 1', 'group 2', 'group 3'])

    const first = await schema(...apply)
    expect(first.code).toBe(3)
    const done = JSON.parse(first.stdout) as Document
    expect(done.summary).toMatchObject({
      databases: 1_000,
      applied: 998,
      refused: 2,
      failed: 0,
      notBegun: 0,
      groups: 3,
    })
    expect(done.databases.map(({ database }) => database)).toEqual(names)
    expect(done.groups.map(({ databases }) => databases).sort()).toEqual([333, 333, 334])
    const failed = done.databases.filter(({ state }) => state === 'failed')
    expect(failed.map(({ database }) => database)).toEqual(bad)
    for (const { error } of failed) {
      expect(error).toMatchObject({
        code: 'rows-do-not-fit',
        preflight: [{ code: 'duplicate-key', object: 'users', rows: 2, sample: [{ email: 'same@example.org' }] }],
      })
    }
    for (const name of names) {
      const isBad = bad.includes(name)
      const path = join(folder, name)
      expect(read(path, "SELECT count(*) FROM sqlite_schema WHERE name = '_schema_journal'")).toEqual([[isBad ? 0 : 1]])
      expect(read(path, 'SELECT count(*), count(DISTINCT title) FROM posts')).toEqual([[3, 3]])
    }

    const again = JSON.parse((await schema(...apply)).stdout) as Document
    expect(again.summary).toMatchObject({ applied: 0, inSync: 998, refused: 2 })
    executeOn(join(folder, bad[0]!), 'UPDATE users SET email = id')
    executeOn(join(folder, bad[1]!), 'UPDATE users SET email = NULL WHERE id = 2')
    const last = await schema(...apply)
    expect(last.code).toBe(0)
    expect(JSON.parse(last.stdout).summary).toMatchObject({ applied: 2, inSync: 998, refused: 0 })
  })
})

test('one worker and two do the same', async ({ folder, schema }) => {
  const names = makeTenants(folder, 24)
  const { cpSync } = await import('node:fs')
  for (const jobs of ['1', '2']) {
    cpSync(join(folder, 'tenants'), join(folder, `jobs-${jobs}`), { recursive: true })
    const { code, stdout } = await schema('apply', `jobs-${jobs}`, '--to', 'to.sql', '--yes', '--jobs', jobs)
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(' 24  applied\n') })
  }
  const state = (jobs: string, name: string): unknown => {
    const path = join(folder, name.replace('tenants', `jobs-${jobs}`))
    return [
      'SELECT sql FROM sqlite_schema',
      'SELECT * FROM users',
      'SELECT * FROM posts',
      'SELECT "reverse" FROM _schema_journal',
    ].map((sql) => read(path, sql))
  }
  for (const name of names) expect(state('1', name)).toEqual(state('2', name))
})
