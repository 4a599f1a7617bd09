INSERT INTO t VALUES (3, 'Ada', 7, NULL);
-- expect: error UNIQUE constraint failed: t.name
SELECT name, "desc", coll FROM pragma_index_xinfo('t_at') WHERE key;
-- expect: 'at', 1, 'BINARY'
-- expect: 'name', 0, 'NOCASE'
SELECT sql FROM sqlite_schema WHERE name = 't_lower';
-- expect: 'CREATE INDEX t_lower ON t (lower(name))'
