INSERT INTO t VALUES (1, 'Ada', 'A'), (2, 'Bob', NULL);
