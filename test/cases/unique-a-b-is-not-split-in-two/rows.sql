INSERT INTO t VALUES (1, 'x', 'p', '1'), (2, 'x', 'q', '2'), (3, 'y', 'p', '3');
