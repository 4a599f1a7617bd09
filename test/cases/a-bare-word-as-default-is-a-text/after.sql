SELECT b FROM t;
-- expect: 'foo'
