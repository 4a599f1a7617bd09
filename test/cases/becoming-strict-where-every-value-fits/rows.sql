INSERT INTO t VALUES (1, 5, 'five'), (2, NULL, NULL);
