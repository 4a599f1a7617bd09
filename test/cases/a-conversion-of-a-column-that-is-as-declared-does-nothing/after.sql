SELECT n, m FROM t;
-- expect: 5, 6
