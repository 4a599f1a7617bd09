import { expect, test } from 'vitest'
import { isPlainExpression } from '../../src/sql/plain-expression.ts'

test('columns, values, operators and quick functions are plain', () => {
  for (const text of [
    '1',
    `lower(trim(name)) || ' ' || "select"`,
    `CASE WHEN a IN (1, 2) THEN CAST(b AS TEXT) ELSE coalesce(c, 'like') END`,
    "json_extract(data, '$.a') ->> 0",
    'a NOT IN (SUBSTR(b, 1, 2))',
    "CASE WHEN a LIKE '%CHEBI%' AND b NOT GLOB 'x*' THEN 1 WHEN (c LIKE 'y%') THEN 2 ELSE d LIKE '_' END -- why",
  ]) {
    expect([text, isPlainExpression(text)]).toEqual([text, true])
  }
})

test('what asks rows, compares by patterns, makes more of its arguments or is not known is not', () => {
  for (const text of [
    '(SELECT 1)',
    '(WITH c (x) AS (SELECT 1 UNION ALL SELECT x FROM c) SELECT x FROM c)',
    '(VALUES (1))',
    'a IN users',
    'a NOT IN main.users',
    "a LIKE '%a%a%a%a%b'",
    "a GLOB '*a*a*'",
    'a LIKE b',
    "a LIKE '%a' || b",
    "a LIKE '%a' ->> b",
    'like(a, b)',
    '"glob"(a, b)',
    'replace(a, b, c)',
    'hex(hex(hex(a)))',
    "printf('%999999999d', 1)",
    'trim(a, b)',
    'app_function(a)',
    'max(a) OVER ()',
  ]) {
    expect([text, isPlainExpression(text)]).toEqual([text, false])
  }
})
