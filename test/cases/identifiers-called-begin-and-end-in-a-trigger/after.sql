INSERT INTO spans VALUES (2, 9, 1, 'x') RETURNING id;
-- expect: 2
SELECT "end" FROM spans WHERE id = 2;
-- expect: 9
