SELECT z, b, c FROM t;
-- expect: 1, 2, NULL
