INSERT INTO t VALUES (2, '01067', 7, 7, 7);
-- expect: nothing
SELECT quote(zip), quote(n), quote(r), quote(x) FROM t WHERE id = 2;
-- expect: '1067', '7.0', '7', '''7'''
