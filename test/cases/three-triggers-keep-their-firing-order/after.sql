INSERT INTO t VALUES (2, 'Bob');
-- expect: nothing
SELECT line FROM log ORDER BY rowid;
-- expect: 'created third'
-- expect: 'created second'
-- expect: 'created first'
