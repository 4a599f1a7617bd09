INSERT INTO t VALUES (1, '5', 5), (2, 'x', 0.1);
