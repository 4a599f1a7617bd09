SELECT zip FROM t;
-- expect: 1234
-- expect: 'none'
