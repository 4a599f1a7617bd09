INSERT INTO a (x) VALUES ('x'), ('y');
-- expect: nothing
SELECT id FROM a;
-- expect: NULL
-- expect: NULL
