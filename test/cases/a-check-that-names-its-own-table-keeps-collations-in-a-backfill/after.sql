SELECT id, is_ada, is_first FROM t;
-- expect: 1, 1, 1
-- expect: 2, 0, 0
