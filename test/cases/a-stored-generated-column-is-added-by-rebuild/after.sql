SELECT loud FROM t;
-- expect: 'ADA'
