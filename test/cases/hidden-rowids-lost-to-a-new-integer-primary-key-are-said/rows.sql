INSERT INTO t (rowid, id, name) VALUES (10, 1, 'Ada'), (20, 2, 'Bob');
