SELECT copy FROM t;
-- expect: 'ADA'
