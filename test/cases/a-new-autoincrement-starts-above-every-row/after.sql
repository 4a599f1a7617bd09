DELETE FROM t WHERE id = 100;
-- expect: nothing
INSERT INTO t (name) VALUES ('Bob') RETURNING id;
-- expect: 101
