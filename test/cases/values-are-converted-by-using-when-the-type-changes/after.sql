SELECT id, weight, typeof(weight) FROM t;
-- expect: 1, 12, 'integer'
-- expect: 2, NULL, 'null'
-- expect: 3, 7, 'integer'
