SELECT id, email FROM _schema_kept_t_email ORDER BY id;
-- expect: 1, 'a'
-- expect: 2, 'b'
-- expect: 9223372036854775807, 'c'
INSERT OR REPLACE INTO t VALUES (2, 22);
-- expect: nothing
UPDATE t SET rowid = 5 WHERE id = 1;
-- expect: nothing
SELECT id, email FROM _schema_kept_t_email ORDER BY id;
-- expect: 5, 'a'
-- expect: 9223372036854775807, 'c'
UPDATE two SET a = 'XX' WHERE b = 1.5;
-- expect: nothing
SELECT a, b, gone FROM _schema_kept_two_gone ORDER BY a;
-- expect: 'XX', 1.5, NULL
-- expect: 'x', 1, 'one'
-- expect: 'y', 'z', x'00'
