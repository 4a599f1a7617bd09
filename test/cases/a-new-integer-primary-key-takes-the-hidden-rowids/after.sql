INSERT INTO t (name) VALUES ('next') RETURNING id;
-- expect: 21
SELECT id, name FROM t WHERE id < 21 ORDER BY id;
-- expect: 10, 'ten'
-- expect: 20, 'twenty'
