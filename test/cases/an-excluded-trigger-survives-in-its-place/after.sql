INSERT INTO t VALUES (2, 'Bob');
-- expect: nothing
SELECT line FROM log ORDER BY rowid;
-- expect: 'ours, last'
-- expect: 'theirs'
-- expect: 'ours, first'
