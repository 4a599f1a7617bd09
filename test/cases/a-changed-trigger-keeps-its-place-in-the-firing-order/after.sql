INSERT INTO t VALUES (1);
-- expect: nothing
SELECT line FROM log ORDER BY rowid;
-- expect: 'three'
-- expect: 'two, changed'
-- expect: 'one'
