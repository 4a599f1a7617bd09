SELECT a, c, typeof(c) FROM t;
-- expect: '', 0.0, 'real'
-- expect: 'abc', 3.0, 'real'
