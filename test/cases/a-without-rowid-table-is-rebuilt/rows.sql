INSERT INTO t VALUES ('x', 1, 'one'), ('y', 1, 'two'), ('x', 2, NULL);
