SELECT a, b FROM t;
-- expect: 10, 'one'
