SELECT id, d FROM t;
-- expect: 1, 'X?!'
-- expect: 2, 'Y?!'
