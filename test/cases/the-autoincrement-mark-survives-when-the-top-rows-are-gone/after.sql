INSERT INTO t (name) VALUES ('Bob') RETURNING id;
-- expect: 101
