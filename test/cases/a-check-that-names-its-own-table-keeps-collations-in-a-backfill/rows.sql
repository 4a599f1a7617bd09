INSERT INTO t VALUES (1, 'ADA', '1'), (2, 'bob', '2');
