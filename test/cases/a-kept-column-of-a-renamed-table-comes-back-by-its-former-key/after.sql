SELECT id, gone FROM _schema_kept_t_gone;
-- expect: 'a', 'x'
-- expect: 'b', NULL
UPDATE u SET key = 'c' WHERE key = 'a';
-- expect: nothing
SELECT id FROM _schema_kept_t_gone;
-- expect: 'b'
-- expect: 'c'
