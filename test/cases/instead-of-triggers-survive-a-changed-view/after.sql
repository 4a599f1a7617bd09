INSERT INTO names (name) VALUES ('Bob');
-- expect: nothing
SELECT name, id FROM names;
-- expect: 'Ada', 1
-- expect: 'Bob', 2
