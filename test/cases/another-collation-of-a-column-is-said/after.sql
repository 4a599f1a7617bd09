SELECT count(DISTINCT name), count(DISTINCT code), count(DISTINCT word) FROM t;
-- expect: 1, 2, 1
