INSERT INTO t VALUES (1, 'x', 'p', 'one'), (2, 'y', 'q', 'two'), (3, NULL, NULL, 'three');
