SELECT age FROM t;
-- expect: -1
