INSERT INTO t VALUES (4, x'00', NULL, NULL);
-- expect: error cannot store BLOB value in TEXT column t.a
SELECT typeof(b) FROM t;
-- expect: 'text'
-- expect: 'real'
-- expect: 'blob'
