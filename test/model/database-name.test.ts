import { expect, test } from 'vitest'
import { canBePattern, isDatabaseName } from '../../src/model/database-name.ts'
import { matchPaths } from '../../src/model/path-pattern.ts'

test.each(['a.db', 'A.SQLITE', 'of 2026.sqlite3', 'a.b.db'])('%s is taken for a database', (name) => {
  expect(isDatabaseName(name)).toBe(true)
})

test.each(['.db', '.hidden.db', 'a.db-wal', 'a.db.backup-20261128T120000Z', 'adb', 'a.data'])('%s is not', (name) => {
  expect(isDatabaseName(name)).toBe(false)
})

test('a path can be a pattern by its letters, and is read as a shell reads it', () => {
  expect(['a*', 'a?.db', '[ab].db', '{a,b}.db', '@(a).db'].every(canBePattern)).toBe(true)
  expect(canBePattern('a/b c.db')).toBe(false)
  expect(['a.db', 'b.db'].filter(matchPaths('[!a].db'))).toEqual(['b.db'])
  expect(['!a.db', 'b.db'].filter(matchPaths('!a.db'))).toEqual(['!a.db'])
})
