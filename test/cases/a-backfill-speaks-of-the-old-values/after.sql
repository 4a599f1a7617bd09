SELECT id, is_ada, was FROM t ORDER BY id;
-- expect: 1, 1, 'code 1'
-- expect: 2, 0, 'code 2'
