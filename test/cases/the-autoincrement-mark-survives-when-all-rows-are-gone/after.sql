INSERT INTO t (name) VALUES ('Bob') RETURNING id;
-- expect: 101
INSERT INTO never_used (name) VALUES ('Bob') RETURNING id;
-- expect: 1
