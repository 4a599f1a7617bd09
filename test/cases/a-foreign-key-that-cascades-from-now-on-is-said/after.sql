DELETE FROM parents WHERE id = 1;
-- expect: nothing
SELECT (SELECT group_concat(id) FROM a), (SELECT group_concat(parent) FROM b), (SELECT count(*) FROM b);
-- expect: '2', '2', 2
