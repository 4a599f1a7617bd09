SELECT name FROM t;
-- expect: 'Ada'
-- expect: 'nobody'
