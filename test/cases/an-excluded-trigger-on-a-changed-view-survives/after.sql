UPDATE names SET name = 'Bob';
-- expect: nothing
SELECT name FROM users;
-- expect: 'Bob'
