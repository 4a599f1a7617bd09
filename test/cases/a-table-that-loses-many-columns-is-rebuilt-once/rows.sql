INSERT INTO t (id, name) VALUES (1, 'Ada'), (7, 'Bob');
