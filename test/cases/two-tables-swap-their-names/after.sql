SELECT id, y FROM a;
-- expect: 7, 70
SELECT id, x FROM b;
-- expect: 1, 'one'
