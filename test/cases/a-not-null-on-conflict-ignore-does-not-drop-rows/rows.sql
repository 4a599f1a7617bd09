INSERT INTO t VALUES (1, 'x', 'one'), (2, 'y', 'two');
