INSERT INTO t VALUES (4, 'y', 'q', '4');
-- expect: nothing
INSERT INTO t VALUES (5, 'x', 'q', '5');
-- expect: error UNIQUE constraint failed: t.a, t.b
