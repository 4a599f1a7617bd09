INSERT INTO paths (id, type, name) VALUES (2, 'the type', 'the name');
-- expect: nothing
SELECT type, name FROM history WHERE id = 2;
-- expect: 'the type', 'the name'
