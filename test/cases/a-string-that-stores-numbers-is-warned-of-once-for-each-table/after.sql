INSERT INTO t VALUES (2, '007');
-- expect: nothing
SELECT zip FROM t WHERE id = 2;
-- expect: 7
