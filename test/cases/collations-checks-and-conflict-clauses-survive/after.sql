INSERT INTO t (id, a) VALUES (3, 'y') RETURNING b;
-- expect: 2.0
SELECT id FROM t WHERE a = 'x' AND c = 'p';
-- expect: 1
-- expect: 2
