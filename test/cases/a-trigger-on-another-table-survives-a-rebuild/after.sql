INSERT INTO orders VALUES (1, 2);
-- expect: nothing
SELECT line FROM log;
-- expect: 'Bob'
