import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { mappingCacheTarget, metamapperTarget } from './biomapper.ts'
import { contentsOf, pragmasOf } from './contents.ts'
import { cliCommand, run, test } from './run-cli.ts'

test('an empty file is given the target', async ({ folder, schema }) => {
  writeFileSync(join(folder, 'empty.db'), '')
  writeFileSync(join(folder, 'declared.sql'), 'CREATE TABLE t (id INTEGER PRIMARY KEY);\nCREATE INDEX i ON t (id);\n')

  const done = await schema('apply', 'empty.db', '--to', 'declared.sql', '--yes')

  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('applied empty.db') })
  expect(contentsOf(join(folder, 'empty.db')).catalog).toEqual([
    ['index', 'i', 't', 'CREATE INDEX i ON t (id)'],
    ['table', 't', 't', 'CREATE TABLE t (id INTEGER PRIMARY KEY)'],
  ])
})

test('an empty file becomes a metamapper.db of 21 tables, and goes back to none', async ({ folder, schema }) => {
  writeFileSync(join(folder, 'empty.db'), '')
  expect(await schema('apply', 'empty.db', '--to', metamapperTarget, '--yes')).toMatchObject({ code: 0 })
  expect(Object.keys(pragmasOf(join(folder, 'empty.db')))).toHaveLength(21)
  expect(await schema('revert', 'empty.db', '--yes')).toMatchObject({ code: 0 })
  expect(contentsOf(join(folder, 'empty.db'))).toEqual({ catalog: [], rows: {} })
})

describe('--create', () => {
  test('makes a database that does not exist', async ({ folder, schema }) => {
    const done = await schema('apply', 'new.db', '--to', mappingCacheTarget, '--yes', '--create')
    expect(done.code).toBe(0)
    expect(Object.keys(pragmasOf(join(folder, 'new.db')))).toHaveLength(9)
    expect(readdirSync(folder)).toEqual(['new.db'])
  })

  test('makes one also where the target is empty', async ({ folder, schema }) => {
    writeFileSync(join(folder, 'nothing.sql'), '')
    const done = await schema('apply', 'new.db', '--to', 'nothing.sql', '--yes', '--create')
    expect(done.code).toBe(0)
    expect(existsSync(join(folder, 'new.db'))).toBe(true)
  })

  test('of a database that exists changes it, and takes nothing away', async ({ folder, schema }) => {
    const db = new Database(join(folder, 'old.db'))
    db.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    db.close()
    writeFileSync(join(folder, 'target.sql'), 'CREATE TABLE t (a, b);')
    expect(await schema('apply', 'old.db', '--to', 'target.sql', '--yes', '--create')).toMatchObject({ code: 0 })
    expect(contentsOf(join(folder, 'old.db')).rows).toEqual({ t: [[1n, 1n, null]] })
  })

  test('leaves no file where the target can not be read, or nothing was to be written', async ({ folder, schema }) => {
    writeFileSync(join(folder, 'bad.sql'), 'CREATE TABEL t (a)')
    writeFileSync(join(folder, 'good.sql'), 'CREATE TABLE t (a)')
    expect(await schema('apply', 'new.db', '--to', 'bad.sql', '--yes', '--create')).toMatchObject({ code: 2 })
    expect(await schema('apply', 'new.db', '--to', 'good.sql', '--dry-run', '--create')).toMatchObject({ code: 0 })
    expect(await schema('apply', 'new.db', '--to', 'good.sql', '--create')).toMatchObject({ code: 2 })
    expect(readdirSync(folder)).toEqual(['bad.sql', 'good.sql'])
  })

  test('does not make the folder too', async ({ folder, schema }) => {
    writeFileSync(join(folder, 'good.sql'), 'CREATE TABLE t (a)')
    const done = await schema('apply', 'no/such/folder/new.db', '--to', 'good.sql', '--yes', '--create')
    expect(done).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('no/such/folder') })
    expect(readdirSync(folder)).toEqual(['good.sql'])
  })

  test('leaves no file where the apply fails half way', async ({ folder }) => {
    writeFileSync(join(folder, 'target.sql'), 'CREATE TABLE t (a)')
    // A limit on what may be written stands for a full disk.
    const command = cliCommand(['apply', 'new.db', '--to', 'target.sql', '--yes', '--create'])
    const done = await run(folder, 'bash', ['-c', `trap '' XFSZ; ulimit -f 8; ${command}`])
    expect([2, 4]).toContain(done.code)
    expect(done.stderr).toMatch(/^error|^failed/m)
    expect(readdirSync(folder)).toEqual(['target.sql'])
  })
})

test('without --create, a path that does not exist is an error, and stays so', async ({ folder, schema }) => {
  writeFileSync(join(folder, 'target.sql'), 'CREATE TABLE t (a)')
  for (const args of [
    ['apply', 'new.db', '--to', 'target.sql', '--yes'],
    ['plan', 'new.db', '--to', 'target.sql'],
    ['status', 'new.db'],
    ['revert', 'new.db', '--yes'],
  ]) {
    expect(await schema(...args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('no such file'),
    })
  }
  expect(readdirSync(folder)).toEqual(['target.sql'])
})
