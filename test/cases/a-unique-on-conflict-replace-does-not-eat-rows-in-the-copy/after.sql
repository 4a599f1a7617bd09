INSERT INTO t VALUES (4, 'x', 'r', 'replaces 1');
-- expect: nothing
INSERT INTO t VALUES (5, 'z', 'q', 'is ignored');
-- expect: nothing
SELECT id FROM t ORDER BY id;
-- expect: 2
-- expect: 3
-- expect: 4
