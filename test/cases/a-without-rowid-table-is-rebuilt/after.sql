SELECT a, b FROM t;
-- expect: 'x', 2
-- expect: 'x', 1
-- expect: 'y', 1
