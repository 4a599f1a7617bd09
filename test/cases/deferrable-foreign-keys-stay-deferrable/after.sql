INSERT INTO children VALUES (2, 99, 'before its parent');
-- expect: nothing
INSERT INTO parents VALUES (99);
-- expect: nothing
SELECT count(*) FROM pragma_foreign_key_check;
-- expect: 0
