INSERT INTO names VALUES ('Bob');
-- expect: nothing
SELECT name FROM users ORDER BY id;
-- expect: 'Ada'
-- expect: 'Bob'
