import { expect, test } from 'vitest'
import { readsByPosition } from '../../src/sql/reads-by-position.ts'

const trigger = (body: string): string => `CREATE TRIGGER r AFTER INSERT ON t BEGIN ${body}; END`

test.each([
  'CREATE VIEW v AS SELECT * FROM t',
  'CREATE VIEW v (a, b) AS SELECT DISTINCT * FROM "T" WHERE a > 1',
  'CREATE VIEW v AS SELECT 1, * FROM u JOIN t ON u.a = t.a',
  'CREATE VIEW v AS SELECT t.* FROM u, t',
  'CREATE VIEW v AS SELECT x.* FROM u LEFT JOIN t AS x USING (a)',
  'CREATE VIEW v AS SELECT x.* FROM t x',
  'CREATE VIEW v AS SELECT * FROM (SELECT * FROM t)',
  'CREATE VIEW v AS SELECT a FROM u UNION ALL SELECT * FROM t',
  trigger('INSERT INTO u SELECT * FROM t WHERE id = new.id'),
  trigger('INSERT INTO t VALUES (new.a, new.b)'),
  trigger('REPLACE INTO t AS x SELECT 1, 2'),
])('by position: %s', (sql) => {
  expect(readsByPosition(sql, 't')).toBe(true)
})

test.each([
  'CREATE VIEW v AS SELECT a, b * 2 FROM t',
  'CREATE VIEW v AS SELECT count(*) FROM t',
  'CREATE VIEW v AS SELECT * FROM u WHERE EXISTS (SELECT * FROM t)',
  'CREATE VIEW v AS SELECT * FROM u WHERE a IN (SELECT a FROM t)',
  'CREATE VIEW v AS SELECT * FROM u JOIN (SELECT a FROM t) AS x',
  'CREATE VIEW v AS SELECT u.*, t.a FROM u JOIN t',
  'CREATE VIEW v AS SELECT a FROM (SELECT * FROM t)',
  'CREATE VIEW v AS SELECT * FROM u UNION SELECT a FROM t',
  trigger('INSERT INTO t (a, b) VALUES (1, 2)'),
  trigger('INSERT INTO t AS x (a, b) VALUES (1, 2)'),
  trigger('INSERT INTO t DEFAULT VALUES'),
  trigger('INSERT INTO u SELECT * FROM w; UPDATE t SET a = 1'),
  trigger("SELECT raise(ABORT, 'no') WHERE EXISTS (SELECT * FROM t)"),
])('by name: %s', (sql) => {
  expect(readsByPosition(sql, 't')).toBe(false)
})
