INSERT INTO t VALUES ('A', 1), ('a', 2), (3, 4);
