INSERT INTO names (name) VALUES ('Bob');
-- expect: nothing
SELECT name FROM users WHERE id = 2;
-- expect: 'Bob'
