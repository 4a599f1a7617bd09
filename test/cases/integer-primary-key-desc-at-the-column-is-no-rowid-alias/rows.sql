INSERT INTO t (rowid, id, name) VALUES (10, 1, 'Ada'), (20, NULL, 'Bob');
INSERT INTO u VALUES (5, 'Ada');
