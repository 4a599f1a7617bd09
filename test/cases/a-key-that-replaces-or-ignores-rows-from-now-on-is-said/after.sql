INSERT INTO t VALUES (2, 'a', 'x', 'y');
-- expect: nothing
INSERT INTO t VALUES (3, 'z', 'x', 'y');
-- expect: nothing
SELECT id, a FROM t;
-- expect: 2, 'a'
