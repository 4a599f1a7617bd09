SELECT n FROM t ORDER BY id;
-- expect: 12
-- expect: NULL
-- expect: -7
