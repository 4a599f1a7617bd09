import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { readVersion, writeVersion } from '../../src/model/sqlite-version.ts'
import { isAtLeast } from '../../src/report/needed-version.ts'

test.each([
  ['3.35.0', '3.35', 1],
  ['3.34.1', '3.35', 0],
  ['3.40.1', '3.40', 1],
  ['3.40.0', '3.40.1', 0],
  ['3.40.1', '3.40.1', 1],
  ['3.41.0', '3.40.1', 1],
  ['3.53.2', '3.9', 1],
  ['3.9', '3.35', 0],
  ['3.8.11.1', '3.35', 0],
  ['3.7.17', '3.8.11', 0],
  ['3.100.0', '3.99.9', 1],
])('SQLite %s, for a script that needs %s: %i', (version, needed, answer) => {
  const db = new Database(':memory:')
  db.function('sqlite_version', () => version)
  expect(
    db
      .prepare(`SELECT ${isAtLeast(readVersion(needed)!)}`)
      .pluck()
      .get(),
  ).toBe(answer)
})

test('a version is written as it was read', () => {
  for (const text of ['3.0', '3.40', '3.40.1', '3.999.999']) expect(writeVersion(readVersion(text)!)).toBe(text)
  expect(writeVersion(readVersion('3.40.0')!)).toBe('3.40')
})

test('anything else is no version', () => {
  for (const text of ['', '3', '3.', '3.040', '3.40.', '3.40.1.2', '4.0', ' 3.40', '3.40x', '3.1000', 'latest']) {
    expect(readVersion(text), text).toBeUndefined()
  }
})
