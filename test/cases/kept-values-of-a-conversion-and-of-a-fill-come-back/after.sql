SELECT id, a FROM _schema_kept_t_a;
-- expect: 1, '007'
-- expect: 3, '1e2'
SELECT id, b FROM _schema_kept_t_b;
-- expect: 1, NULL
-- expect: 4, NULL
UPDATE t SET a = 100, b = 'z' WHERE id > 2;
-- expect: nothing
SELECT id FROM _schema_kept_t_a UNION ALL SELECT id FROM _schema_kept_t_b;
-- expect: 1
-- expect: 3
-- expect: 1
