INSERT INTO t VALUES (1, 'Ada', 5, NULL), (2, 'Ada', 6, 1);
