DELETE FROM parents;
-- expect: error NOT NULL constraint failed: later.parent
DELETE FROM later;
-- expect: nothing
INSERT INTO a VALUES (1);
-- expect: nothing
DELETE FROM parents;
-- expect: error datatype mismatch
