import { expect, test } from 'vitest'
import { comparisonWithNull } from '../../src/sql/compares-with-null.ts'

test.each([
  ['a = NULL', '='],
  ['a > 1 OR lower(b)<>null', '<>'],
  ['UPDATE t SET a = NULL WHERE "b" != NULL', '!='],
  ['SELECT CASE WHEN a == NULL THEN 1 END', '=='],
])('%s compares by %s', (sql, operator) => {
  expect(comparisonWithNull(sql)).toBe(operator)
})

test.each([
  'a IS NULL',
  "a = 'NULL'",
  'a = nullif(b, 1)',
  'UPDATE t SET a = NULL, "b" = NULL WHERE c = 1',
  'INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = NULL',
  'a = 1 -- = NULL',
])('%s compares nothing with NULL', (sql) => {
  expect(comparisonWithNull(sql)).toBeUndefined()
})
